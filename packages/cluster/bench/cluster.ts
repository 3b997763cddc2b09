import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import { type Cluster, createCluster } from '../src/index.ts';

export interface BenchRow {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

const NODES = 10;
/** 10 nodes take 110 Pods each. */
const SIZES = [250, 500, 1000];

/**
 * How long it takes to start a cluster, and from a Deployment of N replicas to N Pods that run, on 10 hollow nodes on a
 * virtual clock: what the control plane itself costs. Then to roll them all, and to delete them.
 */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await warmUp();
  const took = async (name: string, n: number, act: () => Promise<void>): Promise<void> => {
    const from = performance.now();
    await act();
    report({ name, n, value: Math.round(performance.now() - from), unit: 'ms' });
  };
  let cluster: Cluster | undefined;
  await took('createCluster', NODES, async () => {
    cluster = await createCluster({ clock: 'virtual', nodes: NODES });
  });
  await cluster?.stop();
  for (const n of SIZES) {
    const { client, idle, stop } = await createCluster({ clock: 'virtual', nodes: NODES });
    const deployments = client.resource(kinds.deployment);
    await took('Deployment to all Pods Running', n, async () => {
      await deployments.create(deployment(n));
      await idle();
    });
    const { status } = await deployments.get('web', 'default');
    if (status?.availableReplicas !== n) throw new Error(`${status?.availableReplicas} of ${n} Pods are available`);
    await took('rolling update of all Pods', n, async () => {
      const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:1.26' }] } } } };
      await deployments.patch('web', 'default', 'strategic', image);
      await idle();
    });
    await took('deletion of the Deployment and all Pods', n, async () => {
      await deployments.delete('web', 'default');
      await idle();
    });
    const { items } = await client.resource(kinds.pod).list();
    if (items.length > 0) throw new Error(`${items.length} Pods are left`);
    await stop();
  }
}

/** A thousand Pods, twice: what is measured is what a control plane costs that has been running for a while. */
async function warmUp(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const { client, idle, stop } = await createCluster({ clock: 'virtual', nodes: NODES });
    await client.resource(kinds.deployment).create(deployment(1000));
    await idle();
    await stop();
  }
}

const deployment = (replicas: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'nginx:1.25' }] },
    },
  },
});

import { Cluster as Webernetes } from '@ngrok/webernetes';
import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import { createCluster } from '@tabernetes/cluster';
import type { BenchRow } from './main.ts';
import { deploymentOf } from './objects.ts';

/** More would take the peer minutes: its time grows with the square of the Pods. */
const SIZES = [100, 200, 400];
const NODES = 10;
const ASK_MS = 10;

/** A cluster as both sides of the comparison have it: real time, no simulated latency. */
interface Side {
  readonly name: string;
  start(nodes: number): Promise<RunningSide>;
}

interface RunningSide {
  create(deployment: Deployment): Promise<void>;
  /** Available replicas of the Deployment `web`. */
  available(): Promise<number>;
  stop(): Promise<void>;
}

const tabernetes: Side = {
  name: 'tabernetes',
  async start(nodes) {
    const { client, stop } = await createCluster({ nodes, kubelet: 'simulated', clock: 'real' });
    const deployments = client.resource(kinds.deployment);
    return {
      create: async (deployment) => void (await deployments.create(deployment)),
      available: async () => (await deployments.get('web', 'default')).status?.availableReplicas ?? 0,
      stop,
    };
  },
};

const webernetes: Side = {
  name: 'webernetes',
  async start(nodes) {
    const cluster = new Webernetes({ nodes });
    await cluster.init();
    const where = { name: 'web', namespace: 'default' };
    return {
      create: async (deployment) => void (await cluster.apply([deployment as never])),
      available: async () => (await cluster.api.appsv1.readNamespacedDeployment(where)).status?.availableReplicas ?? 0,
      stop: () => cluster.close(),
    };
  },
};

/** The same jobs for `@ngrok/webernetes` and for us, in turn: a Deployment of three, and of N on ten nodes, until all are available. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await available(tabernetes, NODES, SIZES[0] ?? 0); // compiles what both of ours run
  for (const [nodes, replicas] of [[3, 3], ...SIZES.map((n) => [NODES, n] as const)] as const) {
    const title = replicas === 3 ? `${nodes} nodes: 3 replicas Available` : `${nodes} nodes: N replicas Available`;
    const took: number[] = [];
    for (const side of [webernetes, tabernetes]) {
      const ms = await available(side, nodes, replicas);
      took.push(ms);
      report({ name: `${side.name}: ${title}`, n: replicas, value: ms, unit: 'ms' });
    }
    const [theirs = 0, ours = 1] = took;
    report({ name: `webernetes ÷ tabernetes: ${title}`, n: replicas, value: theirs / ours, unit: '×' });
  }
}

async function available({ start }: Side, nodes: number, replicas: number): Promise<number> {
  const side = await start(nodes);
  const startMs = performance.now();
  await side.create(deploymentOf('web', replicas, 'registry.k8s.io/pause:3.10'));
  while ((await side.available()) < replicas) await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  const ms = performance.now() - startMs;
  await side.stop();
  return ms;
}

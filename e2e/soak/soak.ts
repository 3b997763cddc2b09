import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { deploymentOf } from '../bench/objects.ts';
import { createInvariants } from './invariants.ts';

export interface SoakOptions {
  readonly hours: number;
  /** Pods of the Deployments, about. */
  readonly pods: number;
  readonly nodes: number;
  readonly seed: number;
  readonly onHour?: (hour: number, cluster: Cluster) => Promise<void>;
}

export interface SoakResult {
  readonly problems: readonly string[];
  /** Single comparisons that were made. */
  readonly checks: number;
  readonly writes: number;
  /** Errors that no caller could be told of. */
  readonly errors: readonly unknown[];
}

const PER_APP = 50;
const HOUR_MS = 3_600_000;

/**
 * A cluster that is never left in peace: every virtual hour Deployments are rolled, scaled, deleted and made again, nodes
 * stop and come back, Pods crash, CronJobs run, many writers count in one ConfigMap. What must hold is looked at on every
 * write and once an hour, when things have settled.
 */
export async function soak({ hours, pods, nodes, seed, onHour }: SoakOptions): Promise<SoakResult> {
  const invariants = createInvariants();
  const errors: unknown[] = [];
  const rng = seededRng(seed).fork('soak');
  let writes = 0;
  const cluster = await createCluster({
    clock: 'virtual',
    seed,
    nodes,
    kubelet: 'simulated',
    onError: (error) => errors.push(error),
    onStore(events) {
      writes += events.length;
      invariants.changed(events);
    },
  });
  const { client, clock } = cluster;
  const deployments = client.resource(kinds.deployment);
  const apps = Array.from({ length: Math.max(1, Math.round(pods / PER_APP)) }, (_, at) => `app-${at}`);
  const make = async (name: string): Promise<void> =>
    void (await deployments.create(deploymentOf(name, Math.min(pods, PER_APP))));
  await client.resource<KubeObject>(kinds.resourceQuota).create(QUOTA);
  for (const name of apps) {
    await client.resource<KubeObject>(kinds.service).create(service(name));
    await make(name);
  }
  await client.resource<KubeObject>(kinds.cronJob).create(CRON_JOB);
  await client.resource<KubeObject>(kinds.deployment).create(CRASHER);
  await client.resource<KubeObject>(kinds.configMap).create(COUNTER);

  let counted = 0;
  for (let hour = 1; hour <= hours; hour++) {
    const pick = (): string => apps[rng.int(apps.length)] ?? '';
    const node = `node-${1 + rng.int(nodes)}`;
    for (let turn = 0; turn < 4; turn++) {
      const name = pick();
      switch (rng.int(4)) {
        case 0:
          await deployments.patch(name, 'default', 'strategic', rolled(`1.${20 + rng.int(8)}`));
          break;
        case 1:
          await deployments.patch(name, 'default', 'merge', { spec: { replicas: 1 + rng.int(PER_APP) } });
          break;
        case 2:
          await deployments.delete(name, 'default');
          await clock.advance('1m');
          await make(name);
          break;
        default:
          await deployments.patch(name, 'default', 'merge', { spec: { replicas: PER_APP } });
      }
      counted += await countTogether(cluster, 5);
      await clock.advance('2m');
    }
    if (hour % 3 === 0) cluster.nodes.stop(node);
    await clock.advance('12m');
    cluster.nodes.start(node);
    await clock.advance(HOUR_MS - 12 * 60_000 - 8 * 60_000);
    await invariants.settled(cluster, `hour ${hour}`);
    await onHour?.(hour, cluster);
  }
  const counter = (await client.resource<ConfigMap>(kinds.configMap).get('counter', 'default')).data?.['count'];
  const problems = [...invariants.problems];
  if (counter !== String(counted)) problems.push(`${counted} increments made ${counter}: updates were lost`);
  await cluster.stop();
  return { problems, checks: invariants.checks, writes, errors };
}

/** Many writers at once, each of which reads, adds one and writes, until the server takes it. */
async function countTogether({ client }: Cluster, writers: number): Promise<number> {
  const counters = client.resource<ConfigMap>(kinds.configMap);
  const increment = async (): Promise<void> => {
    for (;;) {
      const seen = await counters.get('counter', 'default');
      const data = { count: String(Number(seen.data?.['count'] ?? 0) + 1) };
      try {
        await counters.update({ ...seen, data });
        return;
      } catch (error) {
        if ((error as { readonly reason?: string }).reason !== 'Conflict') throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, increment));
  return writers;
}

const service = (name: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ports: [{ port: 80 }] },
  }) as KubeObject;

const rolled = (version: string) => ({
  spec: { template: { spec: { containers: [{ name: 'main', image: `nginx:${version}` }] } } },
});

const QUOTA = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'all', namespace: 'default' },
  spec: { hard: { pods: '5000' } },
} as KubeObject;

const CRON_JOB = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'often', namespace: 'default' },
  spec: {
    schedule: '*/10 * * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 20'] }],
          },
        },
      },
    },
  },
} as KubeObject;

const CRASHER = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'crasher', namespace: 'default' },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'crasher' } },
    template: {
      metadata: { labels: { app: 'crasher' } },
      spec: { containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 30; exit 1'] }] },
    },
  },
} as KubeObject;

const COUNTER = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'counter', namespace: 'default' },
  data: { count: '0' },
} as KubeObject;

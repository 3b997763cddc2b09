import { kinds } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import { type Cluster, createCluster } from '@tabernetes/cluster';

/** Every change of a cluster's store, one line each, while it lives through {@link story} on a virtual clock. */
export async function historyOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const cluster = await createCluster({
    clock: 'virtual',
    seed,
    latency: 'short',
    onStore(events) {
      for (const { revision, type, kv } of events)
        lines.push(`${revision} ${type} ${kv.key} ${JSON.stringify(kv.value)}`);
    },
  });
  await story(cluster);
  lines.push(`${cluster.clock.now()} ${JSON.stringify(await cluster.snapshot())}`);
  await cluster.stop();
  return lines;
}

const NAMESPACE = 'default';
const container = { name: 'main', image: 'nginx:1.25', ports: [{ containerPort: 80 }] };
const template = (app: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [container], ...spec },
});
const task = {
  containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 3'] }],
  restartPolicy: 'Never',
};
const selector = (app: string) => ({ matchLabels: { app } });

const OBJECTS = [
  { kind: kinds.service, name: 'web', spec: { selector: { app: 'web' }, ports: [{ port: 80 }], type: 'NodePort' } },
  { kind: kinds.deployment, name: 'web', spec: { replicas: 6, selector: selector('web'), template: template('web') } },
  {
    kind: kinds.statefulSet,
    name: 'db',
    spec: { replicas: 3, serviceName: 'db', selector: selector('db'), template: template('db') },
  },
  { kind: kinds.daemonSet, name: 'agent', spec: { selector: selector('agent'), template: template('agent') } },
  { kind: kinds.job, name: 'task', spec: { completions: 4, parallelism: 2, template: { spec: task } } },
  {
    kind: kinds.cronJob,
    name: 'tick',
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: task } } } },
  },
  { kind: kinds.podDisruptionBudget, name: 'web', spec: { minAvailable: 4, selector: selector('web') } },
] as const;

/** A little of everything: creations, a rollout, a crash, scaling, a node that stops, deletions. */
async function story({ client, clock, idle, nodes }: Cluster): Promise<void> {
  for (const { kind, name, spec } of OBJECTS) {
    const { group, version } = kind;
    const apiVersion = group ? `${group}/${version}` : version;
    const object = { apiVersion, kind: kind.kind, metadata: { name, namespace: NAMESPACE }, spec };
    await client.resource<KubeObject>(kind as never).create(object);
  }
  await clock.advance('20s');
  const image = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image }] } } } });
  await client.resource(kinds.deployment).patch('web', NAMESPACE, 'strategic', image('nginx:1.26'));
  await client.resource(kinds.statefulSet).patch('db', NAMESPACE, 'strategic', image('nosuch/image:1'));
  await clock.advance('50s');
  await client.resource(kinds.deployment).patch('web', NAMESPACE, 'merge', { spec: { replicas: 9 } });
  nodes.stop('node-2');
  await clock.advance('8m');
  nodes.start('node-2');
  await client.resource(kinds.statefulSet).delete('db', NAMESPACE);
  await client.resource(kinds.cronJob).delete('tick', NAMESPACE);
  await clock.advance('2m');
  await idle();
}

import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { Job } from '@tabernetes/api/types/batch-v1';
import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { Fault, FaultRule } from '@tabernetes/client';
import { afterEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from './index.ts';

const NAMESPACE = 'default';
const COMPONENTS = ['kube-controller-manager', 'kube-scheduler', 'kubelet'];
const APPS = Array.from({ length: 8 }, (_, i) => `app-${i}`);
/** Of each Deployment, at first. */
const MANY = 65;
const FEW = 10;

let cluster: Cluster | undefined;
const errors: unknown[] = [];
afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});

/** Where each Pod, by uid, has been bound, in all of history. */
const bindings = new Map<string, Set<string>>();

async function start(): Promise<Cluster> {
  bindings.clear();
  cluster = await createCluster({
    clock: 'virtual',
    nodes: 10,
    seed: 11,
    onError: (error) => errors.push(error),
    onStore(events) {
      for (const event of events) {
        const pod = event.type === 'put' ? (event.kv.value as Pod) : undefined;
        if (pod?.kind !== 'Pod' || !pod.spec?.nodeName) continue;
        const { uid = '' } = pod.metadata;
        bindings.set(uid, (bindings.get(uid) ?? new Set()).add(pod.spec.nodeName));
      }
    },
  });
  return cluster;
}

const rules = (probability: number, fault: Fault, methods?: readonly string[]): FaultRule[] =>
  COMPONENTS.map((component) => ({ match: { component, ...(methods && { methods }) }, probability, fault }));
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

const deployment = (name: string, replicas: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'nginx:1.25' }] },
    },
  },
});
const service = (name: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: NAMESPACE },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const job = (name: string): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    completions: 12,
    parallelism: 4,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep 3'] }],
      },
    },
  },
});

/** Deployments of `size` come, are rolled, scaled and partly deleted: of 65, over a thousand Pods in six minutes. */
async function churn({ client, clock }: Cluster, size: number): Promise<ReadonlyMap<string, number>> {
  const deployments = client.resource(kinds.deployment);
  for (const name of APPS) {
    await deployments.create(deployment(name, size));
    await client.resource(kinds.service).create(service(name));
  }
  await client.resource(kinds.job).create(job('work'));
  await clock.advance('30s');
  const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:1.26' }] } } } };
  for (const name of APPS.slice(0, 5)) await deployments.patch(name, NAMESPACE, 'strategic', image);
  await clock.advance('30s');
  for (const name of APPS.slice(2, 6))
    await deployments.patch(name, NAMESPACE, 'merge', { spec: { replicas: size + 40 } });
  await client.resource(kinds.job).create(job('more'));
  await clock.advance('60s');
  for (const name of APPS.slice(4)) await deployments.patch(name, NAMESPACE, 'merge', { spec: { replicas: size - 8 } });
  for (const name of APPS.slice(0, 2)) await deployments.delete(name, NAMESPACE);
  await clock.advance('4m');
  return new Map(APPS.slice(2).map((name) => [name, APPS.indexOf(name) < 4 ? size + 40 : size - 8]));
}

/** Nothing is left behind, and everything is as it was asked for. */
async function expectConverged({ client }: Cluster, wanted: ReadonlyMap<string, number>): Promise<void> {
  const deployments = (await client.resource(kinds.deployment).list({ namespace: NAMESPACE })).items;
  expect(new Map(deployments.map(({ metadata, status }) => [metadata.name, status?.availableReplicas]))).toEqual(
    wanted,
  );
  const sets = (await client.resource(kinds.replicaSet).list({ namespace: NAMESPACE })).items;
  const jobs = (await client.resource(kinds.job).list({ namespace: NAMESPACE })).items;
  expect(jobs.map(({ status }) => [status?.succeeded, status?.conditions?.at(-1)?.type])).toEqual([
    [12, 'Complete'],
    [12, 'Complete'],
  ]);
  const owners = new Set([...deployments, ...sets, ...jobs].map(({ metadata }) => metadata.uid));
  for (const { metadata } of sets) expect(owners).toContain(metadata.ownerReferences?.[0]?.uid);

  const pods = (await client.resource(kinds.pod).list({ namespace: NAMESPACE })).items;
  for (const pod of pods) {
    expect(owners).toContain(pod.metadata.ownerReferences?.[0]?.uid);
    expect(pod.metadata.deletionTimestamp).toBeUndefined();
  }
  const running = pods.filter(({ status }) => status?.phase === 'Running');
  expect(running).toHaveLength([...wanted.values()].reduce((sum, n) => sum + n, 0));
  expect(new Set(running.map(({ status }) => status?.podIP)).size).toBe(running.length);
  for (const nodes of bindings.values()) expect(nodes.size).toBe(1);

  const slices = (await client.resource(kinds.endpointSlice).list({ namespace: NAMESPACE })).items;
  const endpoints = (await client.resource(kinds.endpoints).list({ namespace: NAMESPACE })).items;
  for (const app of APPS) {
    const own = running.filter(({ metadata }) => metadata.labels?.['app'] === app);
    const addresses = own.map(({ status }) => status?.podIP).sort();
    const inSlices = slices
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === app)
      .flatMap((slice) => slice.endpoints?.filter((e) => e.conditions?.ready).flatMap((e) => e.addresses) ?? []);
    expect(inSlices.sort()).toEqual(addresses);
    const inEndpoints = endpoints
      .filter(({ metadata }) => metadata.name === app)
      .flatMap(({ subsets }) => subsets?.flatMap((s) => s.addresses?.map(({ ip }) => ip) ?? []) ?? []);
    expect(inEndpoints.sort()).toEqual(addresses);
  }
}

const FAULTS: readonly (readonly [string, number, (cluster: Cluster) => readonly FaultRule[]])[] = [
  ['409', FEW, () => rules(0.1, { kind: 'refuse', code: 409 }, WRITES)],
  ['429', FEW, () => rules(0.1, { kind: 'refuse', code: 429 })],
  ['500', FEW, () => rules(0.1, { kind: 'refuse', code: 500 })],
  ['lost answers', FEW, () => rules(0.05, { kind: 'loseAnswer' }, WRITES)],
  ['dropped watches', FEW, () => rules(0.7, { kind: 'dropWatch', afterMs: 400 })],
  [
    'a little of everything',
    MANY,
    () => [
      ...rules(0.02, { kind: 'refuse', code: 409 }, WRITES),
      ...rules(0.02, { kind: 'refuse', code: 429 }),
      ...rules(0.02, { kind: 'refuse', code: 500 }),
      ...rules(0.01, { kind: 'loseAnswer' }, WRITES),
      ...rules(0.3, { kind: 'dropWatch', afterMs: 900 }),
      ...rules(0.02, { kind: 'delay', delayMs: 70 }),
    ],
  ],
];
for (const [name, size, faults] of FAULTS) {
  test(`CLU-20 a churn converges despite ${name}`, { timeout: 120_000 }, async () => {
    const made = await start();
    const handles = faults(made).map((rule) => made.faults.add(rule));
    const wanted = await churn(made, size);
    expect(made.faults.struck).toBeGreaterThan(10);
    for (const handle of handles) handle.dispose();
    await made.clock.advance('20m');
    await made.idle();
    await expectConverged(made, wanted);
    expect(bindings.size).toBeGreaterThan(size === MANY ? 1_000 : 200);
    expect(errors.splice(0)).toEqual([]);
  });
}

test('CLU-21 a kubelet that stops and a node that is cut off leave nothing behind', { timeout: 120_000 }, async () => {
  const made = await start();
  made.clock.setTimer(20_000, () => made.nodes.stop('node-3'));
  made.clock.setTimer(40_000, () => {
    const cut = made.faults.add({ match: { user: 'system:node:node-5' }, fault: { kind: 'refuse', code: 503 } });
    made.clock.setTimer(900_000, () => cut.dispose());
  });
  const wanted = await churn(made, MANY);
  await made.clock.advance('12m');
  made.nodes.start('node-3');
  await made.clock.advance('30m');
  await expectConverged(made, wanted);
  const nodes = (await made.client.resource(kinds.node).list()).items;
  expect(nodes.flatMap(({ spec }) => spec?.taints ?? [])).toEqual([]);
  expect(errors.splice(0)).toEqual([]);
});

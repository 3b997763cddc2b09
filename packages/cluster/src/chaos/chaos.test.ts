import { kinds } from '@tabernetes/api';
import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { ClusterOptions } from '../options.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
beforeEach(() => start());
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

async function start(options: ClusterOptions = {}): Promise<void> {
  errors = [];
  cluster = await createCluster({
    nodes: 2,
    clock: 'virtual',
    kubelet: 'simulated',
    latency: 'real',
    onError: (error) => void errors.push(error),
    ...options,
  });
}

async function create(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { ...spec, containers: [{ name: 'main', image: 'nginx:1.27', ...container }] },
  } as Pod);
  await cluster.clock.advance('10s');
}
const statusOf = async (name: string) =>
  (await cluster.client.resource(kinds.pod).get(name, 'default')).status?.containerStatuses?.[0];
async function messagesOf(name: string): Promise<readonly string[]> {
  const { items } = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
  return items.filter((event) => event.involvedObject?.name === name).map(({ message }) => message ?? '');
}
const readyOf = async (name: string) =>
  (await cluster.client.resource(kinds.node).get(name)).status?.conditions?.find(({ type }) => type === 'Ready')
    ?.status;
/** What `curl` says to a Pod's own address, from another Pod; its exit code. */
async function curl(target: string, seconds = 5): Promise<string> {
  const ip = (await cluster.client.resource(kinds.pod).get(target, 'default')).status?.podIP ?? '';
  const asked = cluster.sh(`kubectl exec asker -- curl -s -o /dev/null -m ${seconds} -w '%{http_code}' http://${ip}`);
  await cluster.clock.advance((seconds + 5) * 1000);
  return (await asked).stdout.trim();
}

test('CHA-1 a kubelet that stops is missed, and comes back', async () => {
  await create('web', {}, { nodeName: 'node-2' });
  const { id } = cluster.chaos.begin({ kind: 'kubelet', node: 'node-2' });
  await cluster.clock.advance('60s');
  expect(await readyOf('node-2')).toBe('Unknown');
  const { stderr } = await cluster.kubectl('exec web -- true');
  expect(stderr).toBe(
    'error: Internal error occurred: error sending request: Post "https://172.18.0.3:10250/exec/default/web/main?command=true&error=1&output=1": dial tcp 172.18.0.3:10250: connect: connection refused\n',
  );
  cluster.chaos.end(id);
  await cluster.clock.advance('30s');
  expect(await readyOf('node-2')).toBe('True');
});

test('CHA-2 a node that is cut off goes on alone; nobody reaches it until it is joined again', async () => {
  await create('asker', { image: 'curlimages/curl', command: ['sleep', '100000'] }, { nodeName: 'node-1' });
  await create('far', {}, { nodeName: 'node-2' });
  expect(await curl('far')).toBe('200');
  const { id } = cluster.chaos.begin({ kind: 'network', node: 'node-2' });
  expect(await curl('far')).toBe('000');
  await cluster.clock.advance('60s');
  expect(await readyOf('node-2')).toBe('Unknown');
  const logs = await cluster.kubectl('logs far');
  expect(logs.stderr).toContain('no route to host');
  // What it is told to do while nobody reaches it, it does when it is back.
  await cluster.client.resource(kinds.pod).delete('far', 'default');
  await cluster.clock.advance('60s');
  expect(await statusOf('far')).toBeDefined();
  cluster.chaos.end(id);
  await cluster.clock.advance('60s');
  expect(await readyOf('node-2')).toBe('True');
  await expect(statusOf('far')).rejects.toThrow('not found');
});

test('CHA-11 a node without network plugin starts nothing until it is back', async () => {
  const { id } = cluster.chaos.begin({ kind: 'networkPlugin', node: 'node-2' });
  await cluster.clock.advance('20s');
  expect(await readyOf('node-2')).toBe('False');
  await create('late', {}, { nodeName: 'node-2' });
  expect((await statusOf('late'))?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
  expect((await messagesOf('late')).join()).toContain('cni plugin not initialized');
  cluster.chaos.end(id);
  await cluster.clock.advance('20s');
  expect(await readyOf('node-2')).toBe('True');
  expect((await statusOf('late'))?.ready).toBe(true);
});

test('CHA-3 a container that crashes is started again', async () => {
  await create('web', {});
  cluster.chaos.crash('default/web', 'main');
  await cluster.clock.advance('5s');
  expect(await statusOf('web')).toMatchObject({
    restartCount: 1,
    ready: true,
    lastState: { terminated: { exitCode: 139, reason: 'Error' } },
  });
  expect(() => cluster.chaos.crash('default/web', 'other')).toThrow('container other of default/web does not run');
});

test('CHA-4 a container that hangs answers nobody: its liveness probe ends it, and with it what befell it', async () => {
  await create('web', { livenessProbe: { httpGet: { port: 80 }, periodSeconds: 5, failureThreshold: 2 } });
  cluster.chaos.begin({ kind: 'hang', pod: 'default/web', container: 'main' });
  expect(cluster.chaos.lasting).toHaveLength(1);
  await cluster.clock.advance('60s');
  expect(await statusOf('web')).toMatchObject({ restartCount: 1, ready: true });
  expect((await messagesOf('web')).join('\n')).toMatch(/Liveness probe failed: Get "http:.*context deadline exceeded/);
  expect(cluster.chaos.lasting).toEqual([]);
});

test('CHA-4 a container that hangs goes on when it is mended', async () => {
  await create('asker', { image: 'curlimages/curl', command: ['sleep', '100000'] });
  await create('web', {});
  const { id } = cluster.chaos.begin({ kind: 'hang', pod: 'default/web', container: 'main' });
  expect(await curl('web')).toBe('000');
  cluster.chaos.end(id);
  expect(await curl('web')).toBe('200');
});

test('CHA-5 probes fail while they are to', async () => {
  await create('web', { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2, failureThreshold: 1 } });
  expect((await statusOf('web'))?.ready).toBe(true);
  const { id } = cluster.chaos.begin({ kind: 'probes', pod: 'default/web', container: 'main' });
  await cluster.clock.advance('5s');
  expect((await statusOf('web'))?.ready).toBe(false);
  expect(await messagesOf('web')).toContain('Readiness probe failed: HTTP probe failed with statuscode: 500');
  cluster.chaos.end(id);
  await cluster.clock.advance('5s');
  expect((await statusOf('web'))?.ready).toBe(true);
  await create('plain', {});
  expect(() => cluster.chaos.begin({ kind: 'probes', pod: 'default/plain', container: 'main' })).toThrow(
    'container main of default/plain has no probe',
  );
});

test('CHA-6 who takes more memory than it may is killed; less is only seen', async () => {
  await cluster.stop();
  await start({ addons: ['metrics'] });
  await create('web', { resources: { limits: { memory: '64Mi' } } });
  const hold = (mebibytes: number): void =>
    void cluster.chaos.begin({ kind: 'memory', pod: 'default/web', container: 'main', bytes: mebibytes * 2 ** 20 });
  hold(32);
  cluster.chaos.begin({ kind: 'cpu', pod: 'default/web', container: 'main', millicores: 700 });
  await cluster.clock.advance('60s');
  expect((await statusOf('web'))?.restartCount).toBe(0);
  const [, cpu = '', memory = ''] = (await cluster.kubectl('top pod web --no-headers')).stdout.split(/\s+/);
  expect(Number.parseInt(cpu, 10)).toBeGreaterThanOrEqual(700);
  expect(Number.parseInt(memory, 10)).toBeGreaterThanOrEqual(32);
  hold(100);
  await cluster.clock.advance('10s');
  expect(await statusOf('web')).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
  });
  expect(cluster.chaos.lasting).toEqual([]);
});

test('CHA-7 pulls are slow, or fail, while they are to', async () => {
  const slow = cluster.chaos.begin({ kind: 'slowPull', image: 'nginx', delayMs: 30_000 });
  await create('late', {});
  expect((await statusOf('late'))?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
  await cluster.clock.advance('30s');
  expect((await statusOf('late'))?.ready).toBe(true);
  cluster.chaos.end(slow.id);
  const failing = cluster.chaos.begin({ kind: 'failingPull', image: 'redis:7' });
  await create('cache', { image: 'redis:7' });
  await cluster.clock.advance('30s');
  expect((await messagesOf('cache')).join('\n')).toContain(
    'Failed to pull image "redis:7": failed to pull and unpack image "docker.io/library/redis:7": failed to resolve reference',
  );
  cluster.chaos.end(failing.id);
  await cluster.clock.advance('2m');
  expect((await statusOf('cache'))?.ready).toBe(true);
});

test('CHA-8 the network is slow, or loses packets, between machines alone', async () => {
  await create('asker', { image: 'curlimages/curl', command: ['sleep', '100000'] }, { nodeName: 'node-1' });
  await create('near', {}, { nodeName: 'node-1' });
  await create('far', {}, { nodeName: 'node-2' });
  const slow = cluster.chaos.begin({ kind: 'latency', delayMs: 2_000 });
  expect([await curl('near', 5), await curl('far', 5), await curl('far', 20)]).toEqual(['200', '000', '200']);
  cluster.chaos.end(slow.id);
  const lossy = cluster.chaos.begin({ kind: 'loss', share: 1 });
  expect([await curl('near', 5), await curl('far', 5)]).toEqual(['200', '000']);
  cluster.chaos.end(lossy.id);
  expect(await curl('far', 5)).toBe('200');
});

test('CHA-9 machines come and go, and those that came are there after a restore', async () => {
  expect(await cluster.nodes.add({ labels: { disk: 'ssd' }, capacity: { cpu: '8' } })).toBe('node-3');
  await cluster.clock.advance('5s');
  expect(await readyOf('node-3')).toBe('True');
  await create('web', {}, { nodeSelector: { disk: 'ssd' } });
  expect((await statusOf('web'))?.ready).toBe(true);
  await cluster.nodes.remove('node-1');
  await expect(cluster.nodes.remove('node-1')).rejects.toThrow('there is no node node-1');
  const restore = await cluster.snapshot();
  await cluster.stop();
  await start({ restore });
  await cluster.clock.advance('30s');
  const { items } = await cluster.client.resource(kinds.node).list();
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['node-2', 'node-3']);
  expect((await statusOf('web'))?.ready).toBe(true);
  expect(await cluster.nodes.add()).toBe('node-1');
});

test('CHA-10 hollow nodes have nothing that could be disturbed but their kubelets', async () => {
  await cluster.stop();
  await start({ kubelet: 'hollow' });
  expect(() => cluster.chaos.begin({ kind: 'loss', share: 0.5 })).toThrow('they run no containers');
  await expect(cluster.nodes.add()).rejects.toThrow('nodes of this cluster are hollow');
  cluster.chaos.begin({ kind: 'kubelet', node: 'node-1' });
  expect(cluster.chaos.lasting).toEqual([{ id: 1, trouble: { kind: 'kubelet', node: 'node-1' } }]);
});

import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { type TestApiServer, testApiServer } from '@tabernetes/apiserver/testing';
import { seededRng } from '@tabernetes/base';
import { type Client, createClient, createInformerFactory } from '@tabernetes/client';
import { afterEach, describe, expect, test } from 'vitest';
import { type HollowKubeletOptions, type HollowKubelets, hollowKubelets } from './hollow-kubelets.ts';
import { hollowNodes } from './hollow-node.ts';
import { fullImageName } from './image.ts';
import { podAddresses } from './pod-addresses.ts';

let server: TestApiServer;
let client: Client;
let errors: unknown[];
const started: { dispose(): void }[] = [];
afterEach(() => {
  for (const part of started.splice(0)) part.dispose();
  server.dispose();
  expect(errors).toEqual([]);
});

async function start(nodes = 2, latency: HollowKubeletOptions = {}): Promise<void> {
  server = await testApiServer({ namespaces: ['default', 'kube-node-lease'] });
  client = createClient(server.server, {
    user: { name: 'system:nodes', groups: ['system:masters'] },
    userAgent: 'kubelet',
  });
  errors = [];
  await startKubelets(nodes, latency);
}
async function startKubelets(nodes: number, latency: HollowKubeletOptions = {}): Promise<HollowKubelets> {
  const onError = (error: unknown): void => void errors.push(error);
  const informers = createInformerFactory({ client, clock: server.clock, onError });
  const kubelets = hollowKubelets(
    { client, informers, clock: server.clock, rng: seededRng(3), onError },
    hollowNodes(nodes),
    latency,
  );
  started.push(kubelets, informers);
  await kubelets.start();
  await server.clock.advance(0);
  return kubelets;
}
async function bound(name: string, nodeName: string, spec: Partial<NonNullable<Pod['spec']>> = {}): Promise<Pod> {
  await client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'nginx' }], nodeName, ...spec },
  });
  await server.clock.advance(0);
  return get(name);
}
const get = (name: string): Promise<Pod> => client.resource(kinds.pod).get(name, 'default');
const remove = async (name: string): Promise<void> => {
  await client.resource(kinds.pod).delete(name, 'default');
  await server.clock.advance(0);
};

test('HOL-4 takes its time to start and to stop Pods, when it is told to', async () => {
  await start(1, { startMs: 1_220, stopMs: 1_000 });
  expect((await bound('web', 'node-1')).status?.phase).toBe('Pending');
  await server.clock.advance(1_219);
  expect((await get('web')).status?.phase).toBe('Pending');
  await server.clock.advance(1);
  expect((await get('web')).status?.phase).toBe('Running');
  await remove('web');
  await server.clock.advance(999);
  expect((await get('web')).metadata.deletionTimestamp).toBeDefined();
  await server.clock.advance(1);
  await expect(get('web')).rejects.toMatchObject({ reason: 'NotFound' });
});

describe('nodes', () => {
  test('HOL-1 are registered, Ready, and hold a Lease that is renewed every ten seconds', async () => {
    await start();
    const { items } = await client.resource(kinds.node).list();
    expect(items.map((n) => n.metadata.name)).toEqual(['node-1', 'node-2']);
    expect(items[0]?.status?.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
    const lease = () => client.resource(kinds.lease).get('node-1', 'kube-node-lease');
    expect(await lease()).toMatchObject({
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: items[0]?.metadata.uid }] },
      spec: { holderIdentity: 'node-1', leaseDurationSeconds: 40, renewTime: '2025-01-01T00:00:00.000000Z' },
    });
    await server.clock.advance(25_000);
    expect((await lease()).spec?.renewTime).toBe('2025-01-01T00:00:20.000000Z');
    // Nobody waits for heartbeats.
    await server.clock.idle();
    expect(server.clock.now()).toBe(Date.UTC(2025, 0, 1, 0, 0, 25));
  });

  test('HOL-1 make a Lease again that was deleted, unless the Node is gone', async () => {
    await start();
    const leases = client.resource(kinds.lease);
    await leases.delete('node-1', 'kube-node-lease');
    await leases.delete('node-2', 'kube-node-lease');
    await client.resource(kinds.node).delete('node-2');
    await server.clock.advance(10_000);
    const { uid } = (await client.resource(kinds.node).get('node-1')).metadata;
    const { items } = await leases.list();
    expect(items.map((lease) => lease.metadata.name)).toEqual(['node-1']);
    expect(items[0]).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Node', name: 'node-1', uid }] },
      spec: { holderIdentity: 'node-1', renewTime: '2025-01-01T00:00:10.000000Z' },
    });
  });

  test('HOL-1 report their status every five minutes', async () => {
    await start();
    await server.clock.advance('5m');
    const { status } = await client.resource(kinds.node).get('node-2');
    expect(status?.conditions?.[3]).toMatchObject({
      lastHeartbeatTime: '2025-01-01T00:05:00Z',
      lastTransitionTime: '2025-01-01T00:00:00Z',
    });
  });

  test('HOL-1 that are taken for dead contradict within ten seconds, and their Pods are Ready again', async () => {
    await start();
    const pod = await bound('web', 'node-1');
    const sick = (c: { readonly type: string }) => (c.type === 'Ready' ? { ...c, status: 'False' } : c);
    const conditions = pod.status?.conditions?.map(sick) ?? [];
    await client
      .resource(kinds.pod)
      .updateStatus({ ...pod, status: { ...pod.status, conditions: conditions as never } });
    const node = await client.resource(kinds.node).get('node-1');
    const unknown = node.status?.conditions?.map((c) => ({ ...c, status: 'Unknown' })) ?? [];
    await client.resource(kinds.node).updateStatus({ ...node, status: { ...node.status, conditions: unknown } });
    await server.clock.advance(10_000);
    const { status } = await client.resource(kinds.node).get('node-1');
    expect(status?.conditions?.[3]).toMatchObject({ status: 'True', lastTransitionTime: '2025-01-01T00:00:10Z' });
    expect((await get('web')).status?.conditions?.find((c) => c.type === 'Ready')?.status).toBe('True');
  });

  test('HOL-1 that are there already are kept', async () => {
    await start();
    const before = await client.resource(kinds.node).get('node-1');
    for (const part of started.splice(0)) part.dispose();
    await startKubelets(2);
    expect((await client.resource(kinds.node).get('node-1')).metadata.uid).toBe(before.metadata.uid);
  });
});

describe('Pods', () => {
  test('HOL-2 that are bound run and are ready, with an address of their node', async () => {
    await start();
    const { status } = await bound('web', 'node-2');
    expect(status).toMatchObject({
      phase: 'Running',
      hostIP: '172.18.0.3',
      podIP: '10.244.2.2',
      podIPs: [{ ip: '10.244.2.2' }],
      startTime: '2025-01-01T00:00:00Z',
    });
    expect(status?.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
    expect(status?.containerStatuses).toMatchObject([
      { name: 'main', image: 'docker.io/library/nginx:latest', ready: true, started: true, restartCount: 0 },
    ]);
    expect((await bound('second', 'node-2')).status?.podIP).toBe('10.244.2.3');
    expect((await bound('first', 'node-1')).status?.podIP).toBe('10.244.1.2');
  });

  test('HOL-2 on the network of the node have its address', async () => {
    await start();
    expect((await bound('web', 'node-1', { hostNetwork: true })).status?.podIP).toBe('172.18.0.2');
    expect((await bound('next', 'node-1')).status?.podIP).toBe('10.244.1.2');
  });

  test('HOL-2 of nodes that are not ours are left alone', async () => {
    await start();
    expect((await bound('web', 'elsewhere')).status?.phase).toBe('Pending');
  });

  test('HOL-3 that are told to go are gone, and their addresses are free', async () => {
    await start();
    await bound('a', 'node-1');
    await bound('b', 'node-1');
    await remove('a');
    expect((await client.resource(kinds.pod).list({ namespace: 'default' })).items.map((p) => p.metadata.name)).toEqual(
      ['b'],
    );
    expect((await bound('c', 'node-1')).status?.podIP).toBe('10.244.1.2');
  });

  test('HOL-3 that run when the kubelets start again keep their addresses', async () => {
    await start();
    await bound('z', 'node-1');
    for (const part of started.splice(0)) part.dispose();
    // Comes first in the list, and has no address yet.
    await bound('a', 'node-1');
    await startKubelets(2);
    expect((await get('z')).status?.podIP).toBe('10.244.1.2');
    expect((await get('a')).status?.podIP).toBe('10.244.1.3');
  });
});

describe('statuses', () => {
  test('HOL-2 init containers have ended, sidecars run', async () => {
    await start(1);
    const containers = [{ name: 'main', image: 'nginx' }];
    const initContainers = [
      { name: 'init', image: 'busybox' },
      { name: 'side', image: 'busybox', restartPolicy: 'Always' },
    ];
    await bound('web', 'node-1', { containers, initContainers });
    expect((await get('web')).status).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [{ name: 'init', state: { running: {} } }, { state: { waiting: {} } }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    });
    await server.clock.advance(2_000);
    expect((await get('web')).status?.initContainerStatuses).toMatchObject([
      { name: 'init', ready: true, started: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      { name: 'side', ready: true, started: true, state: { running: { startedAt: '2025-01-01T00:00:02Z' } } },
    ]);
  });

  test('HOL-2 one image has one digest', async () => {
    await start(1);
    const spec = { containers: [{ name: 'main', image: 'nginx:1.27' }] };
    const a = (await bound('a', 'node-1', spec)).status?.containerStatuses?.[0];
    const b = (await bound('b', 'node-1', spec)).status?.containerStatuses?.[0];
    expect(a?.imageID).toMatch(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
    expect(b?.imageID).toBe(a?.imageID);
    expect(b?.containerID).not.toBe(a?.containerID);
  });

  const images: readonly (readonly [string, string])[] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['team/app', 'docker.io/team/app:latest'],
    ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['nginx@sha256:ab', 'docker.io/library/nginx@sha256:ab'],
  ];
  for (const [image, full] of images) {
    test(`HOL-2 ${image} is ${full}`, () => {
      errors = [];
      expect(fullImageName(image)).toBe(full);
    });
  }
});

test('HOL-9 what was marked as not ready while its node was not heard of is ready again', async () => {
  await start(1);
  const pod = await bound('web', 'node-1');
  const conditions = pod.status?.conditions?.map((each) =>
    each.type === 'Ready' ? { ...each, status: 'False' } : each,
  );
  await client.resource(kinds.pod).updateStatus({ ...pod, status: { ...pod.status, conditions } });
  await server.clock.advance(0);
  expect((await get('web')).status?.conditions).toMatchObject(pod.status?.conditions ?? []);
});

describe('podAddresses', () => {
  test('HOL-3 gives the lowest that is free, and none when all are taken', () => {
    errors = [];
    const addresses = podAddresses(3);
    for (let i = 2; i < 256; i++) expect(addresses.take(`pod-${i}`)).toBe(`10.244.3.${i}`);
    expect(addresses.take('more')).toBeUndefined();
    addresses.release('pod-7');
    expect(addresses.take('more')).toBe('10.244.3.7');
    expect(addresses.take('more')).toBe('10.244.3.7');
    expect(podAddresses(300).take('a')).toBe('10.129.44.2');
  });
});

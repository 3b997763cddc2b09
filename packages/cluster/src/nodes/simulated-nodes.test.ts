import { kinds } from '@tabernetes/api';
import { FakeRuntime } from '@tabernetes/kubelet/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
const runtimes: FakeRuntime[] = [];
afterEach(async () => {
  await cluster.stop();
  runtimes.splice(0);
  expect(errors).toEqual([]);
});

async function start(nodes = 2): Promise<void> {
  errors = [];
  cluster = await createCluster({
    nodes,
    clock: 'virtual',
    kubelet: 'simulated',
    nodeCapacity: { cpu: '2' },
    nodeLabels: { disk: 'ssd' },
    zones: ['here', 'there'],
    containerRuntime({ clock }) {
      const runtime = new FakeRuntime(clock, { exec: () => 42 });
      runtimes.push(runtime);
      return runtime;
    },
    onError: (error) => void errors.push(error),
  });
}
const deployment = (replicas: number) =>
  cluster.client.resource(kinds.deployment).create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } },
    },
  });
const pods = async () => (await cluster.client.resource(kinds.pod).list({ namespace: 'default' })).items;

describe('nodes that run containers', () => {
  test('CLU-30 nodes have the labels that they were given, and are in zones in turn; those that come later too', async () => {
    await start(3);
    await cluster.nodes.add({});
    const nodes = (await cluster.client.resource(kinds.node).list()).items;
    expect(
      nodes.map(({ metadata: { labels } }) => [labels?.['disk'], labels?.['topology.kubernetes.io/zone']]),
    ).toEqual([
      ['ssd', 'here'],
      ['ssd', 'there'],
      ['ssd', 'here'],
      ['ssd', 'there'],
    ]);
  });

  test('CLU-30 are Ready with what they were given, and run what is bound to them', async () => {
    await start();
    const node = await cluster.client.resource(kinds.node).get('node-1');
    expect(node.status?.allocatable).toMatchObject({ cpu: '2', memory: '8Gi' });
    await deployment(3);
    await cluster.idle();
    expect((await pods()).map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running']);
    expect(runtimes.flatMap(({ runningContainers }) => runningContainers)).toHaveLength(3);
  });

  test('CLU-30 kubelets act with the rights of their nodes: a token is to be had for the Pods that are there', async () => {
    await start(1);
    await deployment(1);
    await cluster.idle();
    const mount = runtimes[0]?.config('app')?.mounts.find(({ containerPath }) => containerPath.startsWith('/var/run'));
    expect(mount?.volume.fs.readText('/token')).toMatch(/^eyJ/);
    expect(mount?.volume.fs.readText('/namespace')).toBe('default');
  });

  test('CLU-30 images that nodes come with are listed, and not pulled', async () => {
    errors = [];
    cluster = await createCluster({
      nodes: 1,
      clock: 'virtual',
      kubelet: 'simulated',
      latency: 'real',
      preloadedImages: ['busybox:1.36'],
      onError: (error) => void errors.push(error),
    });
    const node = await cluster.client.resource(kinds.node).get('node-1');
    expect(node.status?.images?.[0]?.names).toContain('docker.io/library/busybox:1.36');
    await cluster.client.resource(kinds.pod).create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] }] },
    });
    await cluster.clock.advance('15s');
    const events = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
    expect(events.items.map(({ message }) => message)).toContain(
      'Container image "busybox:1.36" already present on machine',
    );
    expect(events.items.map(({ reason }) => reason)).not.toContain('Pulling');
  });

  test('CLU-30 with latency, eight Pods that come at once have started when recorded ones had', async () => {
    errors = [];
    cluster = await createCluster({
      nodes: 1,
      clock: 'virtual',
      kubelet: 'simulated',
      latency: 'real',
      nodeCapacity: { cpu: '2' },
      preloadedImages: ['busybox:1.36'],
      onError: (error) => void errors.push(error),
    });
    for (let i = 0; i < 8; i++) {
      await cluster.client.resource(kinds.pod).create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${i}`, namespace: 'default' },
        spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] }] },
      });
    }
    const started = async () => {
      const events = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
      return events.items.filter(({ reason }) => reason === 'Started').length;
    };
    await cluster.clock.advance(1_200);
    expect(await started()).toBe(0);
    await cluster.clock.advance(500);
    expect(await started()).toBe(8);
  });

  test('RUN-5 CLU-30 with short latency, a Pod that is told to go is seen going for a moment', async () => {
    errors = [];
    cluster = await createCluster({
      nodes: 1,
      clock: 'virtual',
      kubelet: 'simulated',
      latency: 'short',
      onError: (error) => void errors.push(error),
    });
    await deployment(1);
    await cluster.clock.advance(900);
    const [web] = await pods();
    expect(web?.status?.containerStatuses?.[0]?.state).toHaveProperty('running');
    await cluster.client.resource(kinds.pod).delete(web?.metadata.name ?? '', 'default');
    await cluster.clock.advance(350);
    const going = (await pods()).find(({ metadata }) => metadata.name === web?.metadata.name);
    expect(going?.status?.containerStatuses?.[0]?.state).toHaveProperty('running');
    await cluster.clock.advance(150);
    expect((await pods()).map(({ metadata }) => metadata.name)).not.toContain(web?.metadata.name);
  });

  test('CLU-31 a node that stops is left, and its Pods go elsewhere', async () => {
    await start();
    await deployment(2);
    await cluster.idle();
    cluster.nodes.stop('node-1');
    await cluster.clock.advance('8m');
    const alive = (await pods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    expect(alive.map(({ spec, status }) => [spec?.nodeName, status?.phase])).toEqual([
      ['node-2', 'Running'],
      ['node-2', 'Running'],
    ]);
    cluster.nodes.start('node-1');
    await cluster.clock.advance('1m');
    expect(await pods()).toHaveLength(2);
  });
});

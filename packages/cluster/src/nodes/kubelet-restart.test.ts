import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { ObjectEvent } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
/** READY of each state that the Pod went through. */
let frames: string[];
beforeEach(async () => {
  errors = [];
  frames = [];
  cluster = await createCluster({
    nodes: 1,
    clock: 'virtual',
    kubelet: 'simulated',
    latency: 'real',
    preloadedImages: ['nginx:1.27', 'busybox:1.36'],
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

async function follow(): Promise<void> {
  const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods?watch=1'));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    let text = '';
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      const lines = (text + next.value).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const { status } = (JSON.parse(line) as ObjectEvent<Pod>).object;
        const [container] = status?.containerStatuses ?? [];
        if (container?.state?.running !== undefined) frames.push(container.ready ? '1/1' : '0/1');
      }
    }
  })();
}

const create = (container: object): Promise<Pod> =>
  cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', ...container }] },
  } as Pod);

test('CLU-77 readiness is not known at first, neither at the start nor when the kubelet is back', async () => {
  await follow();
  await create({ image: 'nginx:1.27', readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 2 } });
  await cluster.clock.advance('5s');
  expect(frames).toEqual(['0/1', '1/1']);
  cluster.nodes.stop('node-1');
  await cluster.clock.advance('20s');
  cluster.nodes.start('node-1');
  await cluster.clock.advance('5s');
  expect(frames.slice(2)).toEqual(['0/1', '1/1']);
  const events = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
  expect(events.items.filter(({ reason }) => reason === 'Starting').map(({ count }) => count)).toEqual([1, 1]);
});

test('CLU-77 liveness goes on to be asked for when the kubelet is back', async () => {
  const exec = { command: ['cat', '/tmp/healthy'] };
  await create({
    image: 'busybox:1.36',
    command: ['sh', '-c', 'touch /tmp/healthy; sleep 40; rm /tmp/healthy; sleep 600'],
    livenessProbe: { exec, periodSeconds: 2, failureThreshold: 1 },
  });
  await cluster.clock.advance('5s');
  cluster.nodes.stop('node-1');
  await cluster.clock.advance('10s');
  cluster.nodes.start('node-1');
  await cluster.clock.advance('35s');
  const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
  expect(status?.containerStatuses?.[0]?.restartCount).toBe(1);
});

test('CLU-77 tokens go on to be renewed when the kubelet is back', async () => {
  const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }];
  const script = 'while true; do md5sum < /var/run/own/token; sleep 60; done';
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'busybox:1.36',
          command: ['sh', '-c', script],
          volumeMounts: [{ name: 'own', mountPath: '/var/run/own' }],
        },
      ],
      volumes: [{ name: 'own', projected: { sources } }],
    },
  });
  const tokens = async () => {
    const log = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/web/log'));
    return new Set((await log.text()).split('\n').filter(Boolean)).size;
  };
  await cluster.clock.advance('2m');
  cluster.nodes.stop('node-1');
  await cluster.clock.advance('20m');
  cluster.nodes.start('node-1');
  await cluster.clock.advance('1s');
  expect(await tokens()).toBe(1);
  await cluster.clock.advance('20m');
  expect(await tokens()).toBeGreaterThan(2);
});

import { kinds } from '@tabernetes/api';
import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
beforeEach(async () => {
  errors = [];
  cluster = await createCluster({
    nodes: 1,
    clock: 'virtual',
    kubelet: 'simulated',
    latency: 'real',
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

async function create(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { ...spec, containers: [{ name: 'main', image: 'busybox:1.36', ...container }] },
  } as Pod);
}

const statusOf = async (name: string) => (await cluster.client.resource(kinds.pod).get(name, 'default')).status;
const stateOf = async (name: string) => (await statusOf(name))?.containerStatuses?.[0]?.state;
async function messagesOf(name: string): Promise<(string | undefined)[]> {
  const { items } = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
  return items.filter((event) => event.involvedObject?.name === name).map(({ message }) => message);
}

describe('CLU-71 pulls that fail', () => {
  const cases = [
    {
      image: 'nginx:nosuch',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nosuch": failed to resolve reference "docker.io/library/nginx:nosuch": docker.io/library/nginx:nosuch: not found',
    },
    {
      image: 'nginx:1.161',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found',
    },
    {
      image: '127.0.0.1:5000/nosuch:1',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "127.0.0.1:5000/nosuch:1": failed to resolve reference "127.0.0.1:5000/nosuch:1": 127.0.0.1:5000/nosuch:1: not found',
    },
    {
      image: '127.0.0.1:5999/app:1',
      message:
        'failed to pull and unpack image "127.0.0.1:5999/app:1": failed to resolve reference "127.0.0.1:5999/app:1": failed to do request: Head "http://127.0.0.1:5999/v2/app/manifests/1": dial tcp 127.0.0.1:5999: connect: connection refused',
    },
  ];
  for (const { image, message } of cases) {
    test(`CLU-71 ${image}`, async () => {
      await create('it', { image });
      await cluster.clock.advance('3s');
      expect(await stateOf('it')).toEqual({ waiting: { reason: 'ErrImagePull', message } });
    });
  }

  test('CLU-71 a digest that no content has', async () => {
    await create('it', { image: `nginx@sha256:${'0'.repeat(64)}` });
    await cluster.clock.advance('3s');
    expect((await stateOf('it'))?.waiting?.message).toContain(`nginx@sha256:${'0'.repeat(64)}: not found`);
  });

  test('CLU-71 a host without an address is waited for', async () => {
    await create('it', { image: 'registry.invalid/app:1' });
    await cluster.clock.advance('8s');
    expect(await stateOf('it')).toEqual({ waiting: { reason: 'ContainerCreating' } });
    await cluster.clock.advance('16s');
    expect((await stateOf('it'))?.waiting?.message).toContain(
      'failed to do request: Head "https://registry.invalid/v2/app/manifests/1": dial tcp: lookup registry.invalid',
    );
  });
});

test('CLU-103 an image is told by a tag of it, else by its identifier', async () => {
  await create('tagged', { image: 'nginx:1.27' });
  await cluster.clock.advance('3s');
  const digest = (await statusOf('tagged'))?.containerStatuses?.[0]?.imageID.split('@')[1];
  const unknown = `sha256:${'0123456789abcdef'.repeat(4)}`;
  await create('same', { image: `nginx@${digest}` });
  await create('other', { image: `nginx:1.27@${unknown}` });
  await cluster.clock.advance('5s');
  const of = async (name: string) => {
    const { image, imageID } = (await statusOf(name))?.containerStatuses?.[0] ?? {};
    return [image, imageID];
  };
  expect(await of('same')).toEqual(['docker.io/library/nginx:1.27', `docker.io/library/nginx@${digest}`]);
  expect(await of('other')).toEqual([
    expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    `docker.io/library/nginx@${unknown}`,
  ]);
  expect(await messagesOf('same')).toContain(`Container image "nginx@${digest}" already present on machine`);
});

describe('CLU-72 memory', () => {
  const eats = { command: ['sh', '-c', 'echo eating; sleep 1; tail /dev/zero'] };
  test('CLU-72 a container that takes more than it may is killed', async () => {
    await create('it', { ...eats, resources: { limits: { memory: '20Mi' } } }, { restartPolicy: 'Never' });
    await cluster.clock.advance('5s');
    expect(await stateOf('it')).toMatchObject({ terminated: { reason: 'OOMKilled', exitCode: 137 } });
    expect((await statusOf('it'))?.phase).toBe('Failed');
  });

  test('CLU-72 so is one that takes more than there is', async () => {
    await create('it', eats, { restartPolicy: 'Never' });
    await cluster.clock.advance('10s');
    expect(await stateOf('it')).toMatchObject({ terminated: { reason: 'OOMKilled', exitCode: 137 } });
  });
});

test('CLU-73 a process that may not gain privileges says so', async () => {
  const command = ['grep', 'NoNewPrivs', '/proc/self/status'];
  await create('it', { command, securityContext: { allowPrivilegeEscalation: false } }, { restartPolicy: 'Never' });
  await cluster.clock.advance('3s');
  const log = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/it/log'));
  expect(await log.text()).toBe('NoNewPrivs:\t1\n');
});

test('CLU-73 a Pod with a sysctl that is not safe was scheduled, and is refused by its node', async () => {
  const sysctls = [{ name: 'net.core.somaxconn', value: '1024' }];
  await create('it', { command: ['sleep', '600'] }, { securityContext: { sysctls } });
  await cluster.clock.advance('5s');
  expect((await statusOf('it'))?.reason).toBe('SysctlForbidden');
  expect(await messagesOf('it')).toEqual([
    'Successfully assigned default/it to node-1',
    'forbidden sysctl: "net.core.somaxconn" not allowlisted',
  ]);
});

describe('CLU-74 what never ends', () => {
  const log = async (name: string, query: string): Promise<string> =>
    (await cluster.fetch(new Request(`https://cluster/api/v1/namespaces/default/pods/${name}/log?${query}`))).text();

  test('a script that takes more and more is killed for it, and the rest goes on', async () => {
    const resources = { limits: { memory: '8Mi' } };
    await create(
      'doubles',
      { command: ['sh', '-c', 'x=x; while :; do x=$x$x; done'], resources },
      { restartPolicy: 'Never' },
    );
    await create('sorts', { command: ['sh', '-c', 'yes | sort'], resources }, { restartPolicy: 'Never' });
    await create('unlimited', { command: ['sh', '-c', 'x=$(cat /dev/zero)'] }, { restartPolicy: 'Never' });
    await create('other', { command: ['sh', '-c', 'while :; do date; sleep 1; done'] });
    await cluster.clock.advance('40s');
    for (const name of ['doubles', 'sorts', 'unlimited'])
      expect([name, await stateOf(name)]).toMatchObject([name, { terminated: { reason: 'OOMKilled', exitCode: 137 } }]);
    expect((await log('other', 'tailLines=30')).split('\n').length).toBe(31);
  });

  test('one that never yields is stopped like any other', async () => {
    const command = ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; while :; do :; done'];
    await create('busy', { command }, { terminationGracePeriodSeconds: 1 });
    await cluster.clock.advance('5s');
    expect(await stateOf('busy')).toMatchObject({ running: {} });
    await cluster.client.resource(kinds.pod).delete('busy', 'default');
    await cluster.clock.advance('5s');
    expect((await cluster.client.resource(kinds.pod).list({ namespace: 'default' })).items).toEqual([]);
  });

  test('a megabyte of logs a second is kept as far as a kubelet keeps it', async () => {
    const line = 'x'.repeat(1023);
    const script = `x=${line}; while :; do i=0; while [ $i -lt 1024 ]; do echo $x; i=$((i+1)); done; sleep 1; done`;
    await create('loud', { command: ['sh', '-c', script] });
    await cluster.clock.advance('30s');
    const kept = (await log('loud', '')).length;
    expect(kept).toBeGreaterThan(8 * 1024 ** 2);
    expect(kept).toBeLessThanOrEqual(10 * 1024 ** 2);
    expect(await log('loud', 'tailLines=1')).toBe(`${line}\n`);
  });
});

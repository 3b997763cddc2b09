import { kinds } from '@tabernetes/api';
import type { Node } from '@tabernetes/api/types/core-v1';
import { afterEach, expect, test } from 'vitest';
import { kubeletConnector } from './server/node-connector.ts';
import { type TestKubelet, testKubelet } from './testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});
const kubelet = () => {
  const found = node.kubelets.get('node-1');
  if (found === undefined) throw new Error('no kubelet');
  return found;
};

test('KUB-14 a ConfigMap that changes is seen in the volumes that show it', async () => {
  node = await testKubelet();
  const maps = node.client.resource(kinds.configMap);
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm', namespace: 'default' },
    data: { a: 'old' },
  };
  const made = await maps.create(map);
  await node.run('web', {
    containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', configMap: { name: 'cm', items: [{ key: 'a', path: 'dir/file', mode: 0o400 }] } }],
  });
  const fs = node.runtime.config('app')?.mounts[0]?.volume.fs;
  expect([fs?.readText('/dir/file'), fs?.stat('/dir/file').mode]).toEqual(['old', 0o400]);
  await maps.update({ ...made, data: { a: 'new' } });
  await node.advance(1);
  expect(fs?.readText('/dir/file')).toBe('new');
});

test('KUB-14 no ConfigMap is watched for a Pod that does not show it in a volume, or is gone', async () => {
  node = await testKubelet();
  const image = 'busybox:1.36';
  for (const name of ['shown', 'read'])
    await node.client
      .resource(kinds.configMap)
      .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { A: '1' } });
  await node.run('web', {
    containers: [
      {
        name: 'app',
        image,
        envFrom: [{ configMapRef: { name: 'read' } }],
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
    ],
    volumes: [{ name: 'v', configMap: { name: 'shown' } }],
  });
  expect(node.runtime.config('app')?.env).toMatchObject({ A: '1' });
  /** Every watch that is open is struck; it begins again. */
  const watches = async (): Promise<number> => {
    const before = node.faults.struck;
    const rule = node.faults.add({ match: { path: /configmaps/ }, fault: { kind: 'dropWatch', afterMs: 0 } });
    rule.dispose();
    await node.advance(10);
    return node.faults.struck - before;
  };
  expect(await watches()).toBe(1);
  await node.delete('web', 0);
  await node.advance('1m');
  expect(await watches()).toBe(0);
});

test('KUB-14 a Pod whose token cannot be had does not start', async () => {
  node = await testKubelet();
  await node.run('web', {
    serviceAccountName: 'default',
    containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
  });
  await node.advance(600);
  expect(await node.events('web')).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : failed to fetch token: serviceaccounts "default" not found x2',
  ]);
});

test('KUB-15 a volume that cannot be mounted says why, and is tried again', async () => {
  node = await testKubelet();
  const spec = {
    containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', secret: { secretName: 'late' } }],
  };
  await node.run('web', spec);
  await node.advance(600);
  expect((await node.get('web')).status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
  expect(await node.events('web')).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : secret "late" not found x2',
  ]);
  await node.client
    .resource(kinds.secret)
    .create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late', namespace: 'default' } });
  await node.advance('5s');
  expect((await node.get('web')).status?.phase).toBe('Running');
});

test('KUB-15 a projected volume names everything that it misses', async () => {
  node = await testKubelet();
  await node.run('web', {
    containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'a' } }, { configMap: { name: 'b' } }] } }],
  });
  await node.advance(100);
  expect(await node.events('web')).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : [secret "a" not found, configmap "b" not found]',
  ]);
});

test('KUB-12 a subPathExpr that names what has no value, or leads out of its volume, is told', async () => {
  node = await testKubelet();
  const cases = [
    ['logs/$(B)/$(NOPE)/$(EMPTY)', 'missing value for EMPTY, NOPE'],
    ['$(B)/logs', 'error SubPath `/b/logs` must not be an absolute path'],
    ['logs$(B)$(UP)', "unable to provision SubPath `logs/b/../..`: must not contain '..'"],
  ] as const;
  for (const [index, [subPathExpr, message]] of cases.entries()) {
    await node.run(`web-${index}`, {
      containers: [
        {
          name: 'app',
          image: 'busybox:1.36',
          env: [{ name: 'EMPTY' }, { name: 'B', value: '/b' }, { name: 'UP', value: '/../..' }],
          volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr }],
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    const { status } = await node.get(`web-${index}`);
    expect(status?.containerStatuses?.[0]?.state?.waiting).toEqual({ reason: 'CreateContainerConfigError', message });
  }
});

test('KUB-15 a claim that is not there, or not bound, is named', async () => {
  node = await testKubelet();
  await node.run('web', {
    containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }],
  });
  await node.advance(100);
  expect(await node.events('web')).toEqual([
    'FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: error processing PVC default/gone: failed to fetch PVC from API server: persistentvolumeclaims "gone" not found',
  ]);
});

test('KUB-15 volumes that no container mounts are not looked at', async () => {
  node = await testKubelet();
  await node.run('web', {
    containers: [{ name: 'app', image: 'busybox:1.36' }],
    volumes: [
      { name: 'a', secret: { secretName: 'gone' } },
      { name: 'b', hostPath: { path: '/nowhere', type: 'Directory' } },
    ],
  });
  await node.advance(600);
  expect((await node.get('web')).status?.phase).toBe('Running');
  expect((await node.events('web')).filter((event) => event.startsWith('FailedMount'))).toEqual([]);
});

test('KUB-16 hooks run; one that fails ends the container', async () => {
  node = await testKubelet({ exec: ({ name }, { command }) => (name === 'bad' ? 7 : command.length - 1) });
  const hook = { exec: { command: ['hook'] } };
  await node.run('web', {
    containers: [
      { name: 'app', image: 'busybox:1.36', lifecycle: { postStart: hook } },
      { name: 'bad', image: 'busybox:1.36', lifecycle: { postStart: hook } },
    ],
  });
  await node.advance(10);
  const [app, bad] = (await node.get('web')).status?.containerStatuses ?? [];
  expect(app?.state?.running).toBeDefined();
  expect(bad?.state?.waiting?.reason).toMatch(/PostStartHookError|CrashLoopBackOff/);
  expect(await node.events('web')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^FailedPostStartHook: PostStartHook failed/)]),
  );
});

test('KUB-16 a preStop hook sleeps no longer than the container lives', async () => {
  node = await testKubelet();
  const lifecycle = { preStop: { sleep: { seconds: 30 } } };
  await node.run('web', { containers: [{ name: 'app', image: 'busybox:1.36', lifecycle }] });
  await node.delete('web', 2);
  const startMs = node.server.clock.now();
  await node.server.clock.idle();
  await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
  expect(node.server.clock.now() - startMs).toBeLessThan(10_000);
  expect((await node.events('web')).at(-1)).toBe('Killing: Stopping container app');
});

test('KUB-17 a Pod past its deadline is Failed', async () => {
  node = await testKubelet();
  await node.run('web', { activeDeadlineSeconds: 5 });
  await node.advance(5_100);
  expect((await node.get('web')).status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  });
});

test('KUB-17 a deadline is looked at every second, and whenever the Pod is', async () => {
  node = await testKubelet({ latency: 'real' });
  const exceeded = async (name: string) =>
    (await node.events(name)).filter((event) => event.startsWith('DeadlineExceeded')).length > 0;
  await node.run('web', { activeDeadlineSeconds: 5 });
  await node.advance(5_050);
  expect(await exceeded('web')).toBe(false);
  await node.advance(100);
  expect(await exceeded('web')).toBe(true);
  await node.run('late');
  await node.advance(4_000);
  const spec = { activeDeadlineSeconds: 3 };
  await node.client.resource(kinds.pod).patch('late', 'default', 'merge', { spec });
  await node.advance(10);
  expect(await exceeded('late')).toBe(true);
  await node.advance(1_500);
  expect((await node.get('late')).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
});

test('KUB-22 that containers are being made is told at once where making them takes time', async () => {
  node = await testKubelet({ latency: 'short', startMs: 900 });
  await node.run('web');
  const state = async () => (await node.get('web')).status?.containerStatuses?.[0]?.state;
  expect(await state()).toEqual({ waiting: { reason: 'ContainerCreating' } });
  await node.advance(1_000);
  expect(await state()).toHaveProperty('running');
});

test('KUB-18 a kubelet that stops and starts finds its containers again', async () => {
  node = await testKubelet();
  await node.run('web');
  await node.run('old');
  kubelet().stop();
  await node.client.resource(kinds.pod).delete('old', 'default');
  await node.advance('1m');
  expect((await node.get('old')).metadata.deletionTimestamp).toBeDefined();
  await kubelet().start();
  await node.advance(10);
  await expect(node.get('old')).rejects.toMatchObject({ reason: 'NotFound' });
  expect((await node.get('web')).status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, ready: true });
  expect(node.runtime.runningContainers).toEqual(['app']);
});

test('KUB-19 a static Pod has a mirror in the API, which comes back when it is deleted', async () => {
  node = await testKubelet();
  const { fs } = node.runtime.hostFs;
  fs.writeFile(
    '/etc/kubernetes/manifests/web.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: "busybox:1.36"}]}\n',
  );
  kubelet().stop();
  await kubelet().start();
  await node.advance(10);
  const mirror = await node.get('web-node-1');
  expect(mirror.status?.phase).toBe('Running');
  expect(mirror.metadata.annotations).toMatchObject({
    'kubernetes.io/config.source': 'file',
    'kubernetes.io/config.mirror': mirror.metadata.annotations?.['kubernetes.io/config.hash'],
  });
  for (const grace of [0, undefined]) {
    const { uid } = (await node.get('web-node-1')).metadata;
    await node.delete('web-node-1', grace);
    await node.advance(10);
    const made = await node.get('web-node-1');
    expect([made.status?.phase, made.metadata.deletionTimestamp]).toEqual(['Running', undefined]);
    expect(made.metadata.uid).not.toBe(uid);
    expect(node.runtime.runningContainers).toEqual(['app']);
  }
});

test('KUB-20 logs are refused in the words of the kubelet', async () => {
  node = await testKubelet({ missing: (image) => image.includes('nosuch'), behave: () => ({ log: ['one', 'two'] }) });
  await node.run('web');
  await node.run('waits', { containers: [{ name: 'app', image: 'nosuch' }] });
  const connector = kubeletConnector({ kubelet: (name) => node.kubelets.get(name), clock: node.server.clock });
  const options = { container: 'app', follow: false, previous: false, timestamps: false };
  const log = await connector.log(await node.get('web'), options);
  expect(await new Response(log as BodyInit).text()).toBe('one\ntwo\n');
  await expect(connector.log(await node.get('waits'), options)).rejects.toThrow(
    'container "app" in pod "waits" is waiting to start: image can\'t be pulled',
  );
  await expect(connector.log(await node.get('web'), { ...options, previous: true })).rejects.toThrow(
    'previous terminated container "app" in pod "web" not found',
  );
});

test('KUB-20 a log that is followed ends with the bytes that were asked for', async () => {
  node = await testKubelet({ behave: () => ({ log: ['one', 'two'] }) });
  const pod = await node.run('web');
  const connector = kubeletConnector({ kubelet: (name) => node.kubelets.get(name), clock: node.server.clock });
  const options = { container: 'app', follow: true, previous: false, timestamps: false, limitBytes: 4 };
  const log = await connector.log(pod, options);
  expect(await new Response(log as BodyInit).text()).toBe('one\n');
});

test('KUB-21 a node without network is not Ready and starts nothing', async () => {
  node = await testKubelet();
  kubelet().breakNetwork(true);
  await node.advance(10);
  const ready = async () => {
    const found: Node = await node.client.resource(kinds.node).get('node-1');
    return found.status?.conditions?.find(({ type }) => type === 'Ready');
  };
  expect(await ready()).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
  await node.run('web');
  await node.advance(1_000);
  expect((await node.get('web')).status?.phase).toBe('Pending');
  expect((await node.events('web'))[0]).toMatch(
    /^NetworkNotReady: network is not ready: container runtime network not/,
  );
  kubelet().breakNetwork(false);
  await node.advance(10);
  expect(await ready()).toMatchObject({ status: 'True' });
  expect((await node.get('web')).status?.phase).toBe('Running');
});

test('KUB-22 what takes time takes what a kubelet takes: Running is told at the next look at the runtime', async () => {
  node = await testKubelet({ latency: 'real', startMs: 460 });
  await node.run('web');
  await node.advance(499);
  expect((await node.get('web')).status?.phase).toBe('Pending');
  await node.advance(1_000);
  expect((await node.get('web')).status?.phase).toBe('Running');
});

test('KUB-22 a Pod whose containers have ended is gone when its volumes are unmounted, which is looked at three times a second', async () => {
  node = await testKubelet({ latency: 'real' });
  for (const { name, deletedMs, goneMs } of [
    { name: 'early', deletedMs: 3_140, goneMs: 4_140 },
    { name: 'late', deletedMs: 4_090, goneMs: 4_440 },
  ]) {
    await node.run(name, { terminationGracePeriodSeconds: 1 });
    await node.advance(deletedMs);
    await node.delete(name);
    await node.advance(goneMs - deletedMs - 20);
    expect((await node.get(name)).status?.containerStatuses?.[0]?.state?.terminated).toBeDefined();
    await node.advance(40);
    await expect(node.get(name)).rejects.toThrow('not found');
    await node.advance(10_000 - goneMs - 20);
  }
});

test('KUB-22 what is seen while a Pod was busy is looked at twice: a failed hook becomes a back-off within a second', async () => {
  node = await testKubelet({ latency: 'real', startMs: 50, behave: () => ({ termMs: undefined }), exec: () => 7 });
  const lifecycle = { postStart: { exec: { command: ['hook'] } } };
  await node.run('web', {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'app', image: 'busybox:1.36', lifecycle }],
  });
  // It is started twice, and given two seconds to end each time.
  await node.advance(5_720);
  const waiting = async () => (await node.get('web')).status?.containerStatuses?.[0]?.state?.waiting?.reason;
  expect(await waiting()).toBe('PostStartHookError');
  await node.advance(1_000);
  expect(await waiting()).toBe('CrashLoopBackOff');
});

for (const [latency, seconds] of [
  ['none', 10],
  ['real', 20],
] as const) {
  test(`KUB-24 a Pod that writes too much is evicted; latency ${latency}: after ${seconds} seconds`, async () => {
    const capacity = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '10Gi' };
    node = await testKubelet({ latency, capacity });
    node.runtime.usage = () => ({ cpuMillicores: 0, cpuNanoseconds: 0, memoryBytes: 0, ephemeralBytes: 5_000_000 });
    const limits = { 'ephemeral-storage': '2Mi' };
    await node.run('fat', { containers: [{ name: 'app', image: 'busybox:1.36', resources: { limits } }] });
    await node.advance((seconds - 1) * 1000);
    expect((await node.get('fat')).status).toMatchObject({ phase: 'Running' });
    await node.advance(3_000);
    expect((await node.get('fat')).status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
    });
  });
}

test('KUB-29 a node has a CSINode that goes with it and lists no driver', async () => {
  node = await testKubelet();
  const { metadata, spec } = await node.client.resource(kinds.csiNode).get('node-1');
  const { uid = '' } = (await node.client.resource(kinds.node).get('node-1')).metadata;
  expect(metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid }]);
  expect(metadata.annotations?.['storage.alpha.kubernetes.io/migrated-plugins']).toMatch(
    /^kubernetes.io\/aws-ebs,kubernetes.io\/azure-disk,.*,kubernetes.io\/vsphere-volume$/,
  );
  expect(spec).toEqual({ drivers: null });
});

import { afterEach, describe, expect, test } from 'vitest';
import { type TestKubelet, testKubelet } from './testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});
const conditions = (pod: { status?: { conditions?: readonly { type: string; status: string }[] } }) =>
  Object.fromEntries((pod.status?.conditions ?? []).map((c) => [c.type, c.status]));

describe('a Pod', () => {
  test('KUB-3 is Running and Ready in the turn in which it is bound', async () => {
    node = await testKubelet();
    const pod = await node.run('web');
    expect(pod.status?.phase).toBe('Running');
    expect(conditions(pod)).toEqual({
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'True',
      ContainersReady: 'True',
      PodScheduled: 'True',
    });
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      image: 'docker.io/library/busybox:1.36',
      ready: true,
      started: true,
      restartCount: 0,
    });
    await node.advance(10);
    expect(await node.events('web')).toEqual([
      'Pulling: Pulling image "busybox:1.36"',
      'Pulled: Successfully pulled image "busybox:1.36" in 0s (0s including waiting). Image size: 1000 bytes.',
      'Created: Created container: app',
      'Started: Started container app',
    ]);
  });

  test('KUB-4 that is deleted stops its containers and is gone', async () => {
    node = await testKubelet({ behave: () => ({ termMs: 2_000 }) });
    await node.run('web');
    await node.delete('web');
    await node.advance(1_999);
    expect((await node.get('web')).metadata.deletionTimestamp).toBeDefined();
    await node.advance(2);
    await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
    expect(node.runtime.runningContainers).toEqual([]);
    expect((await node.events('web')).at(-1)).toBe('Killing: Stopping container app');
  });

  test('KUB-4 that is deleted while its image is pulled breaks the pull off, and goes', async () => {
    node = await testKubelet({ pullMs: 5_000 });
    await node.run('web');
    await node.advance(1_000);
    await node.delete('web');
    await node.advance(10);
    await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
    expect(await node.events('web')).toEqual([
      'Pulling: Pulling image "busybox:1.36"',
      'Failed: Failed to pull image "busybox:1.36": rpc error: code = Canceled desc = context canceled',
      'Failed: Error: ErrImagePull',
    ]);
    expect(node.runtime.images()).toEqual([]);
  });

  test('KUB-4 that is deleted while it waits for the pulls of others goes when its turn has come', async () => {
    node = await testKubelet({ pullMs: 5_000 });
    await node.run('first');
    await node.run('second', { containers: [{ name: 'app', image: 'nginx:1.27' }] });
    await node.delete('second');
    await node.advance(4_000);
    expect((await node.get('second')).metadata.deletionTimestamp).toBeDefined();
    await node.advance(1_010);
    await expect(node.get('second')).rejects.toMatchObject({ reason: 'NotFound' });
    expect((await node.get('first')).status?.phase).toBe('Running');
  });

  test('KUB-4 whose sandbox cannot be stopped is tried again', async () => {
    node = await testKubelet();
    await node.run('web');
    const { stopPodSandbox } = node.runtime;
    node.runtime.stopPodSandbox = () => Promise.reject(new Error('the network plugin is busy'));
    await node.delete('web');
    await node.advance('1m');
    expect((await node.get('web')).metadata.deletionTimestamp).toBeDefined();
    expect(String(node.errors[0])).toBe('Error: the network plugin is busy');
    node.errors.length = 0;
    node.runtime.stopPodSandbox = stopPodSandbox;
    await node.advance('10s');
    await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('KUB-5 restarts at once, then after 10, 20, 40 … seconds', async () => {
    node = await testKubelet({ behave: () => ({ exitAfterMs: 1_000, exitCode: 1 }) });
    await node.run('crash');
    const restarts = async () => (await node.get('crash')).status?.containerStatuses?.[0]?.restartCount;
    await node.advance(1_000);
    expect(await restarts()).toBe(1);
    await node.advance(1_000);
    const status = (await node.get('crash')).status?.containerStatuses?.[0];
    expect(status?.state?.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringMatching(/^back-off 10s restarting failed container=app pod=crash_default\(/),
    });
    await node.advance(10_000);
    expect(await restarts()).toBe(2);
    await node.advance(1_000 + 19_999);
    expect(await restarts()).toBe(2);
    await node.advance(1);
    expect(await restarts()).toBe(3);
  });

  test('KUB-6 ends as its restartPolicy says', async () => {
    node = await testKubelet({ behave: ({ name }) => ({ exitAfterMs: 500, exitCode: name === 'bad' ? 3 : 0 }) });
    await node.run('done', { restartPolicy: 'OnFailure' });
    await node.run('failed', { restartPolicy: 'Never', containers: [{ name: 'bad', image: 'busybox:1.36' }] });
    await node.advance(600);
    const done = await node.get('done');
    expect([done.status?.phase, conditions(done)]).toEqual([
      'Succeeded',
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False',
        ContainersReady: 'False',
        PodScheduled: 'True',
      },
    ]);
    const failed = await node.get('failed');
    expect(failed.status?.phase).toBe('Failed');
    expect(failed.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  test('KUB-7 whose image is missing backs off, and says why', async () => {
    node = await testKubelet({ missing: () => true });
    await node.run('nothing');
    const waiting = async () => (await node.get('nothing')).status?.containerStatuses?.[0]?.state?.waiting;
    expect(await waiting()).toEqual({
      reason: 'ErrImagePull',
      message: 'rpc error: code = NotFound desc = busybox:1.36: not found',
    });
    const backingOff = {
      reason: 'ImagePullBackOff',
      message:
        'Back-off pulling image "busybox:1.36": ErrImagePull: rpc error: code = NotFound desc = busybox:1.36: not found',
    };
    await node.advance(1_000);
    expect(await waiting()).toEqual(backingOff);
    await node.advance(9_000);
    expect(await waiting()).toMatchObject({ reason: 'ErrImagePull' });
    await node.advance(1_000);
    expect(await waiting()).toEqual(backingOff);
    const reasons = (await node.events('nothing')).map((event) => event.replace(/:.*?( x\d+)?$/s, '$1'));
    expect(reasons).toEqual(['Pulling x2', 'Failed x2', 'Failed x2', 'BackOff x2', 'Failed x2']);
    expect((await node.get('nothing')).status?.phase).toBe('Pending');
  });

  test('KUB-8 runs its init containers one after the other, and sidecars beside the rest', async () => {
    node = await testKubelet({
      behave: ({ name }) => (name.startsWith('init') ? { exitAfterMs: 1_000 } : {}),
    });
    const image = 'busybox:1.36';
    await node.run('web', {
      initContainers: [
        { name: 'init-1', image },
        { name: 'proxy', image, restartPolicy: 'Always' },
        { name: 'init-2', image },
      ],
    });
    expect(node.runtime.runningContainers).toEqual(['init-1']);
    await node.advance(1_000);
    expect(node.runtime.runningContainers).toEqual(['proxy', 'init-2']);
    expect((await node.get('web')).status?.phase).toBe('Pending');
    await node.advance(1_000);
    expect(node.runtime.runningContainers).toEqual(['proxy', 'app']);
    expect((await node.get('web')).status?.phase).toBe('Running');
    await node.delete('web');
    await node.advance(10);
    await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('KUB-9 that cannot be here is refused', async () => {
    node = await testKubelet();
    const resources = { requests: { cpu: '50' } };
    const pod = await node.run('big', { containers: [{ name: 'app', image: 'busybox:1.36', resources }] });
    expect(pod.status).toEqual({
      phase: 'Failed',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 50000, used: 0, capacity: 4000",
      qosClass: 'Burstable',
      reason: 'OutOfcpu',
      startTime: expect.any(String),
    });
  });
});

describe('probes', () => {
  test('KUB-10 readiness decides Ready, liveness restarts', async () => {
    let well = false;
    node = await testKubelet({ exec: () => (well ? 0 : 1) });
    const exec = { command: ['check'] };
    await node.run('web', {
      containers: [
        {
          name: 'app',
          image: 'busybox:1.36',
          readinessProbe: { exec, periodSeconds: 2 },
          livenessProbe: { exec, periodSeconds: 5, failureThreshold: 3 },
        },
      ],
    });
    expect(conditions(await node.get('web'))).toMatchObject({ Ready: 'False' });
    well = true;
    await node.advance(2_000);
    expect(conditions(await node.get('web'))).toMatchObject({ Ready: 'True' });
    well = false;
    await node.advance(15_000);
    expect((await node.get('web')).status?.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(await node.events('web')).toContain('Killing: Container app failed liveness probe, will be restarted');
  });

  test('KUB-28 the last twenty answers to each probe are there for who looks, over restarts', async () => {
    let well = true;
    node = await testKubelet({ exec: () => (well ? 0 : 1) });
    const livenessProbe = { exec: { command: ['check'] }, periodSeconds: 5, failureThreshold: 1 };
    const { metadata } = await node.run('web', { containers: [{ name: 'app', image: 'busybox:1.36', livenessProbe }] });
    const history = () => node.kubelets.get('node-1')?.pod(metadata.uid ?? '')?.probeHistory;
    expect(history()).toEqual([{ container: 'app', type: 'Liveness', ticks: [] }]);
    await node.advance(10_000);
    well = false;
    await node.advance(5_000);
    const startMs = Date.parse(metadata.creationTimestamp ?? '');
    const tick = (second: number, result: string) => ({ atMs: startMs + second * 1_000, result, output: '' });
    expect(history()?.[0]?.ticks).toEqual([tick(5, 'success'), tick(10, 'success'), tick(15, 'failed')]);
    well = true;
    await node.advance('10m');
    expect(history()?.[0]?.ticks.map(({ result }) => result)).toEqual(Array(20).fill('success'));
  });

  test('KUB-10 readiness is asked as soon as a container is seen, when it is next looked at, and then every period', async () => {
    node = await testKubelet({ latency: 'real', exec: () => 1 });
    await node.run('web', {
      containers: [
        {
          name: 'app',
          image: 'busybox:1.36',
          readinessProbe: { exec: { command: ['check'] }, periodSeconds: 2, failureThreshold: 2 },
        },
      ],
    });
    const asked = async () =>
      Number(
        /^Unhealthy: .*? x(\d+)$/.exec((await node.events('web')).find((e) => e.startsWith('Unhealthy')) ?? '')?.[1],
      );
    // Seen at 0.14 s, looked at again at 1.14 s: 0.14, 1.14, 3.14, 5.14 s.
    await node.advance(2_640);
    expect(await asked()).toBe(2);
    await node.advance(1_000);
    expect(await asked()).toBe(3);
    await node.advance(2_000);
    expect(await asked()).toBe(4);
  });
});

import { kinds } from '@tabernetes/api';
import { afterEach, describe, expect, test } from 'vitest';
import type { Kubelet } from './kubelet.ts';
import { type TestKubelet, testKubelet } from './testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});
const kubelet = (): Kubelet => {
  const found = node.kubelets.get('node-1');
  if (found === undefined) throw new Error('no kubelet');
  return found;
};
const containers = [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v' }] }];

describe('a kubelet that has been stopped', () => {
  test('KUB-18 begins nothing that waited for a volume, until it is started', async () => {
    node = await testKubelet();
    await node.run('web', { containers, volumes: [{ name: 'v', secret: { secretName: 'late' } }] });
    kubelet().stop();
    await node.client
      .resource(kinds.secret)
      .create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late', namespace: 'default' } });
    await node.advance('10m');
    expect(node.runtime.runningContainers).toEqual([]);
    await kubelet().start();
    await node.advance(0);
    expect(node.runtime.runningContainers).toEqual(['app']);
    expect((await node.get('web')).status?.phase).toBe('Running');
  });

  test('KUB-18 can be started again when its node could not be registered', async () => {
    node = await testKubelet();
    await node.run('web');
    kubelet().stop();
    await node.advance('1m');
    const refusal = node.faults.add({ match: { path: /leases/ }, fault: { kind: 'refuse', code: 500 } });
    await expect(kubelet().start()).rejects.toMatchObject({ code: 500 });
    expect(kubelet().running).toBe(false);
    refusal.dispose();
    await kubelet().start();
    await node.delete('web');
    await node.advance('1m');
    await expect(node.get('web')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('KUB-18 begins nothing whose image was being pulled', async () => {
    node = await testKubelet({ pullMs: 5_000 });
    await node.run('web');
    kubelet().stop();
    await node.advance('1m');
    expect(node.runtime.runningContainers).toEqual([]);
    await kubelet().start();
    await node.advance(5_000);
    expect(node.runtime.runningContainers).toEqual(['app']);
  });
});

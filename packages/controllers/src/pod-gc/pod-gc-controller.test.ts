import { kinds } from '@tabernetes/api';
import { afterEach, describe, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { podGarbageCollector } from './pod-gc-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(): Promise<Harness> {
  harness = await startHarness({ controllers: [podGarbageCollector] });
  return harness;
}
const bound = async (h: Harness, name: string, nodeName: string): Promise<void> => {
  const { spec = { containers: [] }, ...rest } = pod(name);
  await h.create({ ...rest, spec: { ...spec, nodeName } });
};

describe('podGarbageCollector', () => {
  test('PGC-1 Pods of a node that is gone are failed and deleted after a quarantine', async () => {
    const h = await start();
    await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    const held = pod('held');
    await h.create({
      ...held,
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
      spec: { containers: held.spec?.containers ?? [], nodeName: 'n' },
    });
    await bound(h, 'web', 'n');
    await h.client.resource(kinds.node).delete('n');
    await h.clock.advance('59s');
    expect(await h.list(kinds.pod)).toHaveLength(2);
    await h.clock.advance('1s');
    expect((await h.list(kinds.pod)).map((p) => p.metadata.name)).toEqual(['held']);
    const { status } = await h.get(kinds.pod, 'held');
    expect(status?.phase).toBe('Failed');
    expect(status?.conditions).toMatchObject([
      { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
    ]);
  });

  test('PGC-1 not when the node comes back in time', async () => {
    const h = await start();
    await bound(h, 'web', 'n');
    await h.clock.advance('30s');
    await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    await h.clock.advance('5m');
    expect(await h.list(kinds.pod)).toHaveLength(1);
  });

  test('PGC-2 Pods that go from a node that is out of service are gone', async () => {
    const h = await start();
    await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    await bound(h, 'web', 'n');
    await h.client.resource(kinds.pod).delete('web', NS);
    await h.clock.advance('1m');
    expect(await h.list(kinds.pod)).toHaveLength(1);
    const taints = [{ key: 'node.kubernetes.io/out-of-service', value: 'down', effect: 'NoExecute' }];
    await h.patch(kinds.node, 'n', { spec: { taints } });
    await h.clock.advance('20s');
    expect(await h.list(kinds.pod)).toEqual([]);
  });
});

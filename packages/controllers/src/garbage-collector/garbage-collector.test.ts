import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import type { KubeObject, OwnerReference } from '@tabernetes/apimachinery';
import { afterEach, describe, expect, test } from 'vitest';
import { deploymentController } from '../deployment/deployment-controller.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { type Harness, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { deployment, replicaSet } from '../testing/objects.ts';
import { garbageCollector } from './garbage-collector.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(): Promise<Harness> {
  harness = await startHarness({ controllers: [garbageCollector], namespaces: ['default', 'other'] });
  return harness;
}
const reference = ({ apiVersion, kind, metadata }: KubeObject, more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  ...more,
});
const map = (name: string, ...ownerReferences: readonly OwnerReference[]): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ownerReferences },
});
const names = async (h: Harness): Promise<readonly string[]> =>
  (await h.list(kinds.configMap)).map((o) => o.metadata.name ?? '').sort();
const remove = async (
  h: Harness,
  name: string,
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan',
): Promise<void> => {
  await h.client.resource(kinds.configMap).delete(name, 'default', { ...(propagationPolicy && { propagationPolicy }) });
  await h.clock.advance(50);
};
const hold = { finalizers: ['example.com/hold'] };
const release = (h: Harness, name: string) => h.patch(kinds.configMap, name, { metadata: { finalizers: null } });

describe('background', () => {
  test('CTL-8 dependents go after their owner, generation by generation', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create(map('b', reference(a)));
    await h.create(map('c', reference(b)));
    await h.create(map('stranger'));
    await remove(h, 'a');
    expect(await names(h)).toEqual(['stranger']);
  });

  test('CTL-8 owners and dependents may be of different kinds, and an owner cluster-scoped', async () => {
    const h = await start();
    const node = await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    const rs = await h.create(replicaSet('rs', { replicas: 0 }));
    await h.create(map('of-node', reference(node)));
    await h.create(map('of-rs', reference(rs)));
    await h.client.resource(kinds.node).delete('n');
    await h.clock.advance(50);
    expect(await names(h)).toEqual(['of-rs']);
    await h.client.resource(kinds.replicaSet).delete('rs', 'default');
    await h.clock.advance(50);
    expect(await names(h)).toEqual([]);
  });

  test('CTL-8 an object with several owners stays with the last, and forgets those that are gone', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create(map('b'));
    await h.create(map('c', reference(a), reference(b)));
    await remove(h, 'a');
    expect(await names(h)).toEqual(['b', 'c']);
    expect((await h.get(kinds.configMap, 'c')).metadata.ownerReferences?.map((o) => o.name)).toEqual(['b']);
    await remove(h, 'b');
    expect(await names(h)).toEqual([]);
  });

  test('CTL-8 an owner of the same name with another uid is another', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    await remove(h, 'a');
    await h.create(map('a'));
    await h.create(map('b', reference(a)));
    await h.clock.advance(50);
    expect(await names(h)).toEqual(['a']);
  });

  test('CTL-8 an owner that never was is gone', async () => {
    const h = await start();
    const never = { apiVersion: 'v1', kind: 'Secret', name: 's', uid: '00000000-0000-4000-8000-000000000000' };
    await h.create(map('b', never));
    await h.clock.advance(50);
    expect(await names(h)).toEqual([]);
  });

  test('CTL-8 an owner of a kind that nobody knows keeps its dependents', async () => {
    const h = await start();
    const unknown = {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      name: 't',
      uid: '00000000-0000-4000-8000-000000000000',
    };
    await h.create(map('b', unknown));
    await h.clock.advance(50);
    expect(await names(h)).toEqual(['b']);
  });

  test('CTL-8 an owner in another namespace is none, and an event says so', async () => {
    const h = await start();
    const away = await h.create<ConfigMap>({ ...map('a'), metadata: { name: 'a', namespace: 'other' } });
    await h.create(map('b', reference(away)));
    await h.clock.advance(50);
    expect(await names(h)).toEqual([]);
    expect(await h.events('b')).toEqual([
      `Warning OwnerRefInvalidNamespace ownerRef [v1/ConfigMap, namespace: default, name: a, uid: ${away.metadata.uid}] does not exist in namespace "default"`,
    ]);
  });

  test('CTL-8 a cluster-scoped object with a namespaced owner is left alone', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', ownerReferences: [reference(a)] } });
    await remove(h, 'a');
    expect(await h.find(kinds.node, 'n')).toBeDefined();
  });

  test('CTL-8 a dependent with the orphan finalizer lets its own dependents stay', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create({
      ...map('b'),
      metadata: { name: 'b', ownerReferences: [reference(a)], finalizers: ['orphan'] },
    });
    await h.create(map('c', reference(b)));
    await remove(h, 'a');
    expect(await names(h)).toEqual(['c']);
    expect((await h.get(kinds.configMap, 'c')).metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('foreground', () => {
  test('CTL-8 the owner stays until the last dependent that blocks is gone', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const blocking = reference(a, { blockOwnerDeletion: true });
    await h.create({ ...map('b'), metadata: { name: 'b', ownerReferences: [blocking], ...hold } });
    await h.create(map('free', reference(a)));
    await remove(h, 'a', 'Foreground');
    // The one that does not block goes all the same.
    expect(await names(h)).toEqual(['a', 'b']);
    const waiting = await h.get(kinds.configMap, 'a');
    expect(waiting.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(waiting.metadata.deletionTimestamp).toBeDefined();
    await release(h, 'b');
    expect(await names(h)).toEqual([]);
  });

  test('CTL-8 whole families go, the youngest first', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create(map('b', reference(a, { blockOwnerDeletion: true })));
    const c = map('c', reference(b, { blockOwnerDeletion: true }));
    await h.create({ ...c, metadata: { ...c.metadata, ...hold } });
    await remove(h, 'a', 'Foreground');
    expect(await names(h)).toEqual(['a', 'b', 'c']);
    expect((await h.get(kinds.configMap, 'b')).metadata.finalizers).toEqual(['foregroundDeletion']);
    await release(h, 'c');
    await h.clock.advance(50);
    expect(await names(h)).toEqual([]);
  });

  test('CTL-8 a dependent that is taken away blocks no more', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = map('b', reference(a, { blockOwnerDeletion: true }));
    await h.create({ ...b, metadata: { ...b.metadata, ...hold } });
    await remove(h, 'a', 'Foreground');
    expect(await names(h)).toEqual(['a', 'b']);
    await h.patch(kinds.configMap, 'b', { metadata: { ownerReferences: null } });
    expect(await names(h)).toEqual(['b']);
  });

  test('CTL-8 a dependent with another owner stays with that one', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create(map('b'));
    await h.create(map('c', reference(a, { blockOwnerDeletion: true }), reference(b)));
    await remove(h, 'a', 'Foreground');
    expect(await names(h)).toEqual(['b', 'c']);
    expect((await h.get(kinds.configMap, 'c')).metadata.ownerReferences?.map((o) => o.name)).toEqual(['b']);
  });

  test('CTL-8 a circle of owners goes as well', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const b = await h.create(map('b', reference(a, { blockOwnerDeletion: true })));
    await h.patch(kinds.configMap, 'a', {
      metadata: { ownerReferences: [reference(b, { blockOwnerDeletion: true })] },
    });
    await remove(h, 'a', 'Foreground');
    expect(await names(h)).toEqual([]);
  });
});

describe('orphan', () => {
  test('CTL-8 dependents forget an owner that is deleted without them', async () => {
    const h = await start();
    const a = await h.create(map('a'));
    const other = await h.create(map('other'));
    await h.create(map('b', reference(a), reference(other)));
    await h.create(map('c', reference(a)));
    await remove(h, 'a', 'Orphan');
    expect(await names(h)).toEqual(['b', 'c', 'other']);
    expect((await h.get(kinds.configMap, 'b')).metadata.ownerReferences?.map((o) => o.name)).toEqual(['other']);
    expect((await h.get(kinds.configMap, 'c')).metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('with controllers', () => {
  const all = async (): Promise<Harness> => {
    harness = await startHarness({ controllers: [garbageCollector, replicaSetController, deploymentController] });
    await scriptedKubelet(harness, { stopMs: 2000 });
    await harness.create(deployment('web', { replicas: 3 }));
    return harness;
  };

  test('CTL-8 a Deployment takes its ReplicaSets and Pods with it', async () => {
    const h = await all();
    await h.client.resource(kinds.deployment).delete('web', 'default');
    await h.clock.advance(100);
    expect(await h.list(kinds.replicaSet)).toEqual([]);
    expect((await h.list(kinds.pod)).every((p) => p.metadata.deletionTimestamp !== undefined)).toBe(true);
    await h.clock.advance(2000);
    expect(await h.list(kinds.pod)).toEqual([]);
  });

  test('CTL-8 in the foreground it waits for its Pods', async () => {
    const h = await all();
    await h.client.resource(kinds.deployment).delete('web', 'default', { propagationPolicy: 'Foreground' });
    await h.clock.advance(1900);
    expect(await h.list(kinds.deployment)).toHaveLength(1);
    expect(await h.list(kinds.replicaSet)).toHaveLength(1);
    expect(await h.list(kinds.pod)).toHaveLength(3);
    await h.clock.advance(200);
    expect(await h.list(kinds.pod)).toEqual([]);
    expect(await h.list(kinds.replicaSet)).toEqual([]);
    expect(await h.list(kinds.deployment)).toEqual([]);
  });

  test('CTL-8 orphaned, its ReplicaSet stays and is adopted by the next of that name', async () => {
    const h = await all();
    const [before] = await h.list(kinds.replicaSet);
    await h.client.resource(kinds.deployment).delete('web', 'default', { propagationPolicy: 'Orphan' });
    await h.clock.advance(100);
    expect(await h.list(kinds.deployment)).toEqual([]);
    expect((await h.get(kinds.replicaSet, before?.metadata.name ?? '')).metadata.ownerReferences ?? []).toEqual([]);
    const again = await h.create(deployment('web', { replicas: 3 }));
    const [after] = await h.list(kinds.replicaSet);
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.metadata.ownerReferences?.[0]?.uid).toBe(again.metadata.uid);
    expect(await h.list(kinds.pod)).toHaveLength(3);
  });

  test('CTL-8 five hundred dependents cost no question about their owner', async () => {
    harness = await startHarness({ controllers: [garbageCollector, replicaSetController] });
    const h = harness;
    await h.create(replicaSet('web', { replicas: 500 }));
    h.requests.length = 0;
    await h.client.resource(kinds.replicaSet).delete('web', 'default');
    await h.clock.advance(100);
    expect(await h.list(kinds.pod)).toEqual([]);
    expect(h.requests.filter((r) => r.includes('replicasets'))).toEqual([]);
    expect(h.requests.filter((r) => r.endsWith('/pods'))).toEqual([]);
  });
});

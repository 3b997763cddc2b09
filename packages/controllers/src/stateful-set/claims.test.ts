import { kinds } from '@tabernetes/api';
import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { type Harness, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { statefulSet } from '../testing/objects.ts';
import { statefulSetController } from './stateful-set-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(options: { readonly stopMs?: number } = {}): Promise<Harness> {
  harness = await startHarness({ controllers: [statefulSetController, garbageCollector] });
  await scriptedKubelet(harness, options);
  return harness;
}

const CLAIM = {
  metadata: { name: 'data', labels: { tier: 'db' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
} as unknown as PersistentVolumeClaim;

const names = async (h: Harness): Promise<readonly string[]> =>
  (await h.list(kinds.pod)).map((p) => p.metadata.name ?? '').sort();

describe('claims of a StatefulSet', () => {
  const claims = async (h: Harness): Promise<readonly string[]> =>
    (await h.list(kinds.persistentVolumeClaim))
      .map(
        (c) => `${c.metadata.name} ${(c.metadata.ownerReferences ?? []).map((o) => `${o.kind} ${o.name}`).join(',')}`,
      )
      .sort();
  const withClaims = (whenDeleted: string, whenScaled: string): StatefulSet =>
    statefulSet('web', {
      replicas: 2,
      volumeClaimTemplates: [CLAIM],
      persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    });

  test('STS-9 are made before their Pod, named after template, set and number, and mounted', async () => {
    const h = await start();
    await h.create(withClaims('Retain', 'Retain'));
    const claim = await h.get(kinds.persistentVolumeClaim, 'data-web-0');
    expect(claim.metadata.labels).toEqual({ app: 'web', tier: 'db' });
    expect(claim.spec?.resources).toEqual({ requests: { storage: '1Gi' } });
    expect((await h.get(kinds.pod, 'web-0')).spec?.volumes).toContainEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-web-0' },
    });
    expect((await h.events('web')).slice(0, 2)).toEqual([
      'Normal SuccessfulCreate create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'Normal SuccessfulCreate create Pod web-0 in StatefulSet web successful',
    ]);
  });

  test('STS-9 stay when the set shrinks and goes, and are used again', async () => {
    const h = await start();
    await h.create(withClaims('Retain', 'Retain'));
    await h.patch(kinds.statefulSet, 'web', { spec: { replicas: 1 } });
    await h.client.resource(kinds.statefulSet).delete('web', 'default');
    await h.clock.advance('10s');
    expect(await names(h)).toEqual([]);
    expect(await claims(h)).toEqual(['data-web-0 ', 'data-web-1 ']);
    const before = await h.get(kinds.persistentVolumeClaim, 'data-web-0');
    await h.create(withClaims('Retain', 'Retain'));
    await h.clock.advance(1);
    expect((await h.get(kinds.persistentVolumeClaim, 'data-web-0')).metadata.uid).toBe(before.metadata.uid);
  });

  test('STS-10 belong to the set when they are to go with it, and go with it', async () => {
    const h = await start();
    await h.create(withClaims('Delete', 'Retain'));
    expect(await claims(h)).toEqual(['data-web-0 StatefulSet web', 'data-web-1 StatefulSet web']);
    await h.client.resource(kinds.statefulSet).delete('web', 'default');
    await h.clock.advance('10s');
    expect(await claims(h)).toEqual([]);
  });

  test('STS-10 belong to their Pod from when it is scaled away, and go with it', async () => {
    const h = await start({ stopMs: 1000 });
    await h.create(withClaims('Delete', 'Delete'));
    expect(await claims(h)).toEqual(['data-web-0 StatefulSet web', 'data-web-1 StatefulSet web']);
    await h.patch(kinds.statefulSet, 'web', { spec: { replicas: 1 } });
    expect(await claims(h)).toEqual(['data-web-0 StatefulSet web', 'data-web-1 Pod web-1']);
    const before = await h.get(kinds.persistentVolumeClaim, 'data-web-1');
    // It comes back while its claim is still going: it waits, and gets a new one.
    await h.clock.advance(500);
    await h.patch(kinds.statefulSet, 'web', { spec: { replicas: 2 } });
    await h.clock.advance('10s');
    expect(await names(h)).toEqual(['web-0', 'web-1']);
    const after = await h.get(kinds.persistentVolumeClaim, 'data-web-1');
    expect(after.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet' }]);
    expect(before.metadata.deletionTimestamp).toBe(undefined);
  });

  test('STS-10 change their owners when the policy changes', async () => {
    const h = await start();
    await h.create(withClaims('Retain', 'Retain'));
    const policy = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } };
    await h.patch(kinds.statefulSet, 'web', { spec: policy });
    expect(await claims(h)).toEqual(['data-web-0 StatefulSet web', 'data-web-1 StatefulSet web']);
    await h.patch(kinds.statefulSet, 'web', {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } },
    });
    expect(await claims(h)).toEqual(['data-web-0 ', 'data-web-1 ']);
  });

  test('STS-9 that cannot be made keep their Pod from being made, and that is said', async () => {
    const h = await start();
    await h.client.resource(kinds.persistentVolumeClaim).create({
      ...CLAIM,
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-web-0', namespace: 'default', finalizers: ['example.com/hold'] },
    });
    await h.client.resource(kinds.persistentVolumeClaim).delete('data-web-0', 'default');
    await h.create(withClaims('Retain', 'Retain'));
    await h.settle();
    expect(await names(h)).toEqual([]);
    // However often it was tried.
    expect((await h.events('web')).map((e) => e.replace(/ \(x\d+\)$/, ''))).toEqual([
      'Warning FailedCreate create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted',
    ]);
    await h.patch(kinds.persistentVolumeClaim, 'data-web-0', { metadata: { finalizers: null } });
    await h.clock.advance('1s');
    expect(await names(h)).toEqual(['web-0', 'web-1']);
  });
});

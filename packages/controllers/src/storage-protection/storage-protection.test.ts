import { kinds } from '@tabernetes/api';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { pvProtectionController } from './pv-protection-controller.ts';
import { pvcProtectionController } from './pvc-protection-controller.ts';

let harness: Harness;
afterEach(() => harness.dispose());

const claim = (name: string): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, finalizers: ['kubernetes.io/pvc-protection'] },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const podWith = (claimName: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'user' },
  spec: {
    nodeName: 'node-1',
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'c', image: 'busybox', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }],
  },
});

test('SPR-1 a claim that is deleted goes at once when nobody uses it, else with its last Pod', async () => {
  harness = await startHarness({ controllers: [pvcProtectionController] });
  const claims = harness.client.resource(kinds.persistentVolumeClaim);
  await harness.create(claim('idle'));
  await harness.create(claim('used'));
  await harness.create(podWith('used'));
  await claims.delete('idle', NS);
  await claims.delete('used', NS);
  await harness.settle();
  expect((await harness.list(kinds.persistentVolumeClaim)).map((c) => c.metadata.name)).toEqual(['used']);
  await harness.client.resource(kinds.pod).delete('user', NS, { gracePeriodSeconds: 0 });
  await harness.settle();
  expect(await harness.list(kinds.persistentVolumeClaim)).toEqual([]);
  expect(harness.errors).toEqual([]);
});

test('SPR-1 a Pod that has ended keeps its claim until it is deleted', async () => {
  harness = await startHarness({ controllers: [pvcProtectionController] });
  await harness.create(claim('used'));
  const pods = harness.client.resource(kinds.pod);
  const pod = await harness.create(podWith('used'));
  await pods.updateStatus({ ...pod, status: { ...pod.status, phase: 'Succeeded' } });
  await harness.client.resource(kinds.persistentVolumeClaim).delete('used', NS);
  await harness.settle();
  expect(await harness.list(kinds.persistentVolumeClaim)).toHaveLength(1);
  await pods.delete('user', NS, { gracePeriodSeconds: 0 });
  await harness.settle();
  expect(await harness.list(kinds.persistentVolumeClaim)).toEqual([]);
});

test('SPR-1 a claim made for a Pod does not wait for the finalizers of that Pod, any other does', async () => {
  harness = await startHarness({ controllers: [pvcProtectionController] });
  await harness.create(claim('used'));
  const held = podWith('used');
  const pod = await harness.create({ ...held, metadata: { ...held.metadata, finalizers: ['example.com/x'] } });
  const { uid = '' } = pod.metadata;
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'user', uid, controller: true };
  const ephemeral: Pod = {
    ...held,
    metadata: { name: 'other', finalizers: ['example.com/x'] },
    spec: {
      containers: [],
      ...held.spec,
      volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: claim('').spec ?? {} } } }],
    },
  };
  const other = await harness.create(ephemeral);
  const made = claim('other-v');
  await harness.create({
    ...made,
    metadata: { ...made.metadata, ownerReferences: [{ ...owner, name: 'other', uid: other.metadata.uid ?? '' }] },
  });
  const claims = harness.client.resource(kinds.persistentVolumeClaim);
  for (const name of ['used', 'other-v']) await claims.delete(name, NS);
  await harness.settle();
  expect(await harness.list(kinds.persistentVolumeClaim)).toHaveLength(2);
  for (const name of ['user', 'other']) {
    await harness.client.resource(kinds.pod).delete(name, NS, { gracePeriodSeconds: 0 });
  }
  await harness.settle();
  expect((await harness.list(kinds.persistentVolumeClaim)).map((c) => c.metadata.name)).toEqual(['used']);
});

test('SPR-3 the finalizers come back when somebody takes them off', async () => {
  harness = await startHarness({ controllers: [pvcProtectionController, pvProtectionController] });
  await harness.create<PersistentVolumeClaim>({ ...claim('c'), metadata: { name: 'c' } });
  await harness.create<PersistentVolume>({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v', finalizers: ['example.com/x'] },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/v' } },
  });
  await harness.settle();
  const volume = await harness.get(kinds.persistentVolume, 'v', '');
  expect(volume.metadata.finalizers).toEqual(['example.com/x', 'kubernetes.io/pv-protection']);
  const again = await harness.get(kinds.persistentVolumeClaim, 'c');
  expect(again.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
});

test('SPR-2 a volume that is deleted goes when it is not bound', async () => {
  harness = await startHarness({ controllers: [pvProtectionController] });
  const volumes = harness.client.resource(kinds.persistentVolume);
  const volume: PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v', finalizers: ['kubernetes.io/pv-protection'] },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/v' } },
  };
  const made = await harness.create(volume);
  await volumes.updateStatus({ ...made, status: { ...made.status, phase: 'Bound' } });
  await volumes.delete('v');
  await harness.settle();
  const kept = await harness.get(kinds.persistentVolume, 'v', '');
  await volumes.updateStatus({ ...kept, status: { ...kept.status, phase: 'Released' } });
  await harness.settle();
  expect(await harness.list(kinds.persistentVolume)).toEqual([]);
});

import { kinds } from '@tabernetes/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pvProtectionController } from '../storage-protection/pv-protection-controller.ts';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { claim, storageClass, volume } from '../testing/volumes.ts';
import { persistentVolumeBinder } from './persistent-volume-binder-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ controllers: [persistentVolumeBinder, pvProtectionController] });
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

const claims = async (): Promise<readonly string[]> =>
  (await harness.list(kinds.persistentVolumeClaim))
    .map(({ metadata, spec, status }) => `${metadata.name} ${status?.phase} ${spec?.volumeName ?? '-'}`)
    .sort();
const volumes = async (): Promise<readonly string[]> =>
  (await harness.list(kinds.persistentVolume))
    .map(({ metadata, spec, status }) => `${metadata.name} ${status?.phase} ${spec?.claimRef?.name ?? '-'}`)
    .sort();

describe('binding', () => {
  test('PVB-1 a claim gets the smallest volume that is large enough and offers its modes, and says so on both', async () => {
    await harness.create(volume('small', '1Gi'));
    await harness.create(volume('medium', '5Gi', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }));
    await harness.create(volume('large', '20Gi', { accessModes: ['ReadWriteMany'] }));
    await harness.create(claim('a', '2Gi'));
    expect(await claims()).toEqual(['a Bound medium']);
    expect(await volumes()).toEqual(['large Available -', 'medium Bound a', 'small Available -']);
    const bound = await harness.get(kinds.persistentVolumeClaim, 'a');
    expect(bound.metadata.annotations).toEqual({
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    });
    expect(bound.status).toEqual({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
      capacity: { storage: '5Gi' },
    });
    expect(await harness.events('a')).toEqual([]);
  });

  test('PVB-1 selector, mode, class and reservations are kept', async () => {
    await harness.create({ ...volume('labelled', '1Gi'), metadata: { name: 'labelled', labels: { tier: 'm' } } });
    await harness.create(volume('block', '1Gi', { volumeMode: 'Block' }));
    await harness.create(volume('other-class', '1Gi', { storageClassName: 'other' }));
    await harness.create(volume('kept', '1Gi', { claimRef: { namespace: NS, name: 'friend' } }));
    await harness.create(claim('x', '1Gi', { selector: { matchLabels: { tier: 'x' } } }));
    expect(await claims()).toEqual(['x Pending -']);
    await harness.create(claim('b', '1Gi', { volumeMode: 'Block' }));
    await harness.create(claim('friend', '1Gi'));
    await harness.create(claim('m', '1Gi', { selector: { matchLabels: { tier: 'm' } } }));
    expect(await claims()).toEqual(['b Bound block', 'friend Bound kept', 'm Bound labelled', 'x Pending -']);
    // Who made the volume has reserved it: giving it back must not lose that.
    const kept = await harness.get(kinds.persistentVolume, 'kept', '');
    expect(kept.metadata.annotations?.['pv.kubernetes.io/bound-by-controller']).toBeUndefined();
  });

  test('PVB-10 a claim that is applied with its volume waits for the next resync where news take time', async () => {
    harness.dispose();
    harness = await startHarness({ controllers: [(context) => persistentVolumeBinder(context, { newsDelayMs: 40 })] });
    await harness.create(volume('pv', '1Gi'));
    await harness.clock.advance(30);
    await harness.create(claim('a', '1Gi'));
    expect(await volumes()).toEqual(['pv Pending -']);
    await harness.clock.advance(5);
    expect([await claims(), await volumes()]).toEqual([['a Pending -'], ['pv Available -']]);
    await harness.clock.advance('15s');
    expect([await claims(), await volumes()]).toEqual([['a Bound pv'], ['pv Bound a']]);
    await harness.create(claim('b', '1Gi'));
    await harness.create(volume('late', '2Gi'));
    await harness.clock.idle();
    expect(await claims()).toEqual(['a Bound pv', 'b Bound late']);
  });

  test('PVB-2 a claim that names its volume is bound at the next resync, as on a real cluster', async () => {
    await harness.create(volume('small', '1Gi'));
    await harness.create(claim('byname', '100Mi', { volumeName: 'small' }));
    expect(await claims()).toEqual(['byname Pending small']);
    expect(await volumes()).toEqual(['small Bound byname']);
    await harness.clock.advance('15s');
    expect(await claims()).toEqual(['byname Bound small']);
  });

  test('PVB-2 a volume that a claim names and that is none for it, or is taken, is refused with the reason', async () => {
    await harness.create(volume('tiny', '1Mi'));
    await harness.create(volume('one', '1Gi'));
    await harness.create(claim('first', '1Gi'));
    await harness.create(claim('big', '1Gi', { volumeName: 'tiny' }));
    await harness.create(claim('late', '1Gi', { volumeName: 'one' }));
    expect(await harness.events('big')).toEqual([
      'Warning VolumeMismatch Cannot bind to requested volume "tiny": requested PV is too small',
    ]);
    expect(await harness.events('late')).toEqual([
      'Warning FailedBinding volume "one" already bound to a different claim.',
    ]);
  });

  test('PVB-3 a claim that is left over gets a volume that comes later, at a resync', async () => {
    await harness.create(claim('a', '1Gi', { storageClassName: '' }));
    expect(await harness.events('a')).toEqual([
      'Normal FailedBinding no persistent volumes available for this claim and no storage class is set',
    ]);
    await harness.create(volume('v', '1Gi', { storageClassName: '' }));
    await harness.clock.idle();
    expect(await claims()).toEqual(['a Bound v']);
  });

  test('PVB-4 who has lost the volume is lost', async () => {
    await harness.create(volume('v', '1Gi'));
    await harness.create(claim('a', '1Gi'));
    const bound = await harness.get(kinds.persistentVolume, 'v', '');
    await harness.client
      .resource(kinds.persistentVolume)
      .update({ ...bound, metadata: { ...bound.metadata, finalizers: [] } });
    await harness.client.resource(kinds.persistentVolume).delete('v');
    await harness.settle();
    expect(await claims()).toEqual(['a Lost v']);
    expect(await harness.events('a')).toEqual([
      'Warning ClaimLost Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    ]);
  });
});

describe('classes', () => {
  test('PVB-5 a class whose volumes come from outside is asked for them, once', async () => {
    await harness.create(storageClass('fast', 'example.com/disk'));
    await harness.create(claim('a', '1Gi', { storageClassName: 'fast' }));
    const { metadata } = await harness.get(kinds.persistentVolumeClaim, 'a');
    expect(metadata.annotations).toEqual({
      'volume.beta.kubernetes.io/storage-provisioner': 'example.com/disk',
      'volume.kubernetes.io/storage-provisioner': 'example.com/disk',
    });
    const waiting =
      "Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'example.com/disk' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    expect(await harness.events('a')).toEqual([waiting]);
    await harness.clock.advance('30s');
    expect(await harness.events('a')).toEqual([`${waiting} (x3)`]);
  });

  test('PVB-5 what nobody can provision is said', async () => {
    await harness.create(storageClass('gone', 'kubernetes.io/glusterfs'));
    await harness.create(storageClass('host', 'kubernetes.io/host-path'));
    await harness.create(storageClass('ebs', 'kubernetes.io/aws-ebs'));
    await harness.create(claim('none', '1Gi', { storageClassName: 'nope' }));
    await harness.create(claim('in-tree', '1Gi', { storageClassName: 'gone' }));
    await harness.create(claim('host-path', '1Gi', { storageClassName: 'host' }));
    await harness.create(claim('migrated', '1Gi', { storageClassName: 'ebs' }));
    expect(await harness.events('none')).toEqual([
      'Warning ProvisioningFailed storageclass.storage.k8s.io "nope" not found',
    ]);
    expect(await harness.events('in-tree')).toEqual([
      'Warning ProvisioningFailed no volume plugin matched name: kubernetes.io/glusterfs',
    ]);
    expect(await harness.events('host-path')).toEqual([
      'Warning ProvisioningFailed Failed to create provisioner: provisioning in volume plugin "kubernetes.io/host-path" is disabled',
    ]);
    expect((await harness.events('migrated'))[0]).toContain("external provisioner 'ebs.csi.aws.com'");
  });

  test('PVB-6 a class of late binding waits for a Pod, and says for which', async () => {
    await harness.create(storageClass('late', 'example.com/disk', { volumeBindingMode: 'WaitForFirstConsumer' }));
    await harness.create(volume('v', '1Gi', { storageClassName: 'late' }));
    await harness.create(claim('a', '1Gi', { storageClassName: 'late' }));
    expect(await harness.events('a')).toEqual([
      'Normal WaitForFirstConsumer waiting for first consumer to be created before binding',
    ]);
    const user = pod('user');
    const containers = user.spec?.containers ?? [];
    await harness.create({
      ...user,
      spec: { containers, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'a' } }] },
    });
    await harness.clock.advance('15s');
    expect((await harness.events('a')).at(-1)).toBe('Normal WaitForPodScheduled waiting for pod user to be scheduled');
  });

  test('PVB-7 a claim without a class gets the default one once there is one', async () => {
    const { storageClassName: _none, ...spec } = claim('a', '1Gi').spec ?? {};
    await harness.create({ ...claim('a', '1Gi'), spec });
    const fast = storageClass('fast', 'example.com/disk');
    await harness.create({
      ...fast,
      metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    });
    await harness.clock.idle();
    expect((await harness.get(kinds.persistentVolumeClaim, 'a')).spec?.storageClassName).toBe('fast');
  });
});

describe('reclaiming', () => {
  const release = async (): Promise<void> => {
    await harness.create(claim('a', '1Gi'));
    const bound = await harness.get(kinds.persistentVolumeClaim, 'a');
    await harness.client
      .resource(kinds.persistentVolumeClaim)
      .update({ ...bound, metadata: { ...bound.metadata, finalizers: [] } });
    await harness.client.resource(kinds.persistentVolumeClaim).delete('a', NS);
    await harness.settle();
  };

  test('PVB-8 Retain keeps the volume released, until somebody takes the claim out of it', async () => {
    await harness.create(volume('v', '1Gi'));
    await release();
    expect(await volumes()).toEqual(['v Released a']);
    await harness.patch(kinds.persistentVolume, 'v', { spec: { claimRef: null } });
    expect(await volumes()).toEqual(['v Available -']);
  });

  test('PVB-8 Delete deletes what can be deleted, and says why what cannot', async () => {
    await harness.create(volume('v', '1Gi', { persistentVolumeReclaimPolicy: 'Delete' }));
    await release();
    expect(await volumes()).toEqual([]);
    const nfs = { server: 'nfs.example.com', path: '/x' };
    await harness.create(volume('n', '1Gi', { persistentVolumeReclaimPolicy: 'Delete', nfs }));
    await release();
    expect(await volumes()).toEqual(['n Failed a']);
    expect(await harness.events('n')).toEqual([
      'Warning VolumeFailedDelete error getting deleter volume plugin for volume "n": no deletable volume plugin matched',
    ]);
  });

  test('PVB-9 Recycle wipes the volume with a Pod, and gives it back', async () => {
    await harness.create(volume('v', '1Gi', { persistentVolumeReclaimPolicy: 'Recycle' }));
    await release();
    const pods = harness.client.resource(kinds.pod);
    const wiper = await pods.get('recycler-for-v', 'default');
    expect(wiper.spec).toMatchObject({ activeDeadlineSeconds: 60, restartPolicy: 'Never' });
    expect(await volumes()).toEqual(['v Released a']);
    await pods.updateStatus({ ...wiper, status: { ...wiper.status, phase: 'Succeeded' } });
    await harness.settle();
    expect(await volumes()).toEqual(['v Available -']);
    expect(await harness.events('v')).toEqual(['Normal VolumeRecycled Volume recycled']);
    expect(await harness.find(kinds.pod, 'recycler-for-v', 'default')).toBeUndefined();
  });
});

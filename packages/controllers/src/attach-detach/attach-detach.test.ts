import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { CSIDriver, VolumeAttachment } from '@tabernetes/api/types/storage-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { persistentVolumeBinder } from '../persistent-volume-binder/persistent-volume-binder-controller.ts';
import { type Harness, startHarness } from '../testing/harness.ts';
import { claim, volume } from '../testing/volumes.ts';
import { attachDetachController } from './attach-detach-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ controllers: [persistentVolumeBinder, attachDetachController] });
  for (const name of ['n1', 'n2'])
    await harness.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
    } as Node);
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function disk(driver: string): Promise<void> {
  const csi = { driver, volumeHandle: 'h1' };
  await harness.create(volume('v', '1Gi', { csi, hostPath: undefined } as never));
  await harness.create(claim('data', '1Gi'));
}

const pod = (name: string, nodeName: string): Promise<Pod> =>
  harness.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'x' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  } as Pod);

test('ATD-4 attachments that somebody else made are left alone', async () => {
  const own = (name: string, persistentVolumeName: string) =>
    harness.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name },
      spec: { attacher: 'disk.example.com', nodeName: 'n2', source: { persistentVolumeName } },
    } as VolumeAttachment);
  await disk('disk.example.com');
  await own('of-none', 'nope');
  await own('of-v', 'v');
  const one = await pod('one', 'n1');
  const names = async () =>
    (await harness.list(kinds.volumeAttachment)).map(({ metadata }) => metadata.name?.slice(0, 4)).sort();
  expect(await names()).toEqual(['csi-', 'of-n', 'of-v']);
  await harness.client.resource(kinds.pod).delete(one.metadata.name ?? '', 'default');
  await harness.clock.advance('2m');
  expect(await names()).toEqual(['of-n', 'of-v']);
});

test('ATD-5 what nobody needs any more goes when the attempt to attach it is over, or has failed', async () => {
  await disk('disk.example.com');
  const left = async () => (await harness.list(kinds.volumeAttachment)).length;
  const end = async () => {
    await harness.client.resource(kinds.pod).delete('one', 'default', { gracePeriodSeconds: 0 });
    await harness.settle();
  };
  await pod('one', 'n1');
  await harness.clock.advance('30s');
  await end();
  await harness.clock.advance('80s');
  expect(await left()).toBe(1);
  await harness.clock.advance('11s');
  expect(await left()).toBe(0);

  await pod('one', 'n1');
  const [{ metadata: { name = '' } = {} } = {}] = await harness.list(kinds.volumeAttachment);
  const attachError = { message: 'no', time: '2020-01-01T00:00:00Z' };
  await harness.client
    .resource(kinds.volumeAttachment)
    .patch(name, undefined, 'merge', { status: { attachError } }, { subresource: 'status' });
  await end();
  expect(await left()).toBe(0);
});

test('ATD-1 a volume of a CSI driver is asked to be attached where a Pod needs it, and shown there once it is', async () => {
  await disk('disk.example.com');
  await pod('one', 'n1');
  const [attachment] = await harness.list(kinds.volumeAttachment);
  if (attachment === undefined) throw new Error('none');
  // printf h1disk.example.comn1 | sha256sum
  expect(attachment.metadata.name).toBe('csi-0f30d008e2c35a9079ad5b387acb76fc4f32c1715f29f3d316190f5a1976198c');
  expect(attachment.spec).toEqual({
    attacher: 'disk.example.com',
    nodeName: 'n1',
    source: { persistentVolumeName: 'v' },
  });
  expect(attachment.status).toEqual({ attached: false });
  await harness.client
    .resource(kinds.volumeAttachment)
    .patch(
      attachment.metadata.name ?? '',
      undefined,
      'merge',
      { status: { attached: true } },
      { subresource: 'status' },
    );
  await harness.settle();
  const { status } = await harness.get(kinds.node, 'n1');
  expect(status?.volumesAttached).toEqual([{ name: 'kubernetes.io/csi/disk.example.com^h1', devicePath: '' }]);
  expect(await harness.events('one')).toEqual([
    'Normal SuccessfulAttachVolume AttachVolume.Attach succeeded for volume "v" ',
  ]);

  await pod('two', 'n2');
  expect(await harness.list(kinds.volumeAttachment)).toHaveLength(1);
  expect(await harness.events('two')).toEqual([
    'Warning FailedAttachVolume Multi-Attach error for volume "v" Volume is already used by pod(s) one',
  ]);
  await harness.client.resource(kinds.pod).delete('one', 'default', { gracePeriodSeconds: 0 });
  await harness.settle();
  expect((await harness.list(kinds.volumeAttachment)).map(({ spec }) => spec?.nodeName)).toEqual(['n2']);
  expect((await harness.get(kinds.node, 'n1')).status?.volumesAttached ?? []).toEqual([]);
});

test('ATD-2 Pods are told when nobody attaches', async () => {
  await disk('disk.example.com');
  await pod('one', 'n1');
  await harness.clock.advance(125_000);
  expect(await harness.events('one')).toEqual([
    'Warning FailedAttachVolume AttachVolume.Attach failed for volume "v" : timed out waiting for external-attacher of disk.example.com CSI driver to attach volume h1',
  ]);
});

test('ATD-3 drivers that attach nothing are asked for nothing', async () => {
  await harness.create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'share.example.com' },
    spec: { attachRequired: false },
  } as CSIDriver);
  await disk('share.example.com');
  await pod('one', 'n1');
  expect(await harness.list(kinds.volumeAttachment)).toEqual([]);
});

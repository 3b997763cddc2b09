import { kinds } from '@tabernetes/api';
import { afterEach, expect, test } from 'vitest';
import { persistentVolumeBinder } from '../persistent-volume-binder/persistent-volume-binder-controller.ts';
import { type Harness, startHarness } from '../testing/harness.ts';
import { claim, volume } from '../testing/volumes.ts';
import { persistentVolumeExpander } from './persistent-volume-expander-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

test('PVE-1 who is to make a volume larger is said when its claim asks for more', async () => {
  harness = await startHarness({ controllers: [persistentVolumeBinder, persistentVolumeExpander] });
  await harness.create(volume('v', '1Gi'));
  await harness.create(
    volume('ebs', '2Gi', { awsElasticBlockStore: { volumeID: 'vol-1' }, hostPath: undefined } as never),
  );
  await harness.create(claim('a', '1Gi'));
  await harness.create(claim('b', '2Gi'));
  expect(await harness.events('a')).toEqual([]);
  const more = { spec: { resources: { requests: { storage: '5Gi' } } } };
  await harness.patch(kinds.persistentVolumeClaim, 'a', more);
  expect(await harness.events('a')).toEqual([
    'Normal ExternalExpanding waiting for an external controller to expand this PVC',
  ]);
  await harness.patch(kinds.persistentVolumeClaim, 'b', more);
  expect(await harness.events('b')).toEqual([
    'Normal ExternalExpanding CSI migration enabled for kubernetes.io/aws-ebs; waiting for external resizer to expand the pvc',
  ]);
  const { metadata } = await harness.get(kinds.persistentVolumeClaim, 'b');
  expect(metadata.annotations?.['volume.kubernetes.io/storage-resizer']).toBe('ebs.csi.aws.com');
});

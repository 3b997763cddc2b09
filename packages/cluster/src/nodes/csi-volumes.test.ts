import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

test('CLU-80 a Pod with a volume of a CSI driver waits until that is attached, and for a driver that no node has', async () => {
  const { client } = cluster;
  await client.resource(kinds.persistentVolume).create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'manual',
      csi: { driver: 'disk.example.com', volumeHandle: 'h1' },
    },
  });
  await client.resource(kinds.persistentVolumeClaim).create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'manual',
      resources: { requests: { storage: '1Gi' } },
    },
  });
  await client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'busybox:1.36',
          command: ['sleep', '1000'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  } as Pod);
  await cluster.clock.advance(10_000);
  const [attachment] = (await client.resource(kinds.volumeAttachment).list()).items;
  expect(attachment?.spec).toMatchObject({ attacher: 'disk.example.com', source: { persistentVolumeName: 'disk' } });
  const reasons = async (): Promise<readonly string[]> =>
    (await client.resource(kinds.event).list({ namespace: 'default' })).items
      .filter(({ involvedObject }) => involvedObject?.name === 'web')
      .map(({ reason, message }) => `${reason} ${message}`);
  expect((await reasons()).some((each) => each.startsWith('FailedMount'))).toBe(false);
  await client
    .resource(kinds.volumeAttachment)
    .patch(
      attachment?.metadata.name ?? '',
      undefined,
      'merge',
      { status: { attached: true } },
      { subresource: 'status' },
    );
  await cluster.clock.advance(60_000);
  expect(await reasons()).toContain('SuccessfulAttachVolume AttachVolume.Attach succeeded for volume "disk" ');
  expect(await reasons()).toContain(
    'FailedMount MountVolume.MountDevice failed for volume "disk" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.example.com not found in the list of registered CSI drivers',
  );
  const pod: Pod = await client.resource(kinds.pod).get('web', 'default');
  expect(pod.status?.phase).toBe('Pending');
});

import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { claim } from '../testing/volumes.ts';
import { ephemeralVolumeController } from './ephemeral-volume-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ controllers: [ephemeralVolumeController] });
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

function user(name: string): Pod {
  const { spec = {} } = claim('x', '1Gi');
  const template = { metadata: { labels: { of: name } }, spec };
  const base = pod(name);
  const containers = base.spec?.containers ?? [];
  return {
    ...base,
    spec: { containers, volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }] },
  };
}

test('EPV-1 a Pod gets the claims of its ephemeral volumes, and gets them back', async () => {
  const made = await harness.create(user('a'));
  const claims = harness.client.resource(kinds.persistentVolumeClaim);
  const first = await claims.get('a-scratch', NS);
  expect(first.metadata).toMatchObject({
    labels: { of: 'a' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: made.metadata.uid, controller: true, blockOwnerDeletion: true },
    ],
  });
  await claims.update({ ...first, metadata: { ...first.metadata, finalizers: [] } });
  await claims.delete('a-scratch', NS);
  await harness.settle();
  expect((await claims.get('a-scratch', NS)).metadata.uid).not.toBe(first.metadata.uid);
});

test('EPV-2 the claim of somebody else is not taken', async () => {
  await harness.create(claim('b-scratch', '1Gi'));
  await harness.create(user('b'));
  expect(await harness.events('b')).toContain(
    'Warning FailedBinding ephemeral volume scratch: PVC default/b-scratch was not created for pod default/b (pod is not owner)',
  );
});

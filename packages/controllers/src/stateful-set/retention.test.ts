import type { PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { OwnerReference } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { pod, statefulSet } from '../testing/objects.ts';
import { hasForeignController, waitsForClaims, wantedOwners } from './retention.ts';

const owner = (kind: string, name: string, uid: string, controller = true): OwnerReference => ({
  apiVersion: kind === 'StatefulSet' ? 'apps/v1' : 'v1',
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion: true,
});
const BY_SET = owner('StatefulSet', 'web', 'set');
const BY_POD = owner('Pod', 'web-1', 'pod');
const OTHER = owner('ConfigMap', 'else', 'else', false);
const claim = (...ownerReferences: OwnerReference[]): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-web-1', ownerReferences },
});
const set = (whenDeleted: string, whenScaled: string, replicas = 3) => {
  const policy = { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } };
  return { ...statefulSet('web', { replicas, ...policy }), metadata: { name: 'web', uid: 'set' } };
};
const web1 = { ...pod('web-1'), metadata: { name: 'web-1', uid: 'pod' } };

describe('owners of a claim', () => {
  const cases = [
    { name: 'kept: none', set: set('Retain', 'Retain'), claim: claim(), want: undefined },
    { name: 'kept: ours go, others stay', set: set('Retain', 'Retain'), claim: claim(OTHER, BY_SET), want: [OTHER] },
    { name: 'deleted with the set: the set', set: set('Delete', 'Retain'), claim: claim(OTHER), want: [OTHER, BY_SET] },
    {
      name: 'deleted with the set: right already',
      set: set('Delete', 'Retain'),
      claim: claim(BY_SET),
      want: undefined,
    },
    {
      name: 'the set must be controller',
      set: set('Delete', 'Retain'),
      claim: claim({ ...BY_SET, controller: false }),
      want: [BY_SET],
    },
    {
      name: 'deleted with the set, scaled away: the set',
      set: set('Delete', 'Retain', 1),
      claim: claim(BY_SET),
      want: undefined,
    },
    {
      name: 'deleted when scaled: none while in the set',
      set: set('Retain', 'Delete'),
      claim: claim(BY_POD),
      want: [],
    },
    { name: 'deleted when scaled: the Pod once away', set: set('Retain', 'Delete', 1), claim: claim(), want: [BY_POD] },
    { name: 'both: the set while in it', set: set('Delete', 'Delete'), claim: claim(), want: [BY_SET] },
    { name: 'both: the Pod once away', set: set('Delete', 'Delete', 1), claim: claim(BY_SET), want: [BY_POD] },
    {
      name: 'of an earlier set: untouched',
      set: set('Delete', 'Delete'),
      claim: claim(owner('StatefulSet', 'web', 'old')),
      want: undefined,
    },
    {
      name: 'of an earlier Pod: untouched',
      set: set('Delete', 'Delete'),
      claim: claim(owner('Pod', 'web-1', 'old')),
      want: undefined,
    },
    {
      name: 'managed by others: untouched',
      set: set('Delete', 'Delete'),
      claim: claim(owner('X', 'x', 'x')),
      want: undefined,
    },
    {
      name: 'managed by others too: ours go',
      set: set('Delete', 'Delete'),
      claim: claim(owner('X', 'x', 'x'), BY_SET),
      want: [owner('X', 'x', 'x')],
    },
  ];
  for (const { name, set, claim, want } of cases) {
    test(`STS-10 ${name}`, () => expect(wantedOwners(claim, set, web1)).toEqual(want));
  }
  test('STS-10 a foreign controller counts only under a policy that deletes', () => {
    const foreign = claim(owner('X', 'x', 'x'));
    expect(hasForeignController(foreign, set('Retain', 'Retain'), web1)).toBe(false);
    expect(hasForeignController(foreign, set('Retain', 'Delete'), web1)).toBe(true);
  });
  test('STS-10 a new Pod waits for claims of its predecessor, if they go when scaled', () => {
    const old = [claim(owner('Pod', 'web-1', 'old'))];
    expect(waitsForClaims(set('Retain', 'Delete'), pod('web-1'), old)).toBe(true);
    expect(waitsForClaims(set('Retain', 'Retain'), pod('web-1'), old)).toBe(false);
    expect(waitsForClaims(set('Retain', 'Delete'), pod('web-1'), [claim()])).toBe(false);
  });
});

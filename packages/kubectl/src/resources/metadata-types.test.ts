import { describe, expect, test } from 'vitest';
import { metadataProblem } from './metadata-types.ts';

describe('KCT-3 metadata that Go cannot read', () => {
  const cannot = (what: string): string => `json: cannot unmarshal ${what}`;
  const cases: readonly (readonly [metadata: unknown, problem: string | undefined])[] = [
    [{ name: 'a', labels: { version: '1' } }, undefined],
    [undefined, undefined],
    [{ labels: null, annotations: { a: null } }, undefined],
    [{ Name: 5, other: [] }, undefined],
    [5, cannot('number into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta')],
    [
      { name: 'a', labels: { version: 1 } },
      cannot('number into Go struct field ObjectMeta.metadata.labels of type string'),
    ],
    [{ annotations: { on: true } }, cannot('bool into Go struct field ObjectMeta.metadata.annotations of type string')],
    [{ name: 1 }, cannot('number into Go struct field ObjectMeta.metadata.name of type string')],
    [{ labels: ['a'] }, cannot('array into Go struct field ObjectMeta.metadata.labels of type map[string]string')],
    [{ uid: 5, name: 5 }, cannot('number into Go struct field ObjectMeta.metadata.uid of type types.UID')],
    [{ generation: 1.5 }, cannot('number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64')],
    [
      { ownerReferences: ['x'] },
      cannot('string into Go struct field ObjectMeta.metadata.ownerReferences of type v1.OwnerReference'),
    ],
    [
      { ownerReferences: [{ controller: 5 }] },
      cannot('number into Go struct field OwnerReference.metadata.ownerReferences.controller of type bool'),
    ],
    [
      { managedFields: [{ time: 5 }] },
      cannot('number into Go struct field ManagedFieldsEntry.metadata.managedFields.time of type string'),
    ],
    [
      { deletionTimestamp: {} },
      cannot('object into Go struct field ObjectMeta.metadata.deletionTimestamp of type string'),
    ],
    // A time is read by itself, and ends the reading.
    [
      { name: 5, creationTimestamp: 'x' },
      'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
  ];
  for (const [metadata, problem] of cases) {
    test(`KCT-3 ${JSON.stringify(metadata)}`, () => expect(metadataProblem({ metadata })).toBe(problem));
  }
});

import { describe, expect, test } from 'vitest';
import { metadataProblem } from './metadata-types.ts';

describe('KCT-3 metadata that Go cannot read', () => {
  const cases: readonly (readonly [metadata: unknown, problem: string | undefined])[] = [
    [{ name: 'a', labels: { version: '1' } }, undefined],
    [undefined, undefined],
    [{ labels: null, annotations: { a: null } }, undefined],
    [
      { name: 'a', labels: { version: 1 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      { annotations: { on: true } },
      'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string',
    ],
    [{ name: 1 }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'],
    [
      { labels: ['a'] },
      'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
  ];
  for (const [metadata, problem] of cases) {
    test(`KCT-3 ${JSON.stringify(metadata)}`, () => expect(metadataProblem(metadata)).toBe(problem));
  }
});

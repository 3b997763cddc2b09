import { describe, expect, test } from 'vitest';
import { sortObjects, sortTable, Unsortable } from './sort.ts';

describe('--sort-by', () => {
  const sorted = (values: readonly unknown[]): readonly number[] =>
    sortObjects(
      values.map((x) => (x === undefined ? {} : { x })),
      '.x',
    );

  test('KCT-40 numbers, texts, and texts that are quantities', () => {
    expect(sorted([3, 1, 2])).toEqual([1, 2, 0]);
    expect(sorted(['b', 'a'])).toEqual([1, 0]);
    expect(sorted(['1Gi', '500Mi', '2'])).toEqual([2, 1, 0]);
  });

  test('KCT-40 objects without the field stand first, turned around as Go leaves them', () => {
    expect(sorted([2, undefined, 1, undefined])).toEqual([3, 1, 2, 0]);
  });

  test('KCT-40 fields that nobody has, and values that cannot be compared', () => {
    expect(() => sorted([undefined, undefined])).toThrow(
      'couldn\'t find any field with path "{.x}" in the list of objects',
    );
    const object = { metadata: { labels: { a: 'b' } } };
    const rows = [
      { cells: [], object },
      { cells: [], object },
    ];
    expect(() => sortTable({ kind: 'Table', rows } as Parameters<typeof sortTable>[0], '.metadata.labels')).toThrow(
      new Unsortable(
        'Field {.metadata.labels} in [][][]reflect.Value is an unsortable type: interface, err: unsortable type: map[string]interface {}',
      ),
    );
  });
});

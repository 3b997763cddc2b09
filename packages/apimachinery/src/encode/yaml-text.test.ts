import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeYaml } from './yaml-text.ts';

// What sigs.k8s.io/yaml 1.4 writes for the same values.
const cases = readFileSync(new URL('../../testdata/yaml-texts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly value: unknown; readonly yaml: string });

describe('YAML output', () => {
  test(`YOUT-1 all ${cases.length} values are written as sigs.k8s.io/yaml writes them`, () => {
    const wrong = cases.filter(({ value, yaml }) => encodeYaml(value) !== yaml);
    expect(wrong.map(({ value, yaml }) => ({ value, yaml, ours: encodeYaml(value) }))).toEqual([]);
  });
});

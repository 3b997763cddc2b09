import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { celProblem } from './cel.ts';

/* Expressions, and what the library that Kubernetes uses says of them as conditions. */
const cases = readFileSync(new URL('../../../testdata/cel-problems.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as readonly [expression: string, problem: string]);

test('CEL-1 an expression is refused with the text of upstream, or not at all', () => {
  let refused = 0;
  for (const [expression, problem] of cases) {
    const got = celProblem(expression, ['bool']);
    if (got === undefined) continue;
    refused += 1;
    expect(got, expression).toBe(problem);
  }
  expect(refused).toBeGreaterThan(cases.length / 4);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BOOL } from '../../cel/types.ts';
import { expressionType } from './expression-problem.ts';

/* Expressions, and what the library that Kubernetes uses says of them as conditions. */
const cases = readFileSync(new URL('../../../testdata/cel-problems.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as readonly [expression: string, problem: string]);

function problemOf(expression: string): string {
  let found = '';
  expressionType(({ detail = '' }) => (found = detail), 'at', { text: expression }, {}, [BOOL]);
  return found;
}

describe('expressions', () => {
  test('CEL-1 what upstream refuses is refused, and nothing else', () => {
    for (const [expression, problem] of cases) expect(problemOf(expression) === '', expression).toBe(problem === '');
  });

  test('CEL-2 what is wrong with types and names is told with the text of upstream', () => {
    const told = cases.filter(([, problem]) => !problem.includes('Syntax error'));
    for (const [expression, problem] of told) expect(problemOf(expression), expression).toBe(problem);
    expect(told.length).toBeGreaterThan(15);
  });

  test('CEL-3 mistakes of grammar that can be told for certain have the text of upstream', () => {
    const told = cases.filter(([, problem]) => problem.includes('Syntax error'));
    expect(told.filter(([expression, problem]) => problemOf(expression) === problem).length).toBeGreaterThan(60);
  });
});

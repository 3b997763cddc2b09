import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TemplateError } from './errors.ts';
import { compileGoTemplate, ExecuteError } from './execute.ts';

interface Case {
  readonly template: string;
  /** Why text/template refuses it. */
  readonly parse?: string;
  /** Why it fails while it runs. */
  readonly error?: string;
  readonly printed?: string;
}

// What Go's own text/template says of the same template over the same data.
const [first = '', ...rest] = readFileSync(new URL('../../testdata/go-templates.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const { data } = JSON.parse(first) as { readonly data: unknown };
const cases = rest.map((line) => JSON.parse(line) as Case);

function outcome(template: string): Omit<Case, 'template'> {
  try {
    return { printed: compileGoTemplate(template).execute(data) };
  } catch (error) {
    if (error instanceof ExecuteError) return { error: error.message, printed: error.printed };
    if (error instanceof TemplateError) return { parse: error.message };
    throw error;
  }
}

describe('KCT-2 Go templates', () => {
  for (const { template, ...want } of cases) {
    test(`KCT-2 ${template}`, () => expect(outcome(template)).toEqual(want));
  }
});

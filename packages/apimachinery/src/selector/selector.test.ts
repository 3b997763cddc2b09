import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  escapeFieldValue,
  fieldNotKnown,
  fieldNotSupported,
  formatLabelSelector,
  labelSelectorAsSelector,
  labelsText,
  newRequirement,
  parseFieldSelector,
  parseLabelSelector,
  parseToLabelSelector,
  selectorFromLabels,
} from '../index.ts';

interface Recorded {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly path?: string;
  readonly code: number;
  readonly message: string | null;
}

const attempt = (call: () => unknown): string => {
  try {
    return String(call());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('recorded selectors', () => {
  const lines = readFileSync(new URL('../../../../e2e/golden/facts/selectors.jsonl', import.meta.url), 'utf8');
  const recorded = lines
    .trim()
    .split('\n')
    .map((line): Recorded => JSON.parse(line));

  test('SEL-1 reads and refuses label selectors as the server did', () => {
    const labels = recorded.filter((line) => line.labelSelector !== undefined);
    const answers = labels.map(({ labelSelector = '' }) => {
      const answer = attempt(() => parseLabelSelector(labelSelector) && 'fine');
      return answer === 'fine' ? null : answer;
    });
    expect(answers).toEqual(labels.map(({ message }) => message));
    expect(labels).toHaveLength(51);
  });

  test('SEL-4 reads and refuses field selectors as the server did, whatever fields a kind has', () => {
    const fields = recorded.filter((line) => line.fieldSelector !== undefined);
    const unreadable = (message: string | null): string | null =>
      message?.startsWith('invalid') === true ? message : null;
    const answers = fields.map(({ fieldSelector = '' }) => {
      const answer = attempt(() => parseFieldSelector(fieldSelector) && 'fine');
      return answer === 'fine' ? null : answer;
    });
    expect(answers).toEqual(fields.map(({ message }) => unreadable(message)));
    expect(fields).toHaveLength(363);
  });

  test('SEL-5 says which field a kind does not select by', () => {
    const refused = (path: string, problem: (field: string) => Error): void => {
      for (const line of recorded) {
        if (line.path !== path || line.code !== 400 || line.message?.startsWith('invalid')) continue;
        // Every field but the two that all kinds know is unknown here; the first in order of text is named.
        const change = (field: string, value: string): readonly [string, string] => {
          if (field.startsWith('metadata.name')) return [field, value];
          throw problem(field);
        };
        expect(attempt(() => parseFieldSelector(line.fieldSelector ?? '').transform(change))).toBe(line.message);
      }
    };
    refused('/apis/apps/v1/namespaces/default/deployments', fieldNotKnown);
    refused('/api/v1/namespaces/default/secrets', fieldNotSupported);
  });
});

describe('label selectors', () => {
  const labels = { a: 'b', n: '5', empty: '' };
  const matching = [
    '',
    'a',
    'a=b',
    'a==b',
    'a!=c',
    'x!=b',
    'a in (b,c)',
    'x notin (b)',
    '!x',
    'n>4',
    'n<6',
    'empty=',
    'empty in ()',
  ];
  const missing = ['x', 'a=c', 'a!=b', 'a in (c)', 'a notin (b)', '!a', 'n>5', 'a>1', 'x<1', 'constructor', 'toString'];
  for (const text of matching)
    test(`SEL-2 ${text} matches`, () => expect(parseLabelSelector(text).matches(labels)).toBe(true));
  for (const text of missing)
    test(`SEL-2 ${text} does not match`, () => expect(parseLabelSelector(text).matches(labels)).toBe(false));

  test('SEL-2 nothing has no labels', () => {
    expect([parseLabelSelector('!a').matches(undefined), parseLabelSelector('a').matches(undefined)]).toEqual([
      true,
      false,
    ]);
  });

  test('SEL-3 prints canonically', () => {
    expect(String(parseLabelSelector(' c in (z, y) ,b notin(),a'))).toBe('a,b notin (),c in (y,z)');
    expect(labelsText({ b: '2', a: '1' })).toBe('a=1,b=2');
  });

  test('SEL-3 means a LabelSelector object', () => {
    const selector = Object.freeze({
      matchLabels: { b: 'c' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['y', 'x'] },
        { key: 'd', operator: 'DoesNotExist' },
      ],
    });
    const meant = labelSelectorAsSelector(selector);
    expect(String(meant)).toBe('a in (x,y),b=c,!d');
    expect(labelSelectorAsSelector(selector)).toBe(meant);
    expect([meant.exactValue('b'), meant.exactValue('a'), meant.exactValue('d')]).toEqual(['c', undefined, undefined]);
    expect([labelSelectorAsSelector(undefined).matches(labels), labelSelectorAsSelector({}).matches(labels)]).toEqual([
      false,
      true,
    ]);
    expect(formatLabelSelector({})).toBe('<none>');
    expect(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Like' }] })).toBe('<error>');
    expect(attempt(() => labelSelectorAsSelector({ matchExpressions: [{ key: 'a', operator: 'Like' }] }))).toBe(
      '"Like" is not a valid label selector operator',
    );
    expect(attempt(() => labelSelectorAsSelector({ matchExpressions: [{ key: 'a', operator: 'In' }] }))).toBe(
      "values: Invalid value: []string(nil): for 'in', 'notin' operators, values set can't be empty",
    );
    expect(String(selectorFromLabels({ b: 'x', a: 'not valid' }))).toBe('a=not valid,b=x');
  });

  test('SEL-3 becomes a LabelSelector object', () => {
    expect(parseToLabelSelector('a=b,c in (z,y),!d')).toEqual({
      matchLabels: { a: 'b' },
      matchExpressions: [
        { key: 'c', operator: 'In', values: ['y', 'z'] },
        { key: 'd', operator: 'DoesNotExist', values: [] },
      ],
    });
    expect(attempt(() => parseToLabelSelector('a>1'))).toBe('"gt" isn\'t supported in label selectors');
  });

  test('SEL-1 names the place of a requirement', () => {
    expect(attempt(() => newRequirement('a b', 'gt', ['x y'], 'spec.terms[0]'))).toMatch(
      /^\[spec.terms\[0\].key: Invalid value: "a b": name part .*, spec.terms\[0\].values\[0\]: Invalid value: "x y": for 'Gt'.*, spec.terms\[0\].values\[0\]\[a b\]: /,
    );
    expect(attempt(() => newRequirement('a', 'like', []))).toBe(
      'operator: Unsupported value: "like": supported values: "in", "notin", "=", "==", "!=", "gt", "lt", "exists", "!"',
    );
  });

  test('SEL-6 stays linear on hostile texts', () => {
    const text = 'a,'.repeat(200_000);
    expect(attempt(() => parseLabelSelector(text))).toBe("found '', expected: identifier after ','");
    expect(attempt(() => parseLabelSelector(`${'('.repeat(200_000)}`))).toMatch(/^found '\('/);
    expect(attempt(() => parseFieldSelector('\\'.repeat(200_001)))).toMatch(/^invalid selector/);
  });
});

describe('field selectors', () => {
  const pod = { name: 'a,b', phase: 'Running' };
  const getter = (field: string) =>
    field === 'metadata.name'
      ? (p: typeof pod) => p.name
      : field === 'status.phase'
        ? (p: typeof pod) => p.phase
        : undefined;
  const cases: readonly (readonly [string, boolean])[] = [
    ['metadata.name=a\\,b', true],
    ['metadata.name=a\\,b,status.phase!=Failed', true],
    ['status.phase==Running,metadata.name!=a\\,b', false],
    ['spec.unknown=', true],
    ['', true],
  ];
  for (const [text, want] of cases) {
    test(`SEL-4 ${text}`, () => expect(parseFieldSelector(text).matcher(getter)(pod)).toBe(want));
  }

  test('SEL-4 prints sorted by what was written, escaped', () => {
    const selector = parseFieldSelector('b=\\=,a!=\\\\');
    expect([String(selector), selector.matches({ a: 'x', b: '=' })]).toEqual(['a!=\\\\,b=\\=', true]);
    expect([selector.exactValue('b'), selector.exactValue('a'), selector.empty]).toEqual(['=', undefined, false]);
    expect(escapeFieldValue('a,b=c\\')).toBe('a\\,b\\=c\\\\');
  });
});

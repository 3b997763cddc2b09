import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as rules from '../index.ts';

/** What upstream's own library answered: see testdata/README.md. */
const golden = (name: string): string[] =>
  readFileSync(new URL(`../../testdata/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

const attempt = (call: () => string): string => {
  try {
    return call();
  } catch (error) {
    return `E ${error instanceof Error ? error.message : String(error)}`;
  }
};

describe('content rules', () => {
  type Case = { rule: string; in: string; labels?: Record<string, string>; out: unknown };
  const texts = (errors: readonly rules.FieldError[]): string[] => errors.map(rules.fieldErrorText);

  const answers: Record<string, (text: string, labels: Record<string, string>) => unknown> = {
    label: (text, labels) =>
      attempt(() => `${rules.parseLabelSelector(text)}|${rules.parseLabelSelector(text).matches(labels)}`),
    field: (text, labels) =>
      attempt(() => `${rules.parseFieldSelector(text)}|${rules.parseFieldSelector(text).matches(labels)}`),
    toLabel: (text) => attempt(() => withoutEmpty(rules.parseToLabelSelector(text))),
    quote: rules.goQuote,
    manager: (text) => texts(rules.validateFieldManager(text, 'p')),
    parseIp: (text) => {
      const ip = rules.parseIp(text);
      return ip ? `${rules.ipText(ip)} ${ip.family === 4}` : 'nil';
    },
    parseCidr: (text) => {
      const cidr = rules.parseCidr(text);
      const has = (ip: string): boolean => {
        const parsed = rules.parseIp(ip);
        return cidr !== undefined && parsed !== undefined && rules.cidrContains(cidr, parsed);
      };
      return cidr
        ? `${rules.ipText(cidr.address)} ${rules.cidrText(cidr)} ${has('10.1.2.3')} ${has('fd00::1:2')}`
        : 'nil';
    },
    validatePathSegmentName: (text) => [
      ...rules.validatePathSegmentName(text, false),
      ...rules.validatePathSegmentName(text, true),
    ],
  };
  const plain = {
    isDns1123Label: rules.isDns1123Label,
    isDns1123Subdomain: rules.isDns1123Subdomain,
    isDns1035Label: rules.isDns1035Label,
    isWildcardDns1123Subdomain: rules.isWildcardDns1123Subdomain,
    isQualifiedName: rules.isQualifiedName,
    isValidLabelValue: rules.isValidLabelValue,
    isEnvVarName: rules.isEnvVarName,
    isRelaxedEnvVarName: rules.isRelaxedEnvVarName,
    isConfigMapKey: rules.isConfigMapKey,
    isHttpHeaderName: rules.isHttpHeaderName,
    isValidPercent: rules.isValidPercent,
    isValidPortName: rules.isValidPortName,
  };
  Object.assign(answers, plain);
  const named = {
    nameIsDnsSubdomain: rules.nameIsDnsSubdomain,
    nameIsDnsLabel: rules.nameIsDnsLabel,
    nameIsDns1035Label: rules.nameIsDns1035Label,
  };
  for (const [name, rule] of Object.entries(named)) answers[name] = (text) => rule(text, true);
  const placed = {
    isFullyQualifiedName: rules.isFullyQualifiedName,
    isFullyQualifiedDomainName: rules.isFullyQualifiedDomainName,
    isDomainPrefixedPath: rules.isDomainPrefixedPath,
    isValidIp: rules.isValidIp,
    isValidIpv4Address: rules.isValidIpv4Address,
    isValidIpv6Address: rules.isValidIpv6Address,
    isValidCidr: rules.isValidCidr,
  };
  for (const [name, rule] of Object.entries(placed)) answers[name] = (text) => texts(rule('p', text));

  const cases = golden('content-rules.jsonl').map((line): Case => JSON.parse(line));
  for (const rule of new Set(cases.map((c) => c.rule))) {
    test(`VAL-1 ${rule} answers as upstream does`, () => {
      const mine = cases.filter((c) => c.rule === rule);
      expect(mine.map((c) => answers[rule]?.(c.in, c.labels ?? {}))).toEqual(mine.map((c) => c.out));
    });
  }

  test('VAL-2 limits count bytes', () => {
    expect(rules.isValidPortName('ü'.repeat(8))).toContain('must be no more than 15 characters');
    expect(rules.byteLength('aé€😀')).toBe(10);
  });

  test('VAL-3 no rule is slower than its text is long', () => {
    const hostile = [
      `${'a'.repeat(500_000)}!`,
      `${'a.'.repeat(250_000)}!`,
      '-'.repeat(500_000),
      `${'1'.repeat(500_000)}:`,
    ];
    for (const text of hostile) {
      for (const rule of Object.values(plain)) expect(rule(text)).toBeInstanceOf(Array);
      expect(rules.parseIp(text)).toBeUndefined();
      expect(rules.parseCidr(`${text}/8`)).toBeUndefined();
    }
  });
});

describe('metadata rules', () => {
  type Meta = rules.ObjectMeta;
  type Case = {
    F: string;
    Meta: Meta;
    Old: Meta;
    Ns: boolean;
    Sel?: rules.LabelSelector;
    Conds: (rules.Condition & { lastTransitionTime: string | null })[];
    Del: rules.DeleteOptions;
    Patch: rules.WriteOptions;
    Apply: boolean;
  };
  const sorted = (errors: readonly rules.FieldError[]): string[] =>
    errors.map((error) => `${error.type} ${rules.fieldErrorText(error)}`).sort();
  const answer = (c: Case): unknown => {
    switch (c.F) {
      case 'meta':
        return sorted(rules.validateObjectMeta(c.Meta, { namespaced: c.Ns }));
      case 'update':
        return sorted(rules.validateObjectMetaUpdate(c.Meta, c.Old));
      case 'sel':
        return sorted(rules.validateLabelSelector(c.Sel, 'metadata'));
      case 'as': {
        const said = attempt(() => {
          const selector = rules.labelSelectorAsSelector(c.Sel);
          return `${selector}|${selector.empty}`;
        });
        return said.startsWith('E ') ? [said] : said.split('|');
      }
      case 'conds':
        return sorted(rules.validateConditions(c.Conds, 'metadata'));
      case 'del':
        return sorted(rules.validateDeleteOptions(c.Del));
      default:
        return sorted(rules.validatePatchOptions(c.Patch, c.Apply));
    }
  };
  const cases = golden('metadata-rules.jsonl').map((line): { case: Case; out: unknown } => JSON.parse(line));
  for (const kind of new Set(cases.map((c) => c.case.F))) {
    test(`VAL-4 ${kind} answers as upstream does`, () => {
      const mine = cases.filter((c) => c.case.F === kind);
      expect(mine.map((c) => answer(c.case))).toEqual(mine.map((c) => c.out));
    });
  }

  test('VAL-5 built-in kinds take only finalizers that are known or have a domain', () => {
    const meta = { name: 'x', finalizers: ['kubernetes', 'example.com/a', 'mine'] };
    const problem =
      'metadata.finalizers[2]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified';
    expect(sorted(rules.validateObjectMeta(meta, { namespaced: false, standardFinalizers: true }))).toEqual([
      `FieldValueInvalid ${problem}`,
    ]);
    expect(rules.validateObjectMeta(meta, { namespaced: false })).toEqual([]);
  });

  test('VAL-6 annotations may have 256 KiB', () => {
    const fits = { key: 'x'.repeat(256 * 1024 - 3) };
    expect(rules.validateAnnotations(fits, 'a')).toEqual([]);
    expect(rules.validateAnnotations({ ...fits, k: 'é' }, 'a').map(rules.fieldErrorText)).toEqual([
      'a: Too long: may not be more than 262144 bytes',
    ]);
  });
});

describe('equality', () => {
  const scalar = (kind: 'string' | 'quantity' | 'int32'): rules.Schema => ({ kind, goType: kind });
  const field = (name: string, schema: rules.Schema, pointer = false): rules.FieldSchema => ({
    name,
    goName: name,
    schema,
    omitEmpty: true,
    pointer,
    required: false,
  });
  const inner: rules.StructSchema = { kind: 'struct', goType: 'I', fields: [], byName: new Map() };
  const fields = [
    field('text', scalar('string')),
    field('size', scalar('quantity')),
    field('count', scalar('int32'), true),
    field('plain', inner),
    field('pointed', inner, true),
    field('list', { kind: 'list', listType: 'atomic', goType: '[]string', items: scalar('string') }),
  ];
  const schema: rules.StructSchema = {
    kind: 'struct',
    goType: 'T',
    fields,
    byName: new Map(fields.map((f) => [f.name, f])),
  };
  const cases: readonly (readonly [unknown, unknown, boolean])[] = [
    [{}, { text: '' }, true],
    [{ size: '1Gi' }, { size: '1024Mi' }, true],
    [{ size: '1Gi' }, { size: '1G' }, false],
    [{}, { count: 0 }, false],
    [{}, { plain: {} }, true],
    [{}, { pointed: {} }, false],
    [{ list: [] }, {}, true],
    [{ list: ['a'] }, { list: ['a'] }, true],
    [{ list: ['a'] }, { list: ['b'] }, false],
    [{ text: 'a' }, {}, false],
  ];
  for (const [a, b, want] of cases) {
    test(`VAL-7 ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () =>
      expect(rules.semanticEqual(a, b, schema)).toBe(want));
  }
  test('VAL-7 without a schema, absent and empty are one', () => {
    expect([
      rules.semanticEqual({ a: {} }, {}),
      rules.semanticEqual({ a: [1] }, { a: [1] }),
      rules.semanticEqual({ a: 1 }, { a: 2 }),
    ]).toEqual([true, true, false]);
  });
});

function withoutEmpty({ matchLabels = {}, matchExpressions = [] }: rules.LabelSelector): string {
  const labels = Object.entries(matchLabels).sort();
  const expressions = matchExpressions.map(({ key, operator, values = [] }) =>
    values.length > 0 ? { key, operator, values } : { key, operator },
  );
  return JSON.stringify({
    ...(labels.length > 0 && { matchLabels: Object.fromEntries(labels) }),
    ...(expressions.length > 0 && { matchExpressions: expressions }),
  });
}

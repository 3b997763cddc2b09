import { fieldErrorText } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from './json-schema.ts';
import { openApiErrors } from './schema-rules.ts';
import { validateRules } from './validate-rules.ts';

const rules = (...list: readonly (string | object)[]): { 'x-kubernetes-validations': never } => ({
  'x-kubernetes-validations': list.map((each) => (typeof each === 'string' ? { rule: each } : each)) as never,
});

const whole = (spec: JsonSchema): JsonSchema => ({ type: 'object', properties: { spec } });

function problems(schema: JsonSchema, spec: unknown, old?: unknown): readonly string[] {
  const warnings: string[] = [];
  const options = old === undefined ? {} : { old: { spec: old }, warn: (text: string) => void warnings.push(text) };
  const errors = validateRules(schema, { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec }, options);
  return [...errors.map(fieldErrorText), ...warnings.map((text) => `warning: ${text}`)];
}

describe('rules of schemas', () => {
  test('CEL-7 a rule that does not hold is told at its place, with its message', () => {
    const schema = whole({
      type: 'object',
      properties: { min: { type: 'integer' }, max: { type: 'integer' } },
      ...rules(
        'self.min <= self.max',
        { rule: 'self.max < 10', message: 'too much' },
        {
          rule: 'self.min > 0',
          messageExpression: "'min is ' + string(self.min)",
          fieldPath: '.min',
          reason: 'FieldValueForbidden',
        },
      ),
    });
    expect(problems(schema, { min: 1, max: 2 })).toEqual([]);
    expect(problems(schema, { min: 12, max: 11 })).toEqual([
      'spec: Invalid value: "object": failed rule: self.min <= self.max',
      'spec: Invalid value: "object": too much',
    ]);
    expect(problems(schema, { min: 0, max: 2 })).toEqual(['spec.min: Forbidden: min is 0']);
    expect(problems(schema, { max: 2 })[0]).toBe(
      'spec: Invalid value: "object": no such key: min evaluating rule: self.min <= self.max',
    );
  });

  test('CEL-7 transition rules look at what was there; optional ones at new objects too', () => {
    const schema = whole({
      type: 'object',
      properties: { size: { type: 'integer', ...rules({ rule: 'self >= oldSelf', message: 'may not shrink' }) } },
      ...rules({ rule: 'oldSelf.hasValue() || self.size == 1', optionalOldSelf: true, message: 'begin with 1' }),
    });
    expect(problems(schema, { size: 1 })).toEqual([]);
    expect(problems(schema, { size: 3 })).toEqual(['spec: Invalid value: "object": begin with 1']);
    expect(problems(schema, { size: 3 }, { size: 5 })).toEqual(['spec.size: Invalid value: "integer": may not shrink']);
  });

  test('CEL-7 items of lists with keys are held against those of the same key', () => {
    const items: JsonSchema = {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, port: { type: 'integer' } },
      ...rules({ rule: 'self.port == oldSelf.port', message: 'ports stay' }),
    };
    const schema = whole({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items,
    });
    const before = [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ];
    expect(
      problems(
        schema,
        [
          { name: 'b', port: 2 },
          { name: 'c', port: 9 },
        ],
        before,
      ),
    ).toEqual([]);
    expect(problems(schema, [{ name: 'b', port: 3 }], before)).toEqual([
      'spec[0]: Invalid value: "object": ports stay',
    ]);
  });

  test('CEL-7 what was wrong before and has not changed is warned of', () => {
    const schema = whole({
      type: 'object',
      properties: { a: { type: 'string', ...rules({ rule: "self != 'bad'", message: 'bad' }) }, b: { type: 'string' } },
    });
    expect(problems(schema, { a: 'bad', b: '2' }, { a: 'bad', b: '1' })).toEqual([
      'warning: spec.a: Invalid value: "string": bad',
    ]);
    expect(problems(schema, { a: 'bad' }, { a: 'good' })).toEqual(['spec.a: Invalid value: "string": bad']);
  });

  test('CEL-7 values have the types of their formats; names that are none are escaped', () => {
    const schema = whole({
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        for: { type: 'string', format: 'duration' },
        'with-dash': { type: 'integer' },
        namespace: { type: 'string' },
        port: { 'x-kubernetes-int-or-string': true },
        ratio: { type: 'number' },
      },
      ...rules(
        "self.at > timestamp('2020-01-01T00:00:00Z') && self.__for__ < duration('1h')",
        "self.with__dash__dash == 1 && self.__namespace__ == 'x' && self.ratio == 2.0",
        "type(self.port) == string ? self.port == 'http' : self.port == 80",
      ),
    });
    const spec = { at: '2024-01-01T00:00:00Z', for: '30m', 'with-dash': 1, namespace: 'x', port: 80, ratio: 2 };
    expect(problems(schema, spec)).toEqual([]);
    expect(problems(schema, { ...spec, port: 'http' }, spec)).toEqual([]);
  });

  test('CEL-7 lists that are sets are compared as sets', () => {
    const schema = whole({
      type: 'object',
      properties: { tags: { type: 'array', 'x-kubernetes-list-type': 'set', maxItems: 5, items: { type: 'string' } } },
      ...rules({ rule: 'self.tags == oldSelf.tags', message: 'tags stay' }),
    });
    expect(problems(schema, { tags: ['a', 'b'] }, { tags: ['b', 'a'] })).toEqual([]);
  });
});

describe('rules when they are written', () => {
  const errorsOf = (spec: JsonSchema): readonly string[] =>
    openApiErrors(whole(spec), 's', true).map((error) =>
      fieldErrorText(error).replace(/apiextensions\.ValidationRule\{.*?\(nil\)\}: /g, ''),
    );

  test('CEL-6 a rule over lists without bounds is too dear', () => {
    const items: JsonSchema = { type: 'string' };
    const schema: JsonSchema = {
      type: 'object',
      properties: { a: { type: 'array', items } },
      ...rules('self.a.all(x, self.a.all(y, x == y))'),
    };
    const advice =
      'exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
    expect(errorsOf(schema)).toEqual([
      `s.properties[spec].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost ${advice}`,
      's.properties[spec].x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      `s: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema ${advice}`,
    ]);
    const bound: JsonSchema = { type: 'array', maxItems: 10, items: { type: 'string', maxLength: 10 } };
    expect(errorsOf({ ...schema, properties: { a: bound } })).toEqual([]);
  });

  test('CEL-2 names and types are those of the schema', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { a: { type: 'integer' } },
      ...rules("self.a == 'x'", 'self.b', 'self.a'),
    };
    expect(errorsOf(schema)).toEqual([
      expect.stringContaining("found no matching overload for '_==_' applied to '(int, string)'"),
      expect.stringContaining("undefined field 'b'"),
      expect.stringContaining('cel expression must evaluate to a bool'),
    ]);
  });
});

import {
  type FieldError,
  GoText,
  goQuote,
  goSyntax,
  invalid,
  notSupported,
  required,
  sameJson,
  tooLong,
  tooMany,
  typeInvalid,
} from '@tabernetes/apimachinery';
import { RE2JS } from 're2js';
import { hasFormat, isKnownFormat } from './formats.ts';
import { additionalOf, isObject, itemsOf, type JsonSchema, propertiesOf, propertyOf } from './json-schema.ts';

/**
 * Holds a value against a schema, with the texts of the validator that Kubernetes uses.
 *
 * @param path where the value stands; empty for a whole object
 * @param old what stood there before: what was wrong already and has not changed may stay
 * @see https://github.com/kubernetes/kube-openapi/tree/master/pkg/validation/validate
 */
export function validateValue(
  schema: JsonSchema,
  value: unknown,
  path = '',
  old?: { readonly value: unknown },
): FieldError[] {
  return check(schema, value, '', old).problems.map(({ error }) => error(path));
}

/** What a field error's path is called that has none. */
export const NO_PATH = '<nil>';

/** An error that does not yet know where the whole value stands. */
interface Problem {
  /** By which two are told apart. */
  readonly text: string;
  error(base: string): FieldError;
}

interface Result {
  readonly problems: Problem[];
  /** How many rules were kept: of several alternatives the best match is reported. */
  matches: number;
}

type Old = { readonly value: unknown } | undefined;

const result = (): Result => ({ problems: [], matches: 0 });

function add(into: Result, problem: Problem): void {
  if (!into.problems.some(({ text }) => text === problem.text)) into.problems.push(problem);
}

function merge(into: Result, other: Result): void {
  for (const problem of other.problems) add(into, problem);
  into.matches += other.matches;
}

function check(schema: JsonSchema, value: unknown, name: string, old: Old): Result {
  const found = checkAnew(schema, value, name, old);
  // What was stored like that may stay like that.
  if (found.problems.length > 0 && old !== undefined && sameJson(value, old.value)) found.problems.length = 0;
  return found;
}

function checkAnew(schema: JsonSchema, value: unknown, name: string, old: Old): Result {
  const found = result();
  const types = typesOf(schema);
  if (value === null || value === undefined) {
    if (types.length > 0 && !schema.nullable) add(found, typeProblem(name, types.join(','), 'null'));
    else found.matches += 1;
    checkEnum(found, schema, null, name);
    return found;
  }
  if (types.length > 0 || schema.format) {
    checkType(found, schema, value, types, name);
    found.matches += 1;
  }
  merge(found, checkClauses(schema, value, name));
  found.matches += 1;
  if (typeof value === 'string') {
    checkText(found, schema, value, name);
    found.matches += 1;
    if (schema.format && isKnownFormat(schema.format)) {
      if (!hasFormat(schema.format, value)) add(found, typeProblem(name, schema.format, value));
      found.matches += 1;
    }
  } else if (typeof value === 'number') {
    checkNumber(found, schema, value, name);
    found.matches += 2;
  } else if (Array.isArray(value)) {
    checkList(found, schema, value, name, old);
    found.matches += 2;
  }
  checkEnum(found, schema, value, name);
  found.matches += 1;
  if (isObject(value)) {
    checkObject(found, schema, value, name, old);
    found.matches += 1;
  }
  found.matches += 1;
  return found;
}

const typesOf = (schema: JsonSchema): readonly string[] => {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  return schema.type ? [schema.type] : [];
};

function checkType(found: Result, schema: JsonSchema, value: unknown, types: readonly string[], name: string): void {
  const [type, dataFormat] = jsonType(value);
  const format = schema.format && isFormat(schema.format) ? schema.format : '';
  const numeric = type === 'integer' && types.includes('number');
  const fits = types.includes(type) || numeric;
  const textual = typeof value === 'string' || Array.isArray(value);
  if (!textual && format !== '' && !fits && dataFormat !== format) {
    add(found, typeProblem(name, format, dataFormat));
    return;
  }
  found.matches += 1;
  if (textual && format !== '' && !types.includes('number') && !types.includes('integer')) return;
  if (fits) return;
  found.matches -= 1;
  add(found, typeProblem(name, types.join(','), type));
}

/** Formats that nobody checks are dropped from schemas. */
const isFormat = (format: string): boolean => isKnownFormat(format);

/** Beyond 64 bits Go reads whole numbers as floats. */
const isInt64 = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

function jsonType(value: unknown): [type: string, format: string] {
  if (typeof value === 'boolean') return ['boolean', ''];
  if (typeof value === 'string') return ['string', ''];
  if (typeof value === 'number') return isInt64(value) ? ['integer', 'int64'] : ['number', 'float64'];
  return [Array.isArray(value) ? 'array' : 'object', ''];
}

function checkClauses(schema: JsonSchema, value: unknown, name: string): Result {
  const found = result();
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  if (anyOf.length > 0) merge(found, anyOfResult(anyOf, value, name));
  if (oneOf.length > 0) merge(found, oneOfResult(oneOf, value, name));
  if (allOf.length > 0) {
    const results = allOf.map((clause) => checkAnew(clause, value, name, undefined));
    for (const each of results) merge(found, each);
    const valid = results.filter(({ problems }) => problems.length === 0).length;
    if (valid < results.length) {
      const none = valid === 0 ? '. None validated' : '';
      add(found, plain(`${goQuote(name)} must validate all the schemas (allOf)${none}`));
    }
  }
  if (not && checkAnew(not, value, name, undefined).problems.length === 0) {
    add(found, plain(`${goQuote(name)} must not validate the schema (not)`));
  }
  found.matches += 1;
  return found;
}

function anyOfResult(clauses: readonly JsonSchema[], value: unknown, name: string): Result {
  let best: Result | undefined;
  for (const clause of clauses) {
    const each = checkAnew(clause, value, name, undefined);
    if (each.problems.length === 0) return each;
    if (best === undefined || each.matches > best.matches) best = each;
  }
  const found = result();
  add(found, plain(`${goQuote(name)} must validate at least one schema (anyOf)`));
  if (best) merge(found, best);
  return found;
}

function oneOfResult(clauses: readonly JsonSchema[], value: unknown, name: string): Result {
  const results = clauses.map((clause) => checkAnew(clause, value, name, undefined));
  const valid = results.filter(({ problems }) => problems.length === 0);
  const [only] = valid;
  if (valid.length === 1 && only) return only;
  const found = result();
  const count = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  add(found, plain(`${goQuote(name)} must validate one and only one schema (oneOf). ${count}`));
  if (valid.length === 0) {
    const best = results.reduce((a, b) => (b.matches > a.matches ? b : a));
    merge(found, best);
  }
  return found;
}

function checkText(found: Result, { maxLength, minLength, pattern }: JsonSchema, value: string, name: string): void {
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) {
    add(found, {
      text: `${name} in body should be at most ${maxLength} chars long`,
      error: (base) => tooLong(joined(base, name), '', maxLength),
    });
  } else if (minLength !== undefined && length < minLength) {
    add(found, invalidValue(name, value, `${name} in body should be at least ${minLength} chars long`));
  } else if (pattern && !matchesPattern(pattern, value)) {
    add(found, invalidValue(name, value, `${name} in body should match '${pattern}'`));
  }
}

/** In linear time, whatever the pattern: JavaScript's own expressions can be made to run for ever. */
function matchesPattern(pattern: string, text: string): boolean {
  let regexp = patterns.get(pattern);
  if (regexp === undefined) {
    regexp = RE2JS.compile(pattern);
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    patterns.set(pattern, regexp);
  }
  return regexp.matcher(text).find();
}

/** Of pure data: the same pattern is always the same expression. */
const patterns = new Map<string, RE2JS>();
const MAX_PATTERNS = 10_000;

function checkNumber(found: Result, schema: JsonSchema, value: number, name: string): void {
  const { multipleOf, minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false } = schema;
  const whole = isInt64(value);
  const bound = (limit: number): number => (whole ? Math.trunc(limit) : limit);
  const refuse = (text: string): void => add(found, invalidValue(name, value, text));
  if (multipleOf !== undefined) {
    const factor = bound(multipleOf);
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${name} must be positive: ${floatText(factor)}`;
      add(found, invalidValue(name, factor, text));
    } else if (!Number.isInteger(factor < 1 ? (1 / factor) * value : value / factor)) {
      refuse(`${name} in body should be a multiple of ${floatText(factor)}`);
    }
  }
  if (minimum !== undefined) {
    const low = bound(minimum);
    const than = exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    if (exclusiveMinimum ? value <= low : value < low) refuse(`${name} in body should be ${than} ${floatText(low)}`);
  }
  if (maximum !== undefined) {
    const high = bound(maximum);
    const than = exclusiveMaximum ? 'less than' : 'less than or equal to';
    if (exclusiveMaximum ? value >= high : value > high) refuse(`${name} in body should be ${than} ${floatText(high)}`);
  }
}

function checkList(found: Result, schema: JsonSchema, value: readonly unknown[], name: string, old: Old): void {
  const items = itemsOf(schema);
  const before = items && old ? oldItems(schema, old.value) : undefined;
  if (items) {
    for (const [i, item] of value.entries()) merge(found, check(items, item, `${name}[${i}]`, before?.(item)));
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    add(found, invalidValue(name, value.length, `${name} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) {
    add(found, {
      text: `${name} in body should have at most ${maxItems} items`,
      error: (base) => tooMany(joined(base, name), value.length, maxItems),
    });
  }
}

/** Items of lists can be told again only by their keys. */
function oldItems(schema: JsonSchema, old: unknown): ((item: unknown) => Old) | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown): string =>
    JSON.stringify(keys.map((key) => (isObject(item) ? (item[key] ?? keyDefault(schema, key)) : null)));
  const byKey = new Map(old.map((item) => [keyOf(item), { value: item as unknown }]));
  return (item) => byKey.get(keyOf(item));
}

function keyDefault(schema: JsonSchema, key: string): unknown {
  const items = itemsOf(schema);
  return items && propertyOf(items, key)?.default;
}

function checkEnum(found: Result, { enum: values }: JsonSchema, value: unknown, name: string): void {
  if (!values?.length || values.some((allowed) => allowed !== null && sameJson(allowed, value))) return;
  const texts = values.map((allowed) => (typeof allowed === 'string' ? allowed : JSON.stringify(allowed)));
  add(found, {
    text: `${name} in body should be one of [${texts.join(' ')}]`,
    error: (base) => notSupported(joined(base, name), jsonShown(value), texts),
  });
}

function checkObject(
  found: Result,
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  name: string,
  old: Old,
): void {
  const { minProperties, maxProperties, required: names = [] } = schema;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (minProperties !== undefined && keys.length < minProperties) {
    add(found, invalidValue(name, keys.length, `${name} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    add(found, {
      text: `${name} in body should have at most ${maxProperties} properties`,
      error: (base) => tooMany(joined(base, name), keys.length, maxProperties),
    });
  }
  const before = (key: string): Old =>
    old && isObject(old.value) && Object.hasOwn(old.value, key) ? { value: old.value[key] } : undefined;
  const additional = additionalOf(schema);
  for (const key of additional ? keys.sort() : []) {
    if (propertyOf(schema, key)) continue;
    if (!additional?.allows) {
      add(found, invalidValue(name, key, `${name}.${key} in body is a forbidden property`));
    } else if (additional.schema) {
      merge(found, check(additional.schema, value[key], `${name}.${key}`, before(key)));
    }
  }
  for (const [key, property] of propertiesOf(schema)) {
    if (!Object.hasOwn(value, key) || value[key] === undefined) continue;
    merge(found, check(property, value[key], name === '' ? key : `${name}.${key}`, before(key)));
  }
  for (const key of names) {
    if (Object.hasOwn(value, key) && value[key] !== undefined) continue;
    const at = `${name}.${key}`;
    add(found, { text: `${at} in body is required`, error: (base) => required(joined(base, at)) });
  }
}

const typeProblem = (name: string, type: string, value: string): Problem => {
  const text = `${name} in body must be of type ${type}: ${goQuote(value)}`;
  return { text, error: (base) => typeInvalid(joined(base, name), value, text) };
};

const invalidValue = (name: string, value: unknown, text: string): Problem => ({
  text,
  error: (base) => invalid(joined(base, name), value, text),
});

/** Errors of clauses do not say where they belong, but in their text. */
const plain = (text: string): Problem => ({ text, error: (base) => invalid(base || NO_PATH, '', text) });

function joined(base: string, name: string): string {
  const rest = name.startsWith('.') ? name.slice(1) : name;
  if (rest === '') return base || NO_PATH;
  if (base === '') return rest;
  return `${base}.${rest}`;
}

/**
 * A part of a custom resource as a bad value: lists and maps are always such of anything to Go, be they all texts.
 */
export const jsonShown = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? new GoText(jsonText(value)) : value;

function jsonText(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(jsonText).join(', ')}}`;
  if (!isObject(value)) return goSyntax(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${goQuote(key)}:${jsonText(value[key])}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

/** Go's `%v` of a float. */
const floatText = (value: number): string => {
  if (value !== 0 && Math.abs(value) < 1e-4) {
    const [mantissa = '', power = ''] = value.toExponential().split('e');
    return `${mantissa}e-${power.slice(1).padStart(2, '0')}`;
  }
  return String(value);
};

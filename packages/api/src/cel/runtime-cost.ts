import { isList, isMap, itemsOf, keysOf, valueAt } from './json-values.ts';
import { sizeOf } from './library/conversions.ts';
import { FormatValue } from './library/formats.ts';
import { type CelValue, Opaque } from './values.ts';

/** What making lists and maps costs, in upstream's units. @see https://github.com/google/cel-go/blob/v0.22.0/common/cost.go */
export const LIST_COST = 10;
export const MAP_COST = 30;
export const STRUCT_COST = 40;
/** Of looking at a character, and of a character of a pattern. */
export const TEXT_FACTOR = 0.1;
export const PATTERN_FACTOR = 0.25;
/** Two checks of authorization use up what an expression may cost. */
export const AUTHORIZATION_COST = 350_000;

const actual = (value: CelValue | undefined): number =>
  value === undefined ? 1 : value instanceof Opaque ? value.cost : sizeOf(value);
const text = (size: number): number => Math.ceil(size * TEXT_FACTOR);

/** By what a call does with its arguments. */
type Rule = (args: readonly CelValue[], result: CelValue, id: string) => number;

const traversal: Rule = ([value]) => text(actual(value));
const twice: Rule = ([value]) => Math.ceil(actual(value) * 2 * TEXT_FACTOR);
const pattern: Rule = ([value, regex]) => text(actual(value) + 1) * Math.ceil(actual(regex) * PATTERN_FACTOR);
const deep: Rule = ([value]) => traversalCost(value ?? null);
const product =
  (factor: number): Rule =>
  ([a, b]) =>
    1 + Math.floor(actual(a) * actual(b) * factor);
const shorter: Rule = ([a, b]) => (a instanceof Opaque ? 1 : text(Math.min(actual(a), actual(b))));

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['check', () => AUTHORIZATION_COST],
  ['fieldSelector', selector],
  ['labelSelector', selector],
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, deep] as const),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity'].map(
    (name) => [name, traversal] as const,
  ),
  ['replace', twice],
  ['split', twice],
  ['ip.isCanonical', twice],
  ['ip', (args, result, id) => (id === 'cidr_ip' ? 1 : traversal(args, result, id))],
  ['join', (_, result) => Math.ceil(actual(result) * 2 * TEXT_FACTOR)],
  ['find', pattern],
  ['findAll', pattern],
  ['matches', pattern],
  ['containsIP', ([a, b], _, id) => text(2 * actual(a)) + (id.endsWith('string') ? text(actual(b)) : 0)],
  [
    'containsCIDR',
    ([a, b], _, id) => text(2 * actual(a)) + text(actual(a)) + 1 + (id.endsWith('string') ? text(actual(b)) : 0),
  ],
  ['validate', validation],
  ['sets.contains', product(1)],
  ['sets.intersects', product(1)],
  ['sets.equivalent', product(2)],
  ['_==_', shorter],
  ['_!=_', shorter],
]);

const BY_OVERLOAD: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...[
    'starts_with_string',
    'ends_with_string',
    'string_to_bytes',
    'bytes_to_string',
    'strings_quote',
    'string_format',
  ].map((id) => [id, traversal] as const),
  ['in_list', ([, list]) => actual(list)],
  ...['less', 'less_equals', 'greater', 'greater_equals'].flatMap((id) =>
    ['string', 'bytes'].map((type) => [`${id}_${type}`, shorter] as const),
  ),
  ['add_string', ([a, b]) => text(actual(a) + actual(b))],
  ['add_bytes', ([a, b]) => text(actual(a) + actual(b))],
  ['contains_string', ([a, b]) => text(actual(a)) * text(actual(b))],
]);

/**
 * What a call has cost.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/cost.go CallCost
 */
export function callCost(name: string, id: string, args: readonly CelValue[], result: CelValue): number {
  const rule = RULES.get(name) ?? BY_OVERLOAD.get(id);
  return rule === undefined ? 1 : rule(args, result, id);
}

function selector([, value]: readonly CelValue[]): number {
  const length = actual(value);
  return LIST_COST + text(length) + Math.ceil(length / 2) * (LIST_COST + 40);
}

function validation([format, value]: readonly CelValue[]): number {
  const length = format instanceof FormatValue ? format.patternLength : 0;
  return text(actual(value) + 1) * Math.ceil(length * PATTERN_FACTOR);
}

function traversalCost(value: CelValue): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return Math.floor(value.length * TEXT_FACTOR);
  if (isList(value)) return itemsOf(value).reduce<number>((sum, each) => sum + traversalCost(each), 0);
  if (!isMap(value)) return 1;
  return keysOf(value).reduce<number>(
    (sum, key) => sum + traversalCost(key) + traversalCost(valueAt(value, key) ?? null),
    0,
  );
}

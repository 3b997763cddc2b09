import { compareKeys } from '../encode/compare-keys.ts';
import { goNumber } from '../go/number.ts';
import { isList, isMap } from './json-tree.ts';

/** Go's `%v` of decoded JSON: `map[a:1 b:[x y] c:<nil>]`. Whole numbers are integers, as the server decodes them. */
export function goText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isMap(value)) return String(value);
  const keys = Object.keys(value).sort(compareKeys);
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
}

/** Go's `%s` of decoded JSON: what is no text names its type. */
export function goTextOfString(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (typeof value === 'boolean') return `%!s(bool=${value})`;
  if (typeof value === 'number') return `%!s(${Number.isInteger(value) ? 'int64' : 'float64'}=${goNumber(value)})`;
  return goText(value);
}

import { goFloat } from '@tabernetes/apimachinery';

/**
 * A value in a template. Numbers carry Go's type: what JSON holds is an int64 where it is whole, what a template holds
 * an int. `undefined` is Go's invalid value (a key that is missing), `null` a nil interface.
 */
export type Value =
  | undefined
  | null
  | string
  | boolean
  | NumberValue
  | readonly unknown[]
  | Readonly<Record<string, unknown>>;

export class NumberValue {
  readonly number: number;
  readonly type: 'int' | 'int64' | 'uint8' | 'float64';
  constructor(number: number, type: NumberValue['type']) {
    this.number = number;
    this.type = type;
  }
}

/** A member of decoded JSON as a template sees it. */
export function valueFrom(json: unknown): Value {
  if (typeof json === 'number') return new NumberValue(json, Number.isInteger(json) ? 'int64' : 'float64');
  return json as Value;
}

export const isMap = (value: Value): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberValue);

export const isList = (value: Value): value is readonly unknown[] => Array.isArray(value);

/** Go's name of its type. */
export function typeName(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (value instanceof NumberValue) return value.type;
  if (isList(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Whether `if` takes it for true: not empty, not zero, not nil. */
export function isTrue(value: Value): boolean {
  if (value instanceof NumberValue) return value.number !== 0;
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Go's `%v`. */
export function format(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (value instanceof NumberValue) return value.type === 'float64' ? goFloat(value.number) : String(value.number);
  if (isList(value)) return `[${value.map((item) => format(valueFrom(item))).join(' ')}]`;
  if (isMap(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${key}:${format(valueFrom(value[key]))}`);
    return `map[${members.join(' ')}]`;
  }
  return String(value);
}

/** Bytes of a text, which Go's len, index and slice count. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOfBytes = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

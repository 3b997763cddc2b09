import type { Json } from '../literal.ts';
import type { Document } from '../store.ts';

/** What a server answers where it does not do what it is asked for. */
export class QueryError extends Error {
  readonly codeName: string;

  constructor(codeName: string, message: string) {
    super(message);
    this.codeName = codeName;
  }
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isDocument = (value: Json | undefined): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Milliseconds of a date; undefined of everything else. */
export function timeOf(value: Json | undefined): number | undefined {
  if (!isDocument(value)) return undefined;
  const { $date } = value;
  return typeof $date === 'string' || typeof $date === 'number' ? new Date($date).getTime() : undefined;
}

export const dateOf = (timeMs: number): Json => ({ $date: new Date(timeMs).toISOString() });

/** Values of one type can be ordered; numbers come before texts before documents before lists before ids before booleans before dates. */
function rank(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 6;
  if (isList(value)) return 4;
  if (isDocument(value) && '$oid' in value) return 5;
  return timeOf(value) === undefined ? 3 : 7;
}

/** The order of a sort. */
export function order(a: Json | undefined, b: Json | undefined): number {
  const kinds = rank(a) - rank(b);
  if (kinds !== 0) return kinds;
  const [left, right] = [timeOf(a) ?? a, timeOf(b) ?? b];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [first, second] =
    typeof left === 'string' ? [left, String(right)] : [JSON.stringify(left), JSON.stringify(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

export const equal = (a: Json | undefined, b: Json | undefined): boolean => order(a, b) === 0;

export const isComparable = (a: Json | undefined, b: Json | undefined): boolean => rank(a) === rank(b);

/** What lies at `a.b`; through a list, what its documents have there. */
export function at(document: Json | undefined, path: string): Json | undefined {
  let value = document;
  for (const name of path.split('.')) {
    if (isList(value)) {
      if (/^\d+$/.test(name)) value = value[Number(name)];
      else {
        const found = value
          .map((each) => (isDocument(each) && Object.hasOwn(each, name) ? each[name] : undefined))
          .filter((each) => each !== undefined);
        value = found.length === 0 ? undefined : found;
      }
    } else value = isDocument(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** The document with something else at `a.b`; undefined takes it away. */
export function withAt(document: Document, path: string, value: Json | undefined): Document {
  const [name = '', ...rest] = path.split('.');
  const inner = Object.hasOwn(document, name) ? document[name] : undefined;
  const next = rest.length === 0 ? value : withAt(isDocument(inner) ? inner : {}, rest.join('.'), value);
  const { [name]: _, ...others } = document;
  return next === undefined
    ? others
    : Object.hasOwn(document, name)
      ? { ...document, [name]: next }
      : { ...others, [name]: next };
}

/** The values and one more, unless it is among them. */
export function withOnce(values: readonly Json[], more: readonly (Json | undefined)[]): readonly Json[] {
  const all = [...values];
  for (const value of more) if (value !== undefined && !all.some((had) => equal(had, value))) all.push(value);
  return all;
}

import { badRequest } from '@tabernetes/apimachinery';

/** Query values as Go reads them into options. */
export type Query = Readonly<Record<string, string>>;

/** Present and neither `0` nor `false`. Undefined: absent. */
export function queryBool(query: Query, name: string): boolean | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  return value !== '0' && value.toLowerCase() !== 'false';
}

/** @throws {StatusError} BadRequest with strconv's words */
export function queryInt(query: Query, name: string): number | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  const number = BigInt(value.replace('+', ''));
  if (number > MAX_INT64 || number < -MAX_INT64 - 1n) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: value out of range`);
  }
  return Number(number);
}

const MAX_INT64 = 9223372036854775807n;

import { badRequest, int64Problem, parseInt64 } from '@tabernetes/apimachinery';

/** Query values as Go reads them into options. */
export type Query = Readonly<Record<string, string>>;

/** Present and neither `0` nor `false`. Undefined: absent. */
export function queryBool(query: Query, name: string): boolean | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  return value !== '0' && value.toLowerCase() !== 'false';
}

/** @throws {StatusError} BadRequest: what is read whole is no longer read for export */
export function refuseExport(query: Query): void {
  if (queryBool(query, 'export')) {
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  }
}

/** All values of a key that may be repeated. Undefined: absent. */
export const queryList = (query: Query, name: string): readonly string[] | undefined => query[name]?.split('\u0000');

/** @throws {StatusError} BadRequest with strconv's words */
export function queryInt(query: Query, name: string): number | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  const number = parseInt64(value);
  if (number === undefined) throw badRequest(int64Problem(value));
  return Number(number);
}

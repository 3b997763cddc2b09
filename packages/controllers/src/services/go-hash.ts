import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { schemaOf } from '@tabernetes/api';
import { goDump } from '../pods/go-dump.ts';

/**
 * Sorts values of one type by the MD5 of their dump, as upstream orders ports and subsets. No meaning is in that order,
 * but it is the order in which everybody sees them.
 *
 * @param type OpenAPI name of the type
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/v1/endpoints/util.go portsByHash
 */
export function sortByHash<T>(type: string, values: readonly T[]): readonly T[] {
  if (values.length < 2) return values;
  const schema = schemaOf(type);
  return values
    .map((value) => ({ value, hash: bytesToHex(md5(utf8ToBytes(goDump(schema, value)))) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ value }) => value);
}

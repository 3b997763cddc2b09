import type { DecodedBody } from './decoded-body.ts';
import { JsonReader } from './json-reader.ts';
import { isPlainJson } from './json-scan.ts';

/**
 * @throws {SyntaxProblem} with Go's text: `unexpected end of JSON input`,
 * `invalid character 'n' looking for beginning of object key string`
 */
export function decodeJson(text: string): DecodedBody {
  const value = parse(text);
  if (value !== undefined && !HALF_PAIR.test(text) && isPlainJson(text, value)) {
    return { value, duplicateFields: [], strictErrors: [] };
  }
  const reader = new JsonReader(text);
  const careful = reader.read();
  return {
    value: careful,
    duplicateFields: [...reader.duplicateFields],
    strictErrors: [],
    duplicates: reader.duplicates,
    numbers: reader.numbers,
  };
}

/** Perhaps an escaped half of a surrogate pair. */
const HALF_PAIR = /\\u[dD][89a-fA-F]/;

/** Undefined: not JSON. The careful parser finds the words for it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

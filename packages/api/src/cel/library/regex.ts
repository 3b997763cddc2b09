import { RE2JS, RE2JSSyntaxException } from 're2js';
import { declare, type Library } from '../declarations.ts';
import { CelError, CelList, type CelValue } from '../values.ts';

/** Compiled in linear time, and matches in linear time: no pattern can stop the cluster. @throws {CelError} */
export function regexp(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  try {
    const made = RE2JS.compile(pattern);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(pattern, made);
    return made;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new CelError(error.message);
    throw error;
  }
}

/** Of pure data: the same pattern is always the same expression. */
const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 1000;

function found(text: CelValue, pattern: CelValue, limit: number): string[] {
  let matcher: ReturnType<RE2JS['matcher']>;
  try {
    matcher = regexp(pattern as string).matcher(text as string);
  } catch (error) {
    if (error instanceof CelError) throw new CelError(`Illegal regex: ${error.message}`);
    throw error;
  }
  const all: string[] = [];
  while (all.length < limit && matcher.find()) all.push(matcher.group() ?? '');
  return all;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/regex.go */
export const REGEX: Library = [
  declare('find', [
    'string_find_string',
    '.(string, string) string',
    (text, pattern) => found(text, pattern, 1)[0] ?? '',
  ]),
  declare(
    'findAll',
    [
      'string_find_all_string',
      '.(string, string) list(string)',
      (text, pattern) => new CelList(found(text, pattern, Number.POSITIVE_INFINITY)),
    ],
    [
      'string_find_all_string_int',
      '.(string, string, int) list(string)',
      (text, pattern, limit) =>
        new CelList(found(text, pattern, (limit as bigint) < 0n ? Number.POSITIVE_INFINITY : Number(limit))),
    ],
  ),
];

import type { Filter } from './ast.ts';
import { list } from './builtins.ts';
import { type Found, type Scope, search } from './scope.ts';
import { at, compare, deleteAt, isObject, JqError, type Own, setAt } from './values.ts';

/** What an array or an object holds. @throws {JqError} */
export function* items({ value, path }: Found): Generator<Found> {
  if (Array.isArray(value))
    for (let i = 0; i < value.length; i++) yield { value: value[i], path: path && [...path, i] };
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield { value: item, path: path && [...path, key] };
  else list(value);
}

/** A value, and all that lies in it. */
export function* recurse(found: Found): Generator<Found> {
  yield found;
  if (typeof found.value === 'object' && found.value !== null) for (const item of items(found)) yield* recurse(item);
}

/** The paths that a filter names. @throws {JqError} */
export function pathsOf(filter: Filter, value: unknown, scope: Scope): (readonly unknown[])[] {
  return [...search(filter, { value, path: [] }, scope)].map(({ path }) => {
    if (path === undefined) throw new JqError('Invalid path expression');
    return path;
  });
}

/** A copy with each place that a filter names changed; undefined deletes it. @throws {JqError} */
export function update(filter: Filter, value: unknown, scope: Scope, change: (old: unknown) => unknown): unknown {
  let result = value;
  scope.work.copied(value);
  const gone: (readonly unknown[])[] = [];
  const own: Own = new Set();
  for (const path of pathsOf(filter, value, scope)) {
    const old = path.reduce(at, result);
    // What is handed out is seen, with all that is in it.
    if (own.has(old)) own.clear();
    const next = change(old);
    if (next === undefined) gone.push(path);
    else result = setAt(result, path, next, own);
  }
  return gone
    .sort(compare)
    .reverse()
    .reduce<unknown>((rest, path) => deleteAt(rest, path, own), result);
}

import { isList, isMap, type JsonMap, type MutableMap, put, shareUnchanged } from './json-tree.ts';
import { PatchProblem } from './patch-problem.ts';

/**
 * Applies a JSON merge patch (RFC 7386) as the Kubernetes server does. Where that differs from the RFC: nulls inside
 * lists of maps are dropped where the document had no list before, and a patch that is no map must be a list, which
 * then is the result.
 *
 * Pure: the result shares what did not change with `document`, and is `document` itself when nothing did.
 *
 * @throws {PatchProblem} 400: the patch is neither a map nor a list
 * @see https://github.com/evanphx/json-patch/blob/v4.12.0/merge.go
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isMap(patch) && !isList(patch)) throw new PatchProblem(400, 'Invalid JSON Patch');
  if (!isMap(patch) || !isMap(document)) return shareUnchanged(document, withoutNulls(patch));
  return shareUnchanged(document, mergeMaps(document, patch));
}

function mergeMaps(document: JsonMap, patch: JsonMap): JsonMap {
  let result: MutableMap | undefined;
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === undefined) continue;
    const before = Object.hasOwn(document, key) ? document[key] : undefined;
    if (value === null) {
      if (before === undefined) continue;
      result ??= { ...document };
      delete result[key];
      continue;
    }
    const after = isMap(before) ? (isMap(value) ? mergeMaps(before, value) : value) : withoutNulls(value);
    if (after === before) continue;
    result ??= { ...document };
    put(result, key, after);
  }
  return result ?? document;
}

/** The value without the null members of its maps, at any depth; nulls that stand in lists stay. */
export function withoutNulls(value: unknown): unknown {
  if (isList(value)) {
    let changed = false;
    const items = value.map((item) => {
      const kept = withoutNulls(item);
      if (kept !== item) changed = true;
      return kept;
    });
    return changed ? items : value;
  }
  if (!isMap(value)) return value;
  let result: MutableMap | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    const kept = item === null ? undefined : withoutNulls(item);
    if (kept === item && item !== undefined) continue;
    result ??= { ...value };
    if (kept === undefined) delete result[key];
    else put(result, key, kept);
  }
  return result ?? value;
}

import { isMap, type JsonMap, type MutableMap, put, sameJson } from './json-tree.ts';
import { applyMergePatch } from './merge-patch.ts';

/**
 * The JSON merge patch that makes `modified` of `original`. Nulls that `modified` wants cannot be told in one.
 * @see https://github.com/evanphx/json-patch/blob/v4.12.0/merge.go
 */
export function createMergePatch(original: object, modified: object): JsonMap {
  return diff(original as JsonMap, modified as JsonMap);
}

function diff(original: JsonMap, modified: JsonMap): JsonMap {
  const patch: MutableMap = {};
  for (const key of Object.keys(modified)) {
    const after = modified[key];
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isMap(before) && isMap(after)) {
      const inner = diff(before, after);
      if (Object.keys(inner).length > 0) put(patch, key, inner);
    } else if (!sameJson(before, after)) put(patch, key, after);
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) put(patch, key, null);
  return patch;
}

/**
 * The merge patch of `kubectl apply` for custom resources: what `modified` wants otherwise than `current` has it, and
 * the deletion of what `original`, the configuration applied last, had and `modified` has no more.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go
 */
export function createThreeWayMergePatch(original: object, modified: object, current: object): JsonMap {
  const deletions = filtered(createMergePatch(original, modified), true);
  const changes = filtered(createMergePatch(current, modified), false);
  return applyMergePatch(deletions, changes) as JsonMap;
}

/** Only the nulls of a patch, or everything but them. Maps that end up empty go; those that were empty are values. */
function filtered(patch: JsonMap, nulls: boolean): JsonMap {
  const result: MutableMap = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (isMap(value) && Object.keys(value).length > 0) {
      const inner = filtered(value, nulls);
      if (Object.keys(inner).length > 0) put(result, key, inner);
    } else if ((value === null) === nulls) put(result, key, value);
  }
  return result;
}

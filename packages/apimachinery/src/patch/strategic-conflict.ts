import type { Schema } from '../schema.ts';
import { isList, isMap, type JsonMap } from './json-tree.ts';
import { listField, mapField, type PatchField } from './patch-fields.ts';
import { DIRECTIVE, elementKind, mergeKeyOf } from './strategic-values.ts';

/**
 * True when two strategic patches of one object say something of the same place, and not the same.
 * @throws {PatchProblem} a list that no type has, items without merge key
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go MergingMapsHaveConflicts
 */
export function strategicPatchesConflict(left: JsonMap, right: JsonMap, schema: Schema): boolean {
  return Object.keys(left).some((key) => {
    if (key === DIRECTIVE || key === '$retainKeys' || !Object.hasOwn(right, key)) return false;
    const value = left[key];
    const field = isList(value) ? listField(schema, key) : isMap(value) ? mapField(schema, key) : undefined;
    return valuesConflict(value, right[key], field);
  });
}

function valuesConflict(left: unknown, right: unknown, field: PatchField | undefined): boolean {
  if (field === undefined || !(isMap(left) || isList(left))) return left !== right;
  if (isList(left)) return !isList(right) || listsConflict(left, right, field);
  // A directive is of the whole map: it agrees with the same one alone.
  if (!isMap(right) || left[DIRECTIVE] !== right[DIRECTIVE]) return true;
  return field.strategy !== 'replace' && strategicPatchesConflict(left, right, field.schema);
}

function listsConflict(left: readonly unknown[], right: readonly unknown[], field: PatchField): boolean {
  const kind = elementKind(left, right);
  const item: PatchField = { ...field, strategy: '' };
  if (field.strategy === 'merge') {
    // Scalars are added to each other.
    if (kind !== 'map') return false;
    const others = new Map(right.map((each) => [String(mergeKeyOf(each, field.mergeKey)), each]));
    return left.some((each) => {
      const key = String(mergeKeyOf(each, field.mergeKey));
      return others.has(key) && valuesConflict(each, others.get(key), item);
    });
  }
  if (left.length !== right.length) return true;
  if (kind === 'map') return left.some((each, at) => valuesConflict(each, right[at], item));
  const sorted = (list: readonly unknown[]): string => JSON.stringify([...new Set(list)].toSorted());
  return sorted(left) !== sorted(right);
}

import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import type { Manager } from './managers.ts';
import { ensureNamedFieldsAreMembers as named } from './named-fields.ts';
import { removeItems } from './remove-items.ts';
import { inVersion, type ObjectVersions, type Versioned } from './versions.ts';

/**
 * Takes away what an applier gave up: fields and items that it applied last time and does not apply now, unless somebody else owns
 * them. What nobody owns stays, wherever it lies.
 *
 *   last   f:a f:b        managers (the new set of the applier among them)   f:b
 *   result without a
 *
 * @param merged the live object with the new configuration laid over it
 * @param last what the applier owned before; undefined: nothing
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/merge/update.go prune
 */
export function pruneApplied(
  merged: Versioned,
  last: Manager | undefined,
  applied: FieldSet,
  managers: readonly Manager[],
  versions: ObjectVersions | undefined,
): Versioned {
  if (last === undefined || isEmptySet(last.set)) return merged;
  // Nothing given up, as nearly always: whatever would be removed below would be added back.
  if (last.apiVersion === merged.apiVersion && isEmptySet(difference(last.set, applied))) return merged;
  const before = inVersion(merged, last.apiVersion, versions, FAILED);
  if (before === undefined) return merged;

  const bare = removing(before, named(before.schema, last.set));
  const owned = addBackOwned(before, bare, managers, versions);
  const kept = addBackUnowned(before, owned, last, versions);
  return inVersion(kept, merged.apiVersion, versions, 'failed to prune fields') ?? merged;
}

const FAILED = 'failed to prune fields: failed to convert merged object to last applied version';

const removing = (object: Versioned, set: FieldSet): Versioned => ({
  ...object,
  value: removeItems(object.schema, object.value, set),
});

/** The named fields of a value, with its structs. */
const fieldsOf = ({ schema, value }: Versioned): FieldSet => named(schema, fieldSetOf(schema, value));

/** Puts back what any manager owns, seen in each version in which somebody owns something. */
function addBackOwned(
  merged: Versioned,
  pruned: Versioned,
  managers: readonly Manager[],
  versions: ObjectVersions | undefined,
): Versioned {
  const ownedIn = new Map<string, FieldSet>([[merged.apiVersion, emptySet]]);
  for (const { apiVersion, set } of managers) ownedIn.set(apiVersion, union(ownedIn.get(apiVersion) ?? emptySet, set));
  let whole = merged;
  let left = pruned;
  for (const [apiVersion, owned] of ownedIn) {
    if (isEmptySet(owned)) continue;
    const failed = 'failed to prune fields: failed add back owned items: failed to convert';
    const wholeThere = inVersion(whole, apiVersion, versions, `${failed} merged object at version ${apiVersion}`);
    const leftThere = inVersion(left, apiVersion, versions, `${failed} pruned object at version ${apiVersion}`);
    if (wholeThere === undefined || leftThere === undefined) continue;
    const keep = union(fieldsOf(leftThere), named(wholeThere.schema, owned));
    whole = wholeThere;
    left = removing(wholeThere, difference(fieldsOf(wholeThere), keep));
  }
  return left;
}

/** Puts back what was removed along with an item or a struct, but was not the applier's. */
function addBackUnowned(
  merged: Versioned,
  pruned: Versioned,
  last: Manager,
  versions: ObjectVersions | undefined,
): Versioned {
  const failed = 'failed to prune fields: failed add back dangling items: failed to convert';
  const left = inVersion(pruned, last.apiVersion, versions, `${failed} pruned object to last applied version`);
  if (left === undefined) return merged;
  const gone = difference(fieldsOf(merged), fieldsOf(left));
  return removing(merged, intersection(gone, named(merged.schema, last.set)));
}

import type { KubeObject } from '@tabernetes/apimachinery';
import { LAST_APPLIED } from '../writing/last-applied.ts';

type Fields = { readonly [key: string]: Fields };
type Entry = NonNullable<KubeObject['metadata']['managedFields']>[number];

/** Managers that own the annotation of `kubectl apply` by the given kind of write. */
export function annotationOwners(object: KubeObject, operation: 'Apply' | 'Update'): readonly Entry[] {
  return (object.metadata.managedFields ?? []).filter((entry) => {
    if (entry.operation !== operation) return false;
    const fields = entry.fieldsV1 as Fields | undefined;
    return fields?.['f:metadata']?.['f:annotations']?.[`f:${LAST_APPLIED}`] !== undefined;
  });
}

/**
 * The JSON patch that makes the fields of client-side appliers those of the server-side applier, so that fields given
 * up later do go away. Undefined when there is nothing to do.
 *
 * @see k8s.io/client-go/util/csaupgrade/upgrade.go
 */
export function migrationPatch(
  object: KubeObject,
  fromManagers: readonly string[],
  toManager: string,
): readonly unknown[] | undefined {
  const before = object.metadata.managedFields ?? [];
  let entries: readonly Entry[] = before;
  for (const from of fromManagers) entries = moved(entries, from, toManager);
  if (JSON.stringify(entries) === JSON.stringify(before)) return undefined;
  return [
    { op: 'replace', path: '/metadata/managedFields', value: entries },
    { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
  ];
}

function moved(entries: readonly Entry[], from: string, to: string): readonly Entry[] {
  const isFrom = (entry: Entry): boolean =>
    entry.manager === from && entry.operation === 'Update' && !entry.subresource;
  const isTo = (entry: Entry): boolean => entry.manager === to && entry.operation === 'Apply' && !entry.subresource;
  let all = entries;
  if (!all.some(isTo)) {
    const at = all.findIndex(isFrom);
    if (at < 0) return entries;
    all = all.map((entry, i) => (i === at ? { ...entry, manager: to, operation: 'Apply' } : entry));
  }
  const own = all.find(isFrom);
  if (own !== undefined) {
    all = all.map((entry) =>
      isTo(entry)
        ? { ...entry, fieldsV1: union((entry.fieldsV1 ?? {}) as Fields, (own.fieldsV1 ?? {}) as Fields) }
        : entry,
    );
  }
  return all.filter((entry) => !isFrom(entry));
}

/** Fields of both. A field that one has as a whole and of which the other has parts is marked with a dot. */
function union(left: Fields, right: Fields): Fields {
  const result: Record<string, Fields> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const mine = left[key];
    if (mine === undefined) result[key] = value;
    else if (isLeaf(mine) !== isLeaf(value)) result[key] = { '.': {}, ...(isLeaf(mine) ? value : mine) };
    else result[key] = union(mine, value);
  }
  return result;
}

const isLeaf = (fields: Fields): boolean => Object.keys(fields).length === 0;

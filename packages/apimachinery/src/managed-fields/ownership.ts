import { compareKeys } from '../encode/compare-keys.ts';
import type { StructSchema } from '../schema.ts';
import { difference, type FieldSet, fieldSetOfPaths, interned, isEmptySet, union } from './field-set.ts';
import { compareTimes, type Manager, type ManagerId, managerKey, sameManager, withoutEmpty } from './managers.ts';
import { reconcileFieldSet } from './named-fields.ts';
import type { Changes, ObjectVersions } from './versions.ts';

/** Fields that are never part of anybody's set: the server's own. */
const SERVER_FIELDS = fieldSetOfPaths([
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
]);

const stripped = new WeakMap<FieldSet, FieldSet>();

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go */
export function withoutServerFields(set: FieldSet): FieldSet {
  // Only what is kept is met again.
  if (set.id === 0) return difference(set, SERVER_FIELDS);
  let result = stripped.get(set);
  if (result === undefined) {
    result = interned(difference(set, SERVER_FIELDS));
    stripped.set(set, result);
  }
  return result;
}

/** Sets as the current schemas have them; what was owned in a version that is gone is forgotten. */
export function reconciled(
  managers: readonly Manager[],
  here: { readonly apiVersion: string; readonly schema: StructSchema },
  versions: ObjectVersions | undefined,
): readonly Manager[] {
  return mapManagers(managers, (manager) => {
    const schema = manager.apiVersion === here.apiVersion ? here.schema : versions?.schemaOf(manager.apiVersion);
    if (schema === undefined) return undefined;
    return withSet(manager, reconcileFieldSet(schema, manager.set));
  });
}

/** What a write changed is no more anybody's but the writer's; what it removed, nobody's. */
export function takenFromOthers(
  managers: readonly Manager[],
  changes: Changes,
  writer?: ManagerId,
): readonly Manager[] {
  const left = mapManagers(managers, (manager) => {
    if (writer !== undefined && sameManager(manager, writer)) return manager;
    const changed = changes.in(manager.apiVersion);
    if (changed === undefined) return undefined;
    const kept = difference(difference(difference(manager.set, changed.modified), changed.added), changed.removed);
    return withSet(manager, kept);
  });
  return withoutEmpty(left);
}

/** Upstream's `DefaultMaxUpdateManagers`. */
const MAX_UPDATE_MANAGERS = 10;

/**
 * Beyond ten managers that update, the oldest of each version are put together as `ancient-changes`, until ten are left.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go
 */
export function capUpdateManagers(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  if (updaters.length <= MAX_UPDATE_MANAGERS) return managers;
  updaters.sort((a, b) => compareTimes(a.time, b.time) || compareKeys(managerKey(a), managerKey(b)));

  const left = [...managers];
  const firstOfVersion = new Map<string, Manager>();
  let count = updaters.length;
  for (const manager of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const { apiVersion } = manager;
    const first = firstOfVersion.get(apiVersion);
    if (first === undefined) {
      firstOfVersion.set(apiVersion, manager);
      continue;
    }
    const bucket: ManagerId = { name: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' };
    const filled = left.find((other) => sameManager(other, bucket));
    if (filled !== undefined && sameManager(manager, bucket)) {
      // Upstream puts the bucket into itself here, and then deletes what it put in.
      left.splice(left.indexOf(filled), 1);
      count--;
      continue;
    }
    const united: Manager = {
      ...bucket,
      set: union(manager.set, (filled ?? first).set),
      // The one put in is the more recent.
      time: manager.time,
    };
    for (const gone of [filled ?? first, manager]) left.splice(left.indexOf(gone), 1);
    left.push(united);
    count--;
  }
  return left;
}

export function withSet(manager: Manager, set: FieldSet): Manager {
  if (set === manager.set) return manager;
  const { name, operation, apiVersion, subresource, time, entry } = manager;
  return { name, operation, apiVersion, subresource, set, time, entry };
}

/** Replaces the manager of this identity, or adds it; an empty set takes it away. */
export function withManager(managers: readonly Manager[], manager: Manager): readonly Manager[] {
  const others = managers.filter((other) => !sameManager(other, manager));
  return isEmptySet(manager.set) ? others : [...others, manager];
}

/** Undefined takes a manager away; the list itself when none changed. */
function mapManagers(managers: readonly Manager[], map: (manager: Manager) => Manager | undefined): readonly Manager[] {
  const out: Manager[] = [];
  let same = true;
  for (const manager of managers) {
    const mapped = map(manager);
    if (mapped !== manager) same = false;
    if (mapped !== undefined) out.push(mapped);
  }
  return same ? managers : out;
}

import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { difference, fieldSetOfPaths, hasPath, isEmptySet } from './field-set.ts';
import { decodeManagers, encodeManagers, type Manager, managerKey } from './managers.ts';
import { fieldElement } from './path-element.ts';

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_PATH = ['spec', 'replicas'] as const;

/**
 * Where a kind keeps its replicas, as field names from the root, by the versions of the kind. Undefined: that version is unknown, and
 * entries of it are dropped.
 */
export type ReplicasPaths = (apiVersion: string) => readonly string[] | undefined;

/**
 * The managedFields of an object as its Scale shows them: whoever owns the replicas.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go
 */
export function scaleManagedFields(
  parent: readonly ManagedFieldsEntry[] | undefined,
  paths: ReplicasPaths,
): readonly ManagedFieldsEntry[] | undefined {
  const managers = decodeManagers(parent)
    .filter(({ apiVersion, set }) => has(set, paths(apiVersion)))
    .map((manager) => ({ ...manager, apiVersion: SCALE_VERSION, set: SCALE_SET }));
  return encodeManagers(managers, undefined);
}

/**
 * The managedFields of an object after its Scale was written: replicas change hands as they did there.
 * @param scale the Scale's managedFields after the write @param apiVersion the version of the parent that was scaled
 */
export function parentManagedFields(
  parent: readonly ManagedFieldsEntry[] | undefined,
  scale: readonly ManagedFieldsEntry[] | undefined,
  apiVersion: string,
  paths: ReplicasPaths,
): readonly ManagedFieldsEntry[] | undefined {
  const left = new Map(decodeManagers(scale).map((manager) => [managerKey(manager), manager]));
  const out = new Map<string, Manager>();
  for (const manager of decodeManagers(parent)) {
    const path = paths(manager.apiVersion);
    if (path === undefined) continue;
    const key = managerKey(manager);
    if (!has(manager.set, path) || left.delete(key)) {
      out.set(key, manager);
      continue;
    }
    const set = difference(manager.set, fieldSetOfPaths([path.join('.')]));
    if (!isEmptySet(set)) out.set(key, { ...manager, set });
  }
  const replicas = fieldSetOfPaths([(paths(apiVersion) ?? SCALE_PATH).join('.')]);
  const times = new Map(decodeManagers(parent).map((manager) => [managerKey(manager), manager.time]));
  for (const [key, manager] of left) {
    if (!has(manager.set, SCALE_PATH)) continue;
    out.set(key, { ...manager, time: times.get(key), apiVersion, set: replicas });
  }
  return encodeManagers([...out.values()], parent);
}

const SCALE_SET = fieldSetOfPaths([SCALE_PATH.join('.')]);

const has = (set: Manager['set'], path: readonly string[] | undefined): boolean =>
  path !== undefined && hasPath(set, path.map(fieldElement));

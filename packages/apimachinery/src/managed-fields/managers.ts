import { compareKeys } from '../encode/compare-keys.ts';
import { settle } from '../encode/settled.ts';
import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import type { Draft } from '../object.ts';
import { equalSets, type FieldSet, interned, isEmptySet } from './field-set.ts';
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts';
import { goJsonString } from './go-text.ts';

/**
 * `metadata.managedFields`, decoded: who owns what, by which operation, seen in which version. One manager has one entry for what
 * it applied, whatever the version, and one per version for what it updated, each per sub-resource.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go
 */
export interface Manager extends ManagerId {
  readonly set: FieldSet;
  /** RFC 3339. Absent: when an apply changed nothing but who owns what. */
  readonly time: string | undefined;
  /** The entry that this was read from. */
  readonly entry?: ManagedFieldsEntry | undefined;
}

export interface ManagerId {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  /** The version that the set's paths are of. Part of the identity of Update managers alone. */
  readonly apiVersion: string;
  readonly subresource: string;
}

export const sameManager = (a: ManagerId, b: ManagerId): boolean =>
  a.name === b.name &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** What upstream calls the manager identifier; conflicts are listed in its order. */
export function managerKey({ name, operation, apiVersion, subresource }: ManagerId): string {
  const parts = [`"operation":"${operation}"`];
  if (name !== '') parts.unshift(`"manager":${goJsonString(name)}`);
  if (operation === 'Update') parts.push(`"apiVersion":${goJsonString(apiVersion)}`);
  if (subresource !== '') parts.push(`"subresource":${goJsonString(subresource)}`);
  return `{${parts.join(',')}}`;
}

const decoded = new WeakMap<readonly ManagedFieldsEntry[], readonly Manager[]>();

/** @throws {TypeError} an entry that is none */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): readonly Manager[] {
  if (entries === undefined || entries.length === 0) return [];
  const known = decoded.get(entries);
  if (known !== undefined) return known;
  const managers: Manager[] = [];
  for (const [i, entry] of entries.entries()) {
    const manager = decodeEntry(entry, i);
    const twin = managers.findIndex((other) => sameManager(other, manager));
    if (twin < 0) managers.push(manager);
    else managers[twin] = manager;
  }
  if (Object.isFrozen(entries)) decoded.set(entries, managers);
  return managers;
}

function decodeEntry(entry: ManagedFieldsEntry, i: number): Manager {
  const { operation, apiVersion = '', fieldsType = '' } = entry;
  if (operation !== 'Apply' && operation !== 'Update') throw new TypeError('operation must be `Apply` or `Update`');
  if (apiVersion === '') throw new TypeError('apiVersion must not be empty');
  if (fieldsType === '') throw new TypeError(`missing fieldsType in managed fields entry ${i}`);
  if (fieldsType !== 'FieldsV1') {
    throw new TypeError(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${i}`);
  }
  return {
    name: entry.manager ?? '',
    operation,
    apiVersion,
    subresource: entry.subresource ?? '',
    set: fromFieldsV1(entry.fieldsV1),
    time: entry.time ?? undefined,
    entry,
  };
}

/**
 * Prints managers in upstream's order: Apply before Update, then by time, name, version and sub-resource. Entries that did not
 * change are those of `live`, and if none did, the result is `live`.
 * @returns undefined when nobody owns anything
 */
export function encodeManagers(
  managers: readonly Manager[],
  live: readonly ManagedFieldsEntry[] | undefined,
): readonly ManagedFieldsEntry[] | undefined {
  if (managers.length === 0) return undefined;
  const sorted = isSorted(managers) ? managers : [...managers].sort(compareManagers);
  const entries = sorted.map((manager) => (isAsRead(manager) ? manager.entry : encodeManager(manager)));
  if (live !== undefined && live.length === entries.length && entries.every((entry, i) => entry === live[i]))
    return live;
  Object.freeze(entries);
  return entries;
}

/** As a rule they are: whoever writes last comes last. */
function isSorted(managers: readonly Manager[]): boolean {
  for (let i = 1; i < managers.length; i++) {
    if (compareManagers(managers[i - 1] as Manager, managers[i] as Manager) > 0) return false;
  }
  return true;
}

/** The entry that it was read from still says it all. */
function isAsRead(manager: Manager): manager is Manager & { readonly entry: ManagedFieldsEntry } {
  const { entry, set, time } = manager;
  return (
    entry !== undefined &&
    Object.isFrozen(entry) &&
    entry.apiVersion === manager.apiVersion &&
    (entry.time ?? undefined) === time &&
    equalSets(fromFieldsV1(entry.fieldsV1), set)
  );
}

function encodeManager({ name, operation, apiVersion, time, set: owned, subresource }: Manager): ManagedFieldsEntry {
  const set = interned(owned);
  // The entry made last from the set: Pods that are created in one second share theirs.
  const last = set.kept.entry;
  if (
    last?.manager === name &&
    last.operation === operation &&
    last.apiVersion === apiVersion &&
    last.time === time &&
    (last.subresource ?? '') === subresource
  ) {
    return last;
  }
  const entry: Draft<ManagedFieldsEntry> = { manager: name, operation, apiVersion };
  if (name === '') delete entry.manager;
  if (time !== undefined) entry.time = time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = toFieldsV1(set);
  if (subresource !== '') entry.subresource = subresource;
  set.kept.entry = settle(entry);
  return entry;
}

function compareManagers(a: Manager, b: Manager): number {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1;
  return (
    compareTimes(a.time, b.time) ||
    compareKeys(a.name, b.name) ||
    compareKeys(a.apiVersion, b.apiVersion) ||
    compareKeys(a.subresource, b.subresource)
  );
}

/** By whole seconds; none comes first. */
export function compareTimes(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  // As the server prints them, texts order as times do.
  if (a?.length === 20 && b?.length === 20 && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : 1;
  return secondsOf(a) - secondsOf(b);
}

const secondsOf = (time: string | undefined): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));

export const withoutEmpty = (managers: readonly Manager[]): readonly Manager[] =>
  managers.some(({ set }) => isEmptySet(set)) ? managers.filter(({ set }) => !isEmptySet(set)) : managers;

import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import type { StructSchema } from '../schema.ts';
import { checkTyped } from './check-typed.ts';
import { createdFields } from './created-fields.ts';
import { equalJson } from './equal-values.ts';
import { emptySet, type FieldSet, isEmptySet, recursiveDifference, union } from './field-set.ts';
import { decodeManagers, encodeManagers, type Manager, type ManagerId, sameManager } from './managers.ts';
import { capUpdateManagers, reconciled, takenFromOthers, withManager, withoutServerFields } from './ownership.ts';
import { isTyped } from './struct-plan.ts';
import { TypedProblem } from './typed-problem.ts';
import { changesBetween, type ObjectVersions, resetSet } from './versions.ts';

/** What the field manager reads of an object. */
export interface Tracked {
  readonly metadata?: { readonly managedFields?: readonly ManagedFieldsEntry[] };
}

export interface TrackUpdateOptions {
  readonly schema: StructSchema;
  /** The version of the request, `live` and `next`: `apps/v1`. */
  readonly apiVersion: string;
  /** The stored object; undefined when `next` is being created. */
  readonly live: Tracked | undefined;
  /**
   * What is to be stored, decoded and defaulted, before admission and before the server fills in what is its own. May be a draft. Its
   * managedFields are as the client sent them: absent and empty differ.
   */
  readonly next: Tracked;
  /** At most 128 bytes; empty counts as `unknown`. */
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource?: string;
  /** Dotted paths of fields that this request cannot change, such as `status`. */
  readonly resetFields?: readonly string[];
  /** RFC 3339 with whole seconds. */
  readonly now: string;
  /** Other versions of the kind; default: there are none. */
  readonly versions?: ObjectVersions;
}

/**
 * The managedFields that a create, update or patch leaves: the manager owns what it changed, the others no longer own that, and
 * what was removed is nobody's. Its entry's time changes only if it changed something. Gives back `live`'s list when all is as it
 * was; undefined when nothing is tracked: nobody owns a field, or the object was stored without managedFields.
 *
 * A client may send managedFields of its own: an empty list, or one empty entry, forgets them all; what cannot be read is ignored, as
 * are those sent to a sub-resource.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/fieldmanager.go Update
 */
export function trackUpdate(options: TrackUpdateOptions): readonly ManagedFieldsEntry[] | undefined {
  const { live, next, subresource = '', now } = options;
  const stored = managersOf(live, next, subresource !== '');
  // An object that nobody tracked so far stays untracked, until somebody applies it.
  if (stored.length === 0 && live !== undefined) return undefined;
  try {
    const writer: ManagerId & { readonly time: string } = {
      name: options.manager === '' ? 'unknown' : options.manager,
      operation: 'Update',
      apiVersion: options.apiVersion,
      subresource,
      time: now,
    };
    const managers = recordUpdate(options, live, stored, writer);
    return encodeManagers(managers, live?.metadata?.managedFields);
  } catch (error) {
    // An object that is not of its type fails validation later; until then nobody owns anything of it.
    if (error instanceof TypedProblem || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The managers to go on from: those that the client sent, if they can be read and it may send any, else the stored ones. */
function managersOf(live: Tracked | undefined, next: Tracked, ignoreSent: boolean): readonly Manager[] {
  const kept = live?.metadata?.managedFields;
  const stored = (): readonly Manager[] => readable(kept) ?? [];
  const sent = next.metadata?.managedFields;
  if (ignoreSent || sent === undefined || sent === null) return stored();
  if (isReset(sent)) return [];
  // As a rule they come back as they were read, and need not be read again.
  if (equalJson(sent, kept)) return stored();
  const managers = readable(sent) ?? [];
  return managers.length === 0 ? stored() : managers;
}

/** `managedFields: []` or `[{}]`. */
function isReset(entries: readonly ManagedFieldsEntry[]): boolean {
  const [first] = entries;
  return first === undefined || (entries.length === 1 && Object.values(first).every((value) => !value));
}

function readable(entries: readonly ManagedFieldsEntry[] | undefined): readonly Manager[] | undefined {
  try {
    return decodeManagers(entries);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** @throws {TypedProblem | TypeError} one of the objects is not of its type */
export function recordUpdate(
  { schema, apiVersion, next, resetFields, versions }: Omit<TrackUpdateOptions, 'live' | 'manager' | 'now'>,
  live: unknown,
  stored: readonly Manager[],
  writer: ManagerId & { readonly time: string },
): readonly Manager[] {
  const reset = resetSet(resetFields);
  if (!isTyped(schema)) checkTyped(schema, next, { allowDuplicates: true });
  if (live === undefined && stored.length === 0) {
    const set = createdFields(schema, next, reset);
    return isEmptySet(set) ? [] : [managerOf(writer, set)];
  }
  const changes = changesBetween(live, { apiVersion, schema, value: next }, { draft: true, reset, versions });
  const { modified, added } = changes.in(apiVersion) ?? NOTHING;
  const known = reconciled(stored, { apiVersion, schema }, versions);
  const others = takenFromOthers(known, changes);
  const changed: FieldSet = withoutServerFields(recursiveDifference(union(modified, added), reset));
  if (isEmptySet(changed)) return capUpdateManagers(others);
  const before = others.find((manager) => sameManager(manager, writer));
  const set = before === undefined ? changed : union(changed, before.set);
  return capUpdateManagers(withManager(others, managerOf(writer, set, before?.entry)));
}

/** Written out, with the field that others have: so all managers have one layout, and are quick to read. */
const managerOf = (
  { name, operation, apiVersion, subresource, time }: ManagerId & { readonly time: string },
  set: FieldSet,
  entry?: ManagedFieldsEntry,
): Manager => ({ name, operation, apiVersion, subresource, set, time, entry });

const NOTHING = { modified: emptySet, added: emptySet };

import type { ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { isMap } from '../patch/json-tree.ts';
import type { StructSchema } from '../schema.ts';
import { badRequest, failure } from '../status.ts';
import { type ApplyConflict, applyConflictStatus, conflictsOf, conflictsOutside } from './apply-conflict.ts';
import { checkTyped } from './check-typed.ts';
import { equalJson } from './equal-values.ts';
import { recursiveDifference } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { fieldsOfLastApplied, withLastApplied } from './last-applied.ts';
import { decodeManagers, encodeManagers, type Manager, type ManagerId, sameManager } from './managers.ts';
import { mergeApplied } from './merge-applied.ts';
import { reconciled, takenFromOthers, withManager, withoutServerFields, withSet } from './ownership.ts';
import { pruneApplied } from './prune-applied.ts';
import { planOf } from './struct-plan.ts';
import { recordUpdate, type Tracked } from './track-update.ts';
import { TypedProblem } from './typed-problem.ts';
import { changesBetween, type ObjectVersions, resetSet } from './versions.ts';

export interface ServerSideApplyOptions {
  readonly schema: StructSchema;
  /** The version of the request, and of `live`: `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The stored object; undefined when there is none. */
  readonly live: Tracked | undefined;
  /** The applied configuration as decoded from YAML or JSON: not typed, not defaulted. */
  readonly patch: unknown;
  readonly manager: string;
  /** Takes fields from other managers. Default false. */
  readonly force?: boolean;
  readonly subresource?: string;
  /** Dotted paths of fields that this request cannot own, such as `status`. */
  readonly resetFields?: readonly string[];
  /** RFC 3339 with whole seconds. */
  readonly now: string;
  readonly versions?: ObjectVersions;
}

export interface Applied {
  /**
   * `live` itself when the configuration changes nothing in it. Else the merged object without managedFields, still to be decoded
   * and defaulted: what was given up may stand there as null.
   */
  readonly object: unknown;
  /** `live`'s list when nobody's fields changed; undefined when nobody owns any. */
  readonly managedFields: readonly ManagedFieldsEntry[] | undefined;
  /** False: nothing is to be written. */
  readonly changed: boolean;
}

/** Managers of objects that were stored untracked, when somebody applies them first. */
const BEFORE_FIRST_APPLY = 'before-first-apply';
/** The manager name that `kubectl apply --server-side` uses: it may take over from `kubectl apply`. */
const KUBECTL = 'kubectl';

/**
 * Applies a configuration: merges it over the live object, takes away what the same manager applied before and gives up now, and
 * records who owns what.
 * @throws {StatusError} BadRequest: another kind, or managedFields in the configuration; Conflict: others own fields that would
 * change; 500: the configuration is not of its type, or stored managedFields cannot be read
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/fieldmanager.go Apply
 */
export function serverSideApply(options: ServerSideApplyOptions): Applied {
  const { live, patch, now } = options;
  checkKind(options);
  const applier: ManagerId = {
    name: options.manager === '' ? 'unknown' : options.manager,
    operation: 'Apply',
    apiVersion: options.apiVersion,
    subresource: options.subresource ?? '',
  };
  const stored = storedManagers(options);
  if (sentManagedFields(patch)) throw badRequest('metadata.managedFields must be nil');
  checkPatch(options);

  const { value, managers } = orRefuse(() => applyOrRefuse(options, applier, stored));
  const timed = value === live ? managers : withTime(managers, applier, now);
  const managedFields = encodeManagers(timed, live?.metadata?.managedFields);
  const merged = value === live ? live : withoutManagedFields(value);
  const object = options.manager === KUBECTL ? withLastApplied(merged, patch) : merged;
  return { object, managedFields, changed: object !== live || managedFields !== live?.metadata?.managedFields };
}

function checkKind({ apiVersion, kind, patch }: ServerSideApplyOptions): void {
  const type = isMap(patch) ? patch : {};
  const given = groupVersionKind(type);
  if (given !== groupVersionKind({ apiVersion, kind })) throw badRequest(`invalid object type: ${given}`);
}

/** Go's text of a GroupVersionKind: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
function groupVersionKind(object: Readonly<Record<string, unknown>>): string {
  const apiVersion = typeof object['apiVersion'] === 'string' ? object['apiVersion'] : '';
  const kind = typeof object['kind'] === 'string' ? object['kind'] : '';
  const parts = apiVersion.split('/');
  if (parts.length > 2) return '/, Kind=';
  return `${parts.length === 2 ? '' : '/'}${apiVersion}, Kind=${kind}`;
}

/** `demo/web; apps/v1, Kind=Deployment`: how messages name what is applied. */
export function appliedObjectText(patch: unknown): string {
  const object = isMap(patch) ? patch : {};
  const metadata = isMap(object['metadata']) ? object['metadata'] : {};
  const text = (name: string): string => (typeof metadata[name] === 'string' ? metadata[name] : '');
  return `${text('namespace')}/${text('name')}; ${groupVersionKind(object)}`;
}

function storedManagers(options: ServerSideApplyOptions): readonly Manager[] {
  const { live, now } = options;
  let stored: readonly Manager[];
  try {
    stored = decodeManagers(live?.metadata?.managedFields);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw failure(500, '', `failed to decode managed fields: ${error.message}`);
  }
  if (stored.length > 0 || live === undefined) return stored;
  const what = (): string =>
    `failed to create manager for existing fields: failed to convert new object (${appliedObjectText(live)}) to smd typed`;
  checkAs(options.schema, live, what, true);
  const writer = {
    name: BEFORE_FIRST_APPLY,
    operation: 'Update',
    apiVersion: options.apiVersion,
    subresource: options.subresource ?? '',
    time: now,
  } as const;
  return recordUpdate({ ...options, next: live }, undefined, [], writer);
}

/** Any list, even an empty one. */
const sentManagedFields = (patch: unknown): boolean =>
  isMap(patch) && isMap(patch['metadata']) && Array.isArray(patch['metadata']['managedFields']);

function checkPatch({ schema, patch, live }: ServerSideApplyOptions): void {
  checkAs(schema, patch, () => `failed to create typed patch object (${appliedObjectText(patch)})`, false);
  if (live === undefined) return;
  checkAs(schema, live, () => `failed to create typed live object (${appliedObjectText(live)})`, true);
}

function checkAs(schema: StructSchema, value: unknown, what: () => string, allowDuplicates: boolean): void {
  orRefuse(
    () => checkTyped(schema, value, { allowDuplicates }),
    (problem) => `${what()}: ${problem}`,
  );
}

/** @throws {StatusError} 500: something is not of its type */
function orRefuse<T>(run: () => T, text = (problem: string): string => problem): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TypedProblem) throw failure(500, '', text(error.message));
    throw error;
  }
}

interface Outcome {
  /** `live` when nothing in it changes. */
  readonly value: unknown;
  readonly managers: readonly Manager[];
}

/** Applies; kubectl's conflicts over what `kubectl apply` set before do not count. @throws {StatusError} Conflict */
function applyOrRefuse(options: ServerSideApplyOptions, applier: ManagerId, stored: readonly Manager[]): Outcome {
  const { schema, apiVersion, live, manager, force = false } = options;
  const outcome = apply(options, applier, stored, force);
  if ('value' in outcome) return outcome;
  const ours = manager === KUBECTL ? fieldsOfLastApplied(schema, apiVersion, live) : undefined;
  const conflicts = ours === undefined ? outcome.conflicts : conflictsOutside(outcome.conflicts, ours);
  const forced = conflicts.length === 0 ? apply(options, applier, stored, true) : outcome;
  if ('value' in forced) return forced;
  throw applyConflictStatus(conflicts);
}

interface Refused {
  readonly conflicts: readonly ApplyConflict[];
}

function apply(
  { schema, apiVersion, live, patch, resetFields, versions }: ServerSideApplyOptions,
  applier: ManagerId,
  stored: readonly Manager[],
  force: boolean,
): Outcome | Refused {
  const reset = resetSet(resetFields);
  const known = reconciled(stored, { apiVersion, schema }, versions);
  const last = known.find((manager) => sameManager(manager, applier));
  const applied = recursiveDifference(fieldSetOf(schema, patch), reset);
  const managers = withManager(known, { ...last, ...applier, time: last?.time, set: applied });

  const base = live ?? planOf(schema).zero;
  const merged = { apiVersion, schema, value: mergeApplied<unknown>(schema, base, patch) };
  const pruned = pruneApplied(merged, last, applied, managers, versions);
  const value = equalJson(base, pruned.value) ? base : pruned.value;

  // An item may have lost its key to pruning.
  if (pruned !== merged) checkAs(schema, value, () => 'failed to compare objects', true);
  const changes = changesBetween(base, { ...merged, value }, { draft: false, reset, versions });
  if (!force) {
    const conflicts = conflictsOf(managers, changes, applier);
    if (conflicts.length > 0) return { conflicts };
  }
  const left = takenFromOthers(managers, changes, applier);
  return { value, managers: withoutServerFieldsOf(left, applier) };
}

/** The applier's set without what is the server's own. Its entry stays as it was read if the set did. */
function withoutServerFieldsOf(managers: readonly Manager[], applier: ManagerId): readonly Manager[] {
  const own = managers.find((manager) => sameManager(manager, applier));
  return own === undefined ? managers : withManager(managers, withSet(own, withoutServerFields(own.set)));
}

const withTime = (managers: readonly Manager[], applier: ManagerId, time: string): readonly Manager[] =>
  managers.map((manager) => (sameManager(manager, applier) ? { ...manager, time } : manager));

function withoutManagedFields(object: unknown): unknown {
  if (!isMap(object) || !isMap(object['metadata']) || object['metadata']['managedFields'] === undefined) return object;
  const { managedFields: _, ...metadata } = object['metadata'];
  return { ...object, metadata };
}

import type { RequestContext } from '@tabernetes/api';
import {
  canonical,
  conflict,
  type Draft,
  type FieldError,
  forbiddenStatus,
  GoText,
  invalid,
  invalidStatus,
  type KubeObject,
  modified,
  notFound,
  type ObjectMeta,
  StatusError,
  semanticEqual,
  settleTimestamps,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@tabernetes/apimachinery';
import type { KeyValue } from '@tabernetes/storage';
import { accessAttributes } from '../authorization.ts';
import { type RequestScope, requestContext, warn } from '../request-scope.ts';
import type { WriteOptions } from '../write-options.ts';
import { updateAttributes } from './attributes.ts';
import { admitCreate, insert } from './create.ts';
import { isFinished } from './deletion.ts';
import { thaw } from './edited.ts';
import { changedKind } from './internal-kind.ts';
import { keyOf } from './keys.ts';
import { dedupeOwners, ensureNamespace } from './object-meta.ts';
import { checkResourceVersionText } from './resource-version.ts';
import { leaseFor } from './time-to-live.ts';
import { asWritten, fromStored, isStoredVersion, shownSoon, toStored, withResourceVersion } from './versions.ts';

/** A change of one object, made against what is stored; made again when somebody else was faster. */
export interface Change {
  readonly name: string;
  readonly options: WriteOptions;
  /** An object that does not exist is created. */
  readonly allowCreate: boolean;
  /** The object must be this one. */
  readonly uid?: string;
  /**
   * Makes the new object, with its managedFields. `old` undefined: it does not exist. Called once per attempt, each
   * time for a fresh draft.
   */
  build(old: KubeObject | undefined, context: RequestContext): Draft<KubeObject> | Promise<Draft<KubeObject>>;
  /** Admission that sees another object than the one that is stored (Scale). */
  readonly admission?: {
    admit(context: RequestContext, draft: Draft<KubeObject>, old: KubeObject): void | Promise<void>;
    validate(context: RequestContext, object: KubeObject, old: KubeObject): void | Promise<void>;
  };
}

export interface Changed {
  readonly object: KubeObject;
  readonly created: boolean;
}

/**
 * Reads, changes and writes back under compare-and-swap, as often as it takes.
 * @throws {StatusError}
 * @see staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Update
 */
export async function change(scope: RequestScope, request: Change): Promise<Changed> {
  const { server, resource, namespace } = scope;
  const context = requestContext(scope, request.options.dryRun);
  const key = keyOf(resource, namespace, request.name);
  let { kv } = await server.store.get(key);
  for (;;) {
    const outcome: Changed | Lost =
      kv === undefined ? await createBy(scope, request, context) : await updateBy(scope, request, context, key, kv);
    if ('object' in outcome) return outcome;
    kv = outcome.current;
  }
}

/** Somebody else wrote in between; this is what they left. */
interface Lost {
  readonly current: KeyValue<KubeObject> | undefined;
}

async function createBy(scope: RequestScope, request: Change, context: RequestContext): Promise<Changed | Lost> {
  const { server, resource, namespace } = scope;
  const { name, options } = request;
  if (request.uid !== undefined) throw wrongUid(scope, name, request, '');
  if (!request.allowCreate) throw notFound(resource.groupResource, name);
  const draft = await request.build(undefined, context);
  const { uid } = draft.metadata;
  if (uid) {
    throw conflict(
      resource.groupResource,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  checkResourceVersionText(draft.metadata.resourceVersion);
  await admitCreate(scope, draft, context, options);
  const { allowed, reason } = await server.authorizer.authorize({
    ...accessAttributes(scope.user, scope.info),
    verb: 'create',
  });
  if (!allowed) throw forbiddenStatus(resource.groupResource, name, reason ?? '');
  try {
    return { object: await insert(scope, draft, context, options, true), created: true };
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
    return { current: (await server.store.get(keyOf(resource, namespace, name))).kv };
  }
}

async function updateBy(
  scope: RequestScope,
  request: Change,
  context: RequestContext,
  key: string,
  kv: KeyValue<KubeObject>,
): Promise<Changed | Lost> {
  const { server, definition, resource } = scope;
  const { name, options } = request;
  const shown = shownSoon(resource, [kv.value]);
  if (shown !== undefined) await shown;
  const old = fromStored(resource, kv.value);
  if (request.uid !== undefined && request.uid !== old.metadata.uid)
    throw wrongUid(scope, name, request, old.metadata.uid);
  const built = request.build(old, context);
  const draft = built instanceof Promise ? await built : built;
  const { admission } = server;
  if (admission.mutates('UPDATE', definition.plural)) {
    if (definition.sharesUnchanged && admission.writesParts('UPDATE', definition.plural)) thaw(draft);
    const admitted = request.admission
      ? request.admission.admit(context, draft, old)
      : admission.admit(updateAttributes(scope, name, context, options, { draft, old }));
    if (admitted !== undefined) await admitted;
  }
  dedupeOwners(scope, draft.metadata, true);
  checkResourceVersion(scope, name, draft, old);

  const undo = scope.subresource === undefined ? definition.allocate?.(draft, old, context) : undefined;
  try {
    const object = prepared(scope, draft, old, context);
    if (admission.validates('UPDATE', definition.plural)) {
      const validated = request.admission
        ? request.admission.validate(context, object, old)
        : admission.validate(updateAttributes(scope, name, context, options, { object, old }));
      if (validated !== undefined) await validated;
    }
    const ends = old.metadata.deletionTimestamp !== undefined && isFinished(definition, object, old);
    if (options.dryRun) {
      undo?.();
      return { object: await asWritten(resource, object, object), created: false };
    }
    // What is stored as a version that others have replaced is written again: so objects are migrated.
    if (object === old && !ends && isStoredVersion(resource, kv.value)) {
      undo?.commit?.();
      return { object: old, created: false };
    }
    const written = ends ? await remove(scope, context, key, kv, object) : await write(scope, key, kv, object);
    if (!('object' in written)) undo?.();
    else undo?.commit?.();
    return written;
  } catch (error) {
    undo?.();
    throw error;
  }
}

function checkResourceVersion(
  { definition, resource }: RequestScope,
  name: string,
  draft: Draft<KubeObject>,
  old: KubeObject,
): void {
  const { metadata } = draft;
  checkResourceVersionText(metadata.resourceVersion);
  if (!metadata.resourceVersion || metadata.resourceVersion === '0') {
    if (definition.allowUnconditionalUpdate === false) {
      throw invalidStatus({ group: definition.group, kind: definition.plural }, name, [
        invalid('metadata.resourceVersion', new GoText('0x0'), 'must be specified for an update'),
      ]);
    }
    metadata.resourceVersion = old.metadata.resourceVersion ?? '';
  } else if (metadata.resourceVersion !== old.metadata.resourceVersion) {
    throw modified(resource.groupResource, name);
  }
}

/** The whole, valid, frozen object; `old` itself when nothing changed. */
function prepared(scope: RequestScope, draft: Draft<KubeObject>, old: KubeObject, context: RequestContext): KubeObject {
  const { definition, subresource, namespace } = scope;
  const { metadata } = draft;
  ensureNamespace(metadata, namespace);
  if (!context.dryRun) delete metadata.selfLink;
  if (old.metadata.generation === undefined) delete metadata.generation;
  else metadata.generation = old.metadata.generation;

  const isUpdate = subresource?.type === 'update';
  if (isUpdate) subresource.prepareForUpdate(draft, old, context);
  else definition.prepareForUpdate?.(draft, old, context);

  if (!metadata.uid && old.metadata.uid !== undefined) metadata.uid = old.metadata.uid;
  if (old.metadata.creationTimestamp) metadata.creationTimestamp = old.metadata.creationTimestamp;
  // An update neither removes nor moves the time of deletion.
  if (old.metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp = old.metadata.deletionTimestamp;
  if (old.metadata.deletionGracePeriodSeconds !== undefined && metadata.deletionGracePeriodSeconds === undefined) {
    metadata.deletionGracePeriodSeconds = old.metadata.deletionGracePeriodSeconds;
  }

  const draftObject = draft as KubeObject;
  validate(scope, draftObject, old, context);
  const warnings = isUpdate ? subresource.warnings?.(draftObject, old) : definition.warnings?.(draftObject, old);
  for (const text of warnings ?? []) warn(scope, text);
  return withGeneration(scope, settleTimestamps(old, canonical(definition.schema, draftObject, old)), old);
}

/** `metadata.generation` counts the changes of what the user wants. */
function withGeneration({ definition, subresource }: RequestScope, object: KubeObject, old: KubeObject): KubeObject {
  if (definition.generation === undefined || object === old) return object;
  const before = old as unknown as Readonly<Record<string, unknown>>;
  const after = object as unknown as Readonly<Record<string, unknown>>;
  // Equal parts are the same reference, see canonical; but quantities and times are equal however they are written.
  const { generationMetadata: part } = definition;
  const isMetadataSame =
    part === undefined || subresource !== undefined || object.metadata[part] === old.metadata[part];
  const { byName, untyped } = definition.schema;
  const isSame = (key: string): boolean =>
    before[key] === after[key] || (!untyped && semanticEqual(before[key], after[key], byName.get(key)?.schema));
  if (isMetadataSame && definition.generation.every(isSame)) return object;
  const metadata = Object.freeze({ ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 });
  return Object.freeze({ ...object, metadata });
}

function validate(scope: RequestScope, object: KubeObject, old: KubeObject, context: RequestContext): void {
  const { definition, subresource } = scope;
  const { namespaced } = definition;
  const errors = validateObjectMeta(object.metadata, { namespaced, validateName: anyName });
  errors.push(...validateObjectMetaUpdate(object.metadata, old.metadata));
  const looksAgain = errors.length > 0 || metadataMatters(object.metadata, old.metadata);

  const own = subresource?.type === 'update' ? subresource : definition;
  const passes = own.metadataOnUpdate ?? ONE_CHANGE;
  const rules = own === definition && !definition.updateValidatesAlone ? BOTH : ONE_CHANGE;
  const found = (pass: Pass): readonly FieldError[] =>
    (pass === 'whole' ? definition.validate?.(object, context) : own.validateUpdate?.(object, old, context)) ?? [];
  // Where a kind looks at the metadata as a whole and as a change, its rules go with the first of either.
  const inTurn = BOTH.every((pass) => passes.includes(pass));
  for (const [turn, pass] of passes.entries()) {
    if (looksAgain) errors.push(...ownMetadata(scope, pass, object.metadata, old.metadata));
    if (inTurn && rules.includes(pass) && passes.indexOf(pass) === turn) errors.push(...found(pass));
  }
  if (!inTurn) for (const pass of rules) errors.push(...found(pass));
  if (errors.length > 0) throw invalidStatus(changedKind(definition, object), object.metadata.name ?? '', errors);
}

type Pass = 'whole' | 'change';
const ONE_CHANGE: readonly Pass[] = ['change'];
const BOTH: readonly Pass[] = ['whole', 'change'];

/** Whether a kind's own rules may find what those of all kinds do not. */
const metadataMatters = (metadata: ObjectMeta, old: ObjectMeta): boolean =>
  metadata.finalizers !== old.finalizers || metadata.generateName !== old.generateName;

/** What the kind's own rules find in the metadata; most name what the server has found, once more. */
function ownMetadata(
  { definition }: RequestScope,
  pass: Pass,
  metadata: ObjectMeta,
  old: ObjectMeta,
): readonly FieldError[] {
  const { namespaced, validateName } = definition;
  const standardFinalizers = definition.standardFinalizers ?? definition.schema.openapi !== undefined;
  return pass === 'whole'
    ? validateObjectMeta(metadata, { namespaced, validateName, standardFinalizers })
    : validateObjectMetaUpdate(metadata, old, { standardFinalizers });
}

/** It was looked at when the object was created. */
const anyName = (): readonly string[] => NO_PROBLEMS;
const NO_PROBLEMS: readonly string[] = [];

async function write(
  scope: RequestScope,
  key: string,
  kv: KeyValue<KubeObject>,
  object: KubeObject,
): Promise<Changed | Lost> {
  const converted = toStored(scope.resource, object);
  const value = converted instanceof Promise ? await converted : converted;
  const granted = leaseFor(scope);
  const lease = granted && (await granted);
  let updated = object;
  const { succeeded, current, kvs } = await scope.server.store.txn({
    compare: [{ key, modRevision: kv.modRevision }],
    success: [
      {
        type: 'put',
        key,
        value: (revision) => {
          const stored = withResourceVersion(value, revision);
          updated = value === object ? stored : withResourceVersion(object, revision);
          return stored;
        },
        lease,
      },
    ],
  });
  if (!succeeded) return { current: current[0] };
  if (value !== object) updated = await asWritten(scope.resource, updated, kvs[0]?.value ?? value);
  return { object: updated, created: false };
}

/** The last finalizer is gone: the update is the end of the object. The client gets what it wrote. */
async function remove(
  scope: RequestScope,
  context: RequestContext,
  key: string,
  kv: KeyValue<KubeObject>,
  object: KubeObject,
): Promise<Changed | Lost> {
  const { server, definition } = scope;
  const { succeeded, current } = await server.store.txn({
    compare: [{ key, modRevision: kv.modRevision }],
    success: [{ type: 'delete', key }],
  });
  if (!succeeded) return { current: current[0] };
  definition.release?.(object, context);
  return { object, created: false };
}

/** The object is another one than the one that was asked for. */
export function wrongUid(
  { definition, resource, namespace }: RequestScope,
  name: string,
  request: Pick<Change, 'uid' | 'options'>,
  actual: string | undefined,
): StatusError {
  const path =
    definition.storagePath ??
    (definition.schema.openapi === undefined ? `${definition.group}/${definition.plural}` : definition.plural);
  const key = `${request.options.dryRun ? '' : '/registry'}/${path}/${namespace === '' ? '' : `${namespace}/`}${name}`;
  return conflict(
    resource.groupResource,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${request.uid}, UID in object meta: ${actual}`,
  );
}

import { type RequestContext, schemaOf } from '@tabernetes/api';
import {
  type ApiResponse,
  conflict,
  DecodeProblem,
  type Draft,
  decodeBody,
  decodeObject,
  failure,
  type GroupVersionKind,
  type KubeObject,
  kindWithDefaults,
  missing,
  notFound,
  type Status,
  type StatusError,
  SyntaxProblem,
  statedKind,
  unreadableDeleteOptions,
} from '@tabernetes/apimachinery';
import type { KeyValue } from '@tabernetes/storage';
import { textOf } from '../decode-request.ts';
import { inputType } from '../negotiation.ts';
import { answer, type RequestScope, requestContext, warn } from '../request-scope.ts';
import { timestamp } from '../time.ts';
import { respond } from '../transform.ts';
import { checkedDeleteOptions, type DeleteOptions, deleteOptionsFromQuery } from '../write-options.ts';
import { deleteAttributes } from './attributes.ts';
import { finalizersForDeletion } from './deletion.ts';
import { edited } from './edited.ts';
import { keyOf } from './keys.ts';
import { fromStored, shownSoon, toStored, withResourceVersion } from './versions.ts';

/** DELETE of one object. */
export async function deleteObject(scope: RequestScope): Promise<ApiResponse> {
  const options = deleteOptions(scope);
  const result = await remove(scope, scope.info.pathName, options, scope.info.pathName);
  const status = !result.isGone && options.orphanDependents === false ? 202 : 200;
  return result.status ? answer(scope, status, result.status) : respond(scope, status, result.object);
}

/** What a deletion is asked for with; warns where a kind wants to be told more. @throws {StatusError} */
export function deleteOptions(scope: RequestScope): DeleteOptions {
  const options = requestedOptions(scope);
  const { deletionWarning } = scope.definition;
  if (deletionWarning && options.propagationPolicy === undefined && options.orphanDependents === undefined) {
    warn(scope, deletionWarning);
  }
  return options;
}

/** From the body, if there is one, else from the query. @throws {StatusError} */
function requestedOptions({ request, server }: RequestScope): DeleteOptions {
  const { body, headers, query } = request;
  if (body === undefined || (body.kind === 'bytes' && body.bytes.length === 0)) return deleteOptionsFromQuery(query);
  try {
    const schema = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
    const { value, ...source } =
      body.kind === 'object'
        ? { value: body.object }
        : decodeBody(body.bytes, inputType(headers['content-type']), server.protobuf);
    const stated = statedKind(value);
    const problem = typeof stated === 'string' ? stated : unreadable(stated, () => textOf(body, value));
    if (problem !== undefined) throw failure(500, '', problem);
    return checkedDeleteOptions(decodeObject(schema, value, source).draft);
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      throw failure(500, '', `couldn't get version/kind; json parse error: ${error.message}`);
    }
    if (error instanceof DecodeProblem) throw failure(500, '', error.message);
    throw error;
  }
}

function unreadable(stated: GroupVersionKind, text: () => string): string | undefined {
  const given = kindWithDefaults(stated, DELETE_OPTIONS);
  return given.version === '' ? missing('apiVersion', text()) : unreadableDeleteOptions(given);
}

const DELETE_OPTIONS = { group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions' };

/** What became of an object that was to be deleted. */
export interface Removed {
  /** Its last or present state. */
  readonly object: KubeObject;
  readonly isGone: boolean;
  /** What is answered in place of the object. */
  readonly status?: Status;
}

/**
 * Deletes an object, or begins its deletion: graceful ones wait for their grace period, those with finalizers for
 * whoever set them.
 *
 *   DELETE ──► graceful? ──► deletionTimestamp, grace period written ──► 0 s left, no finalizers? ──► gone
 *          └─► finalizers? ─► deletionTimestamp written                  (else an update takes the last finalizer)
 *          └─► gone at once
 *
 * @param admittedAs the name that admission is told; undefined: it is not asked
 * @throws {StatusError} NotFound, Conflict, Forbidden
 * @see staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Delete
 */
export async function remove(
  scope: RequestScope,
  name: string,
  options: DeleteOptions,
  admittedAs: string | undefined,
): Promise<Removed> {
  const { server, resource, namespace } = scope;
  const context = requestContext(scope, options.dryRun);
  const key = keyOf(resource, namespace, name);
  let { kv } = await server.store.get(key);
  // Once the object is marked by this very request, it is only left to be deleted; if someone else does so, fine.
  let marked: KubeObject | undefined;
  for (;;) {
    if (kv === undefined) {
      if (marked !== undefined) return finished(scope, marked, true);
      throw notFound(resource.groupResource, name);
    }
    const shown = shownSoon(resource, [kv.value]);
    if (shown !== undefined) await shown;
    const old = fromStored(resource, kv.value);
    if (marked === undefined) {
      checkPreconditions(scope, old, options);
      scope.definition.validateDelete?.(old);
    }
    const step = marked === undefined ? nextStep(scope, old, options, context) : DELETE_NOW;
    if (step.kind === 'pending') return finished(scope, old, false);
    // Asked before each write: of what is marked and deleted by one request, twice; where nothing is written, never.
    const admit = () => (admittedAs === undefined ? undefined : admitDelete(scope, admittedAs, old, options, context));
    if (step.kind === 'delete' || step.object !== old) await admit();
    if (step.kind === 'delete') {
      if (options.dryRun) return finished(scope, old, true);
      const deleted = await deleteNow(scope, key, kv, context);
      if ('revision' in deleted) return finished(scope, withResourceVersion(old, deleted.revision), true);
      kv = deleted.current;
      continue;
    }
    if (options.dryRun) {
      if (step.deletesNext) await admit();
      return { object: step.object, isGone: step.deletesNext };
    }
    const written = step.object === old ? { kv, object: old } : await mark(scope, key, kv, step.object);
    if ('current' in written) {
      kv = written.current;
      continue;
    }
    if (!step.deletesNext) return { object: written.object, isGone: false };
    marked = written.object;
    kv = written.kv;
  }
}

type Step =
  /** A graceful deletion is under way and this request does not shorten it. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'delete' }
  /** Write this; then delete at once, if nothing holds it. */
  | { readonly kind: 'mark'; readonly object: KubeObject; readonly deletesNext: boolean };

const DELETE_NOW: Step = { kind: 'delete' };
const PENDING: Step = { kind: 'pending' };

function nextStep(
  { definition }: RequestScope,
  old: KubeObject,
  options: DeleteOptions,
  context: RequestContext,
): Step {
  const current = old.metadata.finalizers ?? [];
  const finalizers = finalizersForDeletion(definition, current, options);

  if (definition.holdsDeletion !== undefined) {
    const isNew = old.metadata.deletionTimestamp === undefined;
    if (!isNew && definition.holdsDeletion(old)) return { kind: 'mark', object: old, deletesNext: false };
    if (isNew) {
      const object = edited(definition, old, (draft) => {
        draft.metadata.deletionTimestamp = context.now;
        setFinalizers(draft, finalizers);
        definition.prepareForDelete?.(draft);
      });
      return { kind: 'mark', object, deletesNext: false };
    }
  }

  const grace = gracefulness(definition, old, options, context);
  if (grace === 'pending') return PENDING;
  if (grace === undefined) {
    if (finalizers.length === 0) return DELETE_NOW;
    return { kind: 'mark', object: markedAsDeleting(definition, old, finalizers, context), deletesNext: false };
  }
  const object = edited(definition, old, (draft) => {
    const { metadata } = draft;
    metadata.deletionTimestamp = grace.deletionTimestamp;
    metadata.deletionGracePeriodSeconds = grace.seconds;
    if (grace.isFirst && (metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1;
    if (grace.isFirst) definition.prepareForDelete?.(draft);
    setFinalizers(draft, finalizers);
  });
  return { kind: 'mark', object, deletesNext: finalizers.length === 0 && grace.seconds === 0 };
}

interface Grace {
  readonly deletionTimestamp: string;
  readonly seconds: number;
  /** The deletion begins with this request. */
  readonly isFirst: boolean;
}

/** How long the object may take. Undefined: it is not deleted gracefully. */
function gracefulness(
  definition: RequestScope['definition'],
  old: KubeObject,
  { gracePeriodSeconds: asked }: DeleteOptions,
  { nowMs }: RequestContext,
): Grace | 'pending' | undefined {
  if (definition.gracePeriodSeconds === undefined) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  if (deletionTimestamp !== undefined && deletionTimestamp !== null) {
    if (deletionGracePeriodSeconds === 0) return undefined; // left over from a deletion that broke off
    if (asked === undefined || asked >= deletionGracePeriodSeconds) return 'pending';
    const dueMs = Date.parse(deletionTimestamp) - (deletionGracePeriodSeconds - asked) * 1000;
    return { deletionTimestamp: timestamp(dueMs), seconds: asked, isFirst: false };
  }
  const seconds = definition.gracePeriodSeconds(old, asked);
  if (seconds === undefined) return undefined;
  return { deletionTimestamp: timestamp(nowMs + seconds * 1000), seconds, isFirst: true };
}

/** An object that waits for its finalizers, and for nothing else. */
export function markedAsDeleting(
  definition: RequestScope['definition'],
  old: KubeObject,
  finalizers: readonly string[],
  { now, nowMs }: Pick<RequestContext, 'now' | 'nowMs'>,
): KubeObject {
  return edited(definition, old, (draft) => {
    const { metadata } = draft;
    if (!metadata.deletionTimestamp) {
      if ((metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1;
      definition.prepareForDelete?.(draft);
    }
    if (!metadata.deletionTimestamp || Date.parse(metadata.deletionTimestamp) > nowMs) metadata.deletionTimestamp = now;
    metadata.deletionGracePeriodSeconds = 0;
    setFinalizers(draft, finalizers);
  });
}

function setFinalizers(draft: Draft<KubeObject>, finalizers: readonly string[]): void {
  if (finalizers.length === 0) delete draft.metadata.finalizers;
  else draft.metadata.finalizers = [...finalizers];
}

/** @throws {StatusError} Conflict; upstream names the kind where others name the resource */
function checkPreconditions(
  { definition }: RequestScope,
  { metadata }: KubeObject,
  { preconditions }: DeleteOptions,
): void {
  if (preconditions === undefined) return;
  const { uid, resourceVersion } = preconditions;
  const refuse = (why: string): StatusError =>
    conflict({ group: definition.group, resource: definition.kind }, metadata.name ?? '', why);
  if (uid !== undefined && uid !== metadata.uid) {
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

async function admitDelete(
  scope: RequestScope,
  name: string,
  old: KubeObject,
  options: DeleteOptions,
  context: RequestContext,
): Promise<void> {
  const { admission } = scope.server;
  const { plural } = scope.definition;
  if (!admission.mutates('DELETE', plural) && !admission.validates('DELETE', plural)) return;
  const attributes = deleteAttributes(scope, name, context, options, old);
  await admission.admit(attributes);
  await admission.validate(attributes);
}

type Lost = { readonly current: KeyValue<KubeObject> | undefined };

async function mark(
  { server, resource }: RequestScope,
  key: string,
  kv: KeyValue<KubeObject>,
  object: KubeObject,
): Promise<{ readonly kv: KeyValue<KubeObject> | undefined; readonly object: KubeObject } | Lost> {
  const converted = toStored(resource, object);
  const value = converted instanceof Promise ? await converted : converted;
  const { succeeded, current, kvs } = await server.store.txn({
    compare: [{ key, modRevision: kv.modRevision }],
    success: [{ type: 'put', key, value: (revision) => withResourceVersion(value, revision) }],
  });
  const [written] = kvs;
  if (!succeeded || written === undefined) return { current: current[0] };
  const shown = shownSoon(resource, [written.value]);
  if (shown !== undefined) await shown;
  return { kv: written, object: fromStored(resource, written.value) };
}

async function deleteNow(
  { server, definition, resource }: RequestScope,
  key: string,
  kv: KeyValue<KubeObject>,
  context: RequestContext,
): Promise<{ readonly revision: number } | Lost> {
  const { succeeded, revision, current } = await server.store.txn({
    compare: [{ key, modRevision: kv.modRevision }],
    success: [{ type: 'delete', key }],
  });
  if (!succeeded) return { current: current[0] };
  if (definition.release) definition.release(fromStored(resource, kv.value), context);
  return { revision };
}

/** Most kinds answer that it worked, a few the object. */
function finished({ definition, resource }: RequestScope, object: KubeObject, isGone: boolean): Removed {
  if (definition.returnsDeletedObject) return { object, isGone };
  const { group, resource: plural } = resource.groupResource;
  const { name = '', uid } = object.metadata;
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group && { group }), kind: plural, ...(uid && { uid }) },
  };
  return { object, isGone, status };
}

import type { AllocationUndo, RequestContext } from '@tabernetes/api';
import {
  type ApiResponse,
  alreadyExists,
  canonical,
  type Draft,
  failure,
  generateName,
  invalidStatus,
  type KubeObject,
  StatusError,
  trackUpdate,
  validateObjectMeta,
} from '@tabernetes/apimachinery';
import type { LeaseId } from '@tabernetes/storage';
import { after } from '../after.ts';
import { checkInputType, requestBody } from '../decode-request.ts';
import { type RequestScope, requestContext, warn } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { managerName } from '../user-agent.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';
import { createAttributes } from './attributes.ts';
import { internalKind } from './internal-kind.ts';
import { keyOf } from './keys.ts';
import { dedupeOwners, ensureNamespace, wipeSystemFields } from './object-meta.ts';
import { withObjectVersions } from './object-versions.ts';
import { leaseFor } from './time-to-live.ts';
import { asWritten, toStored, withoutResourceVersion, withResourceVersion } from './versions.ts';

/** POST. */
export async function createObject(scope: RequestScope): Promise<ApiResponse> {
  // Updates and patches look at their options first.
  checkInputType(scope.request);
  const options = writeOptions(scope.request.query, 'CreateOptions');
  const makeDraft = requestBody(scope, scope.definition, options.fieldValidation);
  return respond(scope, 201, await create(scope, makeDraft, options));
}

/** How often a name is drawn before the server gives up. */
const MAX_NAME_ATTEMPTS = 8;

/** @param makeDraft makes a fresh draft for every attempt. @throws {StatusError} */
function create(
  scope: RequestScope,
  makeDraft: () => Draft<KubeObject>,
  options: WriteOptions,
): KubeObject | Promise<KubeObject> {
  const draft = makeDraft();
  const isGenerated = !draft.metadata.name && Boolean(draft.metadata.generateName);
  return isGenerated ? createNamed(scope, draft, makeDraft, options) : createOnce(scope, draft, options);
}

/** With a name that is drawn anew as long as somebody has it. */
async function createNamed(
  scope: RequestScope,
  first: Draft<KubeObject>,
  makeDraft: () => Draft<KubeObject>,
  options: WriteOptions,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createOnce(scope, attempt === 1 ? first : makeDraft(), options);
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
      if (attempt >= MAX_NAME_ATTEMPTS) throw namesExhausted(error);
    }
  }
}

function createOnce(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  options: WriteOptions,
): KubeObject | Promise<KubeObject> {
  const { definition, namespace } = scope;
  const { metadata } = draft;
  const context = requestContext(scope, options.dryRun);
  wipeSystemFields(metadata);
  ensureNamespace(metadata, namespace);
  dedupeOwners(scope, metadata, false);
  definition.defaults?.(draft);
  return after(trackCreated(scope, draft, context, options), () =>
    after(admitCreate(scope, draft, context, options), () => insert(scope, draft, context, options)),
  );
}

/** Writes down in the draft's managedFields what its creator owns. */
export function trackCreated(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  context: RequestContext,
  options: WriteOptions,
): void | Promise<void> {
  const { request, definition, resource } = scope;
  const { metadata } = draft;
  const tracked = withObjectVersions(scope, (needs) =>
    trackUpdate({
      schema: definition.schema,
      apiVersion: resource.apiVersion,
      live: undefined,
      next: draft,
      manager: managerName(options.fieldManager, request.headers['user-agent']),
      now: context.now,
      resetFields: definition.resetFields,
      versions: needs.versions,
    }),
  );
  return after(tracked, (managedFields) => {
    if (managedFields === undefined) delete metadata.managedFields;
    else metadata.managedFields = managedFields as Draft<typeof managedFields>;
  });
}

/** Mutating admission of a new object. */
export function admitCreate(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  context: RequestContext,
  options: WriteOptions,
): void | Promise<void> {
  const { admission } = scope.server;
  if (!admission.mutates('CREATE', scope.definition.plural)) return;
  const admitted = admission.admit(createAttributes(scope, draft.metadata.name ?? '', context, options, { draft }));
  if (admitted !== undefined) return admitted.then(() => dedupeOwners(scope, draft.metadata, true));
  dedupeOwners(scope, draft.metadata, true);
}

/**
 * The part of a creation that upstream's registry does: names, allocation, validation, storage.
 * @param byUpdate an update or apply of what does not exist; then a resourceVersion is no flaw
 */
export async function insert(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  context: RequestContext,
  options: WriteOptions,
  byUpdate = false,
): Promise<KubeObject> {
  const { server, definition, resource, namespace } = scope;
  const { metadata } = draft;
  metadata.creationTimestamp = context.now;
  if (!options.dryRun) delete metadata.selfLink;
  metadata.uid = server.rng.uuid();
  if (!metadata.name && metadata.generateName) metadata.name = generateName(server.rng, metadata.generateName);

  // What is created by writing to a part of it has no more than that; the rest comes with its next change.
  const undo = scope.subresource === undefined ? definition.allocate?.(draft, undefined, context) : undefined;
  try {
    ensureNamespace(metadata, namespace);
    definition.prepareForCreate?.(draft, context);
    if (definition.generation !== undefined) metadata.generation = 1;
    validate(scope, draft as KubeObject, context);
    const warnings = definition.warnings?.(draft as KubeObject, undefined);
    if (warnings !== undefined) for (const text of warnings) warn(scope, text);
    const { resourceVersion } = metadata;
    metadata.resourceVersion = '0'; // holds the field's place until the revision is known
    const object = canonical(definition.schema, draft as KubeObject, server.siblings.of(resource, draft as KubeObject));
    if (server.admission.validates('CREATE', definition.plural)) {
      const attributes = createAttributes(scope, metadata.name ?? '', context, options, { object });
      const validated = server.admission.validate(attributes);
      if (validated !== undefined) await validated;
    }
    // One that is no number goes unnoticed, and is replaced.
    if (resourceVersion && /^\d*[1-9]\d*$/.test(resourceVersion) && !options.dryRun && !byUpdate) {
      throw failure(500, '', 'resourceVersion should not be set on objects to be created');
    }
    const created = options.dryRun ? await pretend(scope, object, resourceVersion) : await store(scope, object);
    server.siblings.add(resource, object);
    undo?.commit?.();
    return created;
  } catch (error) {
    giveBack(undo);
    throw error;
  }
}

const giveBack = (undo: AllocationUndo | undefined): void => undo?.();

function validate({ definition }: RequestScope, object: KubeObject, context: RequestContext): void {
  const found = definition.validate?.(object, context) ?? [];
  const metadata =
    definition.validatesMetadataLast && found.length > 0
      ? []
      : validateObjectMeta(object.metadata, {
          namespaced: definition.namespaced,
          validateName: definition.validateName,
          standardFinalizers: definition.standardFinalizers ?? definition.schema.openapi !== undefined,
        });
  if (metadata.length === 0 && found.length === 0) return;
  throw invalidStatus(internalKind(definition), object.metadata.name ?? '', [...metadata, ...found]);
}

function store(scope: RequestScope, object: KubeObject): Promise<KubeObject> {
  const { resource, namespace } = scope;
  const key = keyOf(resource, namespace, object.metadata.name ?? '');
  const value = toStored(resource, object);
  const lease = leaseFor(scope);
  if (value === object && lease === undefined) return put(scope, key, object, object, undefined);
  return putLater(scope, key, object, value, lease);
}

/** A dry run: the resourceVersion is whatever was sent. */
async function pretend(scope: RequestScope, object: KubeObject, sent: string | undefined): Promise<KubeObject> {
  const { server, resource, namespace } = scope;
  const { kv } = await server.store.get(keyOf(resource, namespace, object.metadata.name ?? ''));
  if (kv !== undefined) throw exists(scope, kv.value);
  const created = withoutResourceVersion(await asWritten(resource, object, object));
  if (!sent) return created;
  return canonical(scope.definition.schema, { ...created, metadata: { ...created.metadata, resourceVersion: sent } });
}

async function putLater(
  scope: RequestScope,
  key: string,
  object: KubeObject,
  value: KubeObject | Promise<KubeObject>,
  lease: Promise<LeaseId> | undefined,
): Promise<KubeObject> {
  return put(scope, key, object, await value, await lease);
}

/** @param value what is stored for the object: itself, or the version of it that is stored */
async function put(
  scope: RequestScope,
  key: string,
  object: KubeObject,
  value: KubeObject,
  lease: LeaseId | undefined,
): Promise<KubeObject> {
  let created = object;
  const { succeeded, current, kvs } = await scope.server.store.txn({
    compare: [{ key, modRevision: 0 }],
    success: [
      {
        type: 'put',
        key,
        value: (revision) => {
          const stored = withResourceVersion(value, revision);
          created = value === object ? stored : withResourceVersion(object, revision);
          return stored;
        },
        lease,
      },
    ],
  });
  if (!succeeded) throw exists(scope, current[0]?.value);
  return value === object ? created : await asWritten(scope.resource, created, kvs[0]?.value ?? value);
}

function exists({ resource }: RequestScope, found: KubeObject | undefined): StatusError {
  const error = alreadyExists(resource.groupResource, found?.metadata.name ?? '');
  if (found?.metadata.deletionTimestamp === undefined) return error;
  return new StatusError({ ...error.status, message: `object is being deleted: ${error.message}` });
}

function namesExhausted(last: StatusError): StatusError {
  const { status } = last;
  return new StatusError({
    ...status,
    message: `${last.message}, the server was not able to generate a unique name for the object`,
    details: { ...status.details, retryAfterSeconds: 1 },
  });
}

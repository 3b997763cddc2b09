import {
  ageColumn,
  type KindDefinition,
  nameColumn,
  type RequestContext,
  type ScaleSubresource,
  schemaOf,
} from '@tabernetes/api';
import {
  type ApiResponse,
  appliedObjectText,
  badRequest,
  canonical,
  type Draft,
  decodeObject,
  failure,
  goQuote,
  internal,
  invalid,
  invalidStatus,
  type KubeObject,
  type ManagedFieldsEntry,
  parentManagedFields,
  patchObject,
  scaleManagedFields,
  serverSideApply,
  trackUpdate,
  validateObjectMeta,
} from '@tabernetes/apimachinery';
import { requestBody } from '../decode-request.ts';
import { refuseExport } from '../query.ts';
import { attributes, optionsObject, type WriteSubject } from '../registry/attributes.ts';
import { change, wrongUid } from '../registry/change.ts';
import { draftOf } from '../registry/edited.ts';
import { stored } from '../registry/get.ts';
import { checkName, ensureNamespace } from '../registry/object-meta.ts';
import { appliedConfiguration, patchTypeOf } from '../registry/patch.ts';
import { fromStored, shownSoon } from '../registry/versions.ts';
import { type RequestScope, warn } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { managerName } from '../user-agent.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';

/** autoscaling/v1 Scale: one view of everything that has replicas. */
interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const SCALE_VERSION = 'autoscaling/v1';
const REPLICAS_PATH: readonly string[] = ['spec', 'replicas'];
const scaleSchema = () => schemaOf('io.k8s.api.autoscaling.v1.Scale');

export async function getScale(scope: RequestScope): Promise<ApiResponse> {
  refuseExport(scope.request.query);
  const { missing, path, hasReplicas } = scaleOf(scope);
  const { value } = await stored(scope, scope.info.pathName, missing);
  await shownSoon(scope.resource, [value]);
  const object = fromStored(scope.resource, value);
  if (hasReplicas?.(object) === false) {
    throw internal(`the spec replicas field ${goQuote(path ?? '')} does not exist`);
  }
  return respondScale(scope, 200, object);
}

export async function updateScale(scope: RequestScope): Promise<ApiResponse> {
  const options = writeOptions(scope.request.query, 'UpdateOptions');
  const makeDraft = requestBody(scope, { ...SCALE, schema: scaleSchema() }, options.fieldValidation);
  const { metadata } = makeDraft();
  ensureNamespace(metadata, scope.namespace);
  checkName(metadata, scope.info.pathName, '');
  return changeScale(scope, options, (old, context) => {
    const draft = makeDraft();
    ensureNamespace(draft.metadata, scope.namespace);
    return tracked(scope, draft, old, options, context);
  });
}

export async function patchScale(scope: RequestScope): Promise<ApiResponse> {
  const type = patchTypeOf(scope);
  const options = writeOptions(scope.request.query, 'PatchOptions', type);
  const { request, namespace, info } = scope;
  return changeScale(scope, options, (old, context) => {
    let draft: Draft<KubeObject>;
    if (type === 'application/apply-patch+yaml') {
      draft = applied(scope, old, options, context);
    } else {
      const patched = patchObject({
        schema: scaleSchema(),
        live: old,
        body: request.body ?? { kind: 'bytes', bytes: new Uint8Array(0) },
        type: PATCH_KINDS[type],
        fieldValidation: options.fieldValidation,
      });
      for (const text of patched.warnings) warn(scope, text);
      draft = tracked(scope, patched.draft, old, options, context);
    }
    ensureNamespace(draft.metadata, namespace);
    checkName(draft.metadata, info.pathName, namespace);
    return draft;
  });
}

const PATCH_KINDS = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const;

/** @param build the new Scale with its managedFields, from the present one */
async function changeScale(
  scope: RequestScope,
  options: WriteOptions,
  build: (old: Scale, context: RequestContext) => Draft<KubeObject>,
): Promise<ApiResponse> {
  const { server, resource, info } = scope;
  const { admission } = server;
  const subresource = scaleOf(scope);
  const paths = () => subresource.replicasPath ?? REPLICAS_PATH;
  const admissionAttributes = (context: RequestContext, subject: WriteSubject) => {
    const sent = optionsObject('UpdateOptions', options);
    return attributes(scope, 'UPDATE', info.pathName, context, sent, subject, SCALE, scaleSchema());
  };

  const { object } = await change(scope, {
    name: info.pathName,
    options,
    allowCreate: false,
    async build(old, context) {
      if (old === undefined) throw new TypeError('a scale without an object to scale');
      const shown = scaleOfObject(subresource, old, scaleManagedFields(old.metadata.managedFields, paths));
      const isUnset = subresource.hasReplicas?.(old) === false;
      const oldScale = isUnset ? { ...shown, spec: { ...shown.spec, replicas: UNSET } } : shown;
      const draft = build(oldScale, context);
      if (admission.mutates('UPDATE', scope.definition.plural))
        await admission.admit(admissionAttributes(context, { draft, old: oldScale }));
      const scale = draft as Draft<Scale>;
      validateScale(scope, options, scale as Scale, old);
      if (isUnset && scale.spec?.replicas === UNSET) {
        throw badRequest(`the spec replicas field ${goQuote(subresource.path ?? '')} cannot be empty`);
      }
      const parent = draftOf(old);
      subresource.write(parent, scale.spec?.replicas ?? 0);
      // Of a custom resource, what no version is given for is changed as it stands.
      if (scale.metadata.resourceVersion || subresource.path === undefined) {
        setVersion(parent, scale.metadata.resourceVersion);
      }
      const fields = parentManagedFields(
        old.metadata.managedFields,
        scale.metadata.managedFields as readonly ManagedFieldsEntry[] | undefined,
        resource.apiVersion,
        paths,
      );
      if (fields === undefined) delete parent.metadata.managedFields;
      else parent.metadata.managedFields = fields as Draft<typeof fields>;
      return parent;
    },
    admission: {
      admit: () => undefined, // has seen the Scale already
      validate: (context, object, old) =>
        admission.validate(
          admissionAttributes(context, {
            object: scaleOfObject(subresource, object, undefined),
            old: scaleOfObject(subresource, old, undefined),
          }),
        ),
    },
  });
  return respondScale(scope, 200, object);
}

/** Replicas that nobody has asked for yet; the least int32. */
const UNSET = -(2 ** 31);

function setVersion(parent: Draft<KubeObject>, version: string | undefined): void {
  if (version) parent.metadata.resourceVersion = version;
  else delete parent.metadata.resourceVersion;
}

function validateScale(scope: RequestScope, options: WriteOptions, scale: Scale, parent: KubeObject): void {
  const { definition, info } = scope;
  const { metadata } = scale;
  const replicas = scale.spec?.replicas ?? 0;
  // Custom resources are looked at as a whole, later.
  if (scaleOf(scope).path === undefined) {
    const errors = validateObjectMeta(metadata, { namespaced: definition.namespaced, validateName: () => [] });
    if (replicas < 0) errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
    if (errors.length > 0) throw invalidStatus(SCALE, info.pathName, errors);
  }
  if (metadata.uid && metadata.uid !== parent.metadata.uid) {
    throw wrongUid(scope, info.pathName, { uid: metadata.uid, options }, parent.metadata.uid);
  }
}

function tracked(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  old: Scale,
  options: WriteOptions,
  context: RequestContext,
): Draft<KubeObject> {
  const managedFields = trackUpdate({
    schema: scaleSchema(),
    apiVersion: SCALE_VERSION,
    live: old,
    next: draft,
    manager: managerName(options.fieldManager, scope.request.headers['user-agent']),
    subresource: 'scale',
    now: context.now,
  });
  return withManagedFields(draft, managedFields);
}

/** @throws {StatusError} of custom resources nobody can apply a Scale: their converter knows no Scales, as upstream */
function applied(scope: RequestScope, old: Scale, options: WriteOptions, context: RequestContext): Draft<KubeObject> {
  const patch = appliedConfiguration(scope, options);
  const { object, managedFields } = serverSideApply({
    schema: scaleSchema(),
    apiVersion: SCALE_VERSION,
    kind: SCALE.kind,
    live: old,
    patch,
    manager: options.fieldManager,
    force: options.force,
    subresource: 'scale',
    now: context.now,
  });
  if (object !== old && scope.definition.schema.openapi === undefined) {
    const why = `request to convert CR to an invalid group/version: ${SCALE_VERSION}`;
    throw failure(500, '', `failed to convert new object (${appliedObjectText(patch)}) to proper version: ${why}`);
  }
  return withManagedFields(decodeObject(scaleSchema(), object).draft, managedFields);
}

function withManagedFields(
  draft: Draft<KubeObject>,
  managedFields: readonly ManagedFieldsEntry[] | undefined,
): Draft<KubeObject> {
  if (managedFields === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields as Draft<typeof managedFields>;
  return draft;
}

function scaleOfObject(
  subresource: ScaleSubresource<KubeObject>,
  object: KubeObject,
  managedFields: readonly ManagedFieldsEntry[] | undefined,
): Scale {
  const { specReplicas, statusReplicas, selector } = subresource.read(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return canonical<Scale>(scaleSchema(), {
    kind: SCALE.kind,
    apiVersion: SCALE_VERSION,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, managedFields } as Scale['metadata'],
    spec: { replicas: specReplicas },
    status: { replicas: statusReplicas, selector },
  });
}

function scaleOf({ subresource }: RequestScope): ScaleSubresource<KubeObject> {
  if (subresource?.type !== 'scale') throw badRequest('not a scale sub-resource');
  return subresource;
}

function respondScale(scope: RequestScope, status: number, parent: KubeObject): ApiResponse {
  const scale = scaleOfObject(scaleOf(scope), parent, undefined);
  return respond({ ...scope, definition: SCALE_TABLE }, status, scale);
}

/** As much of a kind as a Table needs. */
const SCALE_TABLE: KindDefinition = {
  ...SCALE,
  plural: 'scales',
  singular: 'scale',
  namespaced: true,
  get schema() {
    return scaleSchema();
  },
  columns: [
    { ...nameColumn, format: '' },
    {
      name: 'Desired',
      type: 'integer',
      description: 'Replicas that are wanted.',
      cell: (object) => (object as Scale).spec?.replicas ?? 0,
    },
    {
      name: 'Available',
      type: 'integer',
      description: 'Replicas that there are.',
      cell: (object) => (object as Scale).status?.replicas ?? 0,
    },
    ageColumn,
  ],
};

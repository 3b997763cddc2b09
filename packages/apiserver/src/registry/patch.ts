import type { RequestContext } from '@tabernetes/api';
import {
  type ApiResponse,
  appliedObjectText,
  patchObject as applyPatch,
  badRequest,
  convertUnstructured,
  DecodeProblem,
  type Draft,
  decodeBody,
  decodeObject,
  failure,
  type KubeObject,
  SyntaxProblem,
  serverSideApply,
} from '@tabernetes/apimachinery';
import { after } from '../after.ts';
import { warnStrictly } from '../decode-request.ts';
import { isCustom } from '../kinds.ts';
import { type PatchType, patchType } from '../negotiation.ts';
import { type RequestScope, warn } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';
import { change } from './change.ts';
import { checkName, ensureNamespace } from './object-meta.ts';
import { withObjectVersions } from './object-versions.ts';
import { resetFieldsOf, track } from './update.ts';

const PATCH_KINDS = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const;

/** PATCH of an object, or of the part of it that a sub-resource lets change. */
export async function patchObject(scope: RequestScope): Promise<ApiResponse> {
  const { request, info, namespace } = scope;
  const name = info.pathName;
  const type = patchTypeOf(scope);
  const options = writeOptions(request.query, 'PatchOptions', type);
  const isApply = type === 'application/apply-patch+yaml';
  const { object, created } = await change(scope, {
    name,
    options,
    allowCreate: isApply && mayCreate(scope),
    build(old, context) {
      const made = isApply ? applied(scope, old, options, context) : patched(scope, type, old, options, context);
      return after(made, (draft) => {
        ensureNamespace(draft.metadata, namespace);
        checkName(draft.metadata, name, namespace);
        return draft;
      });
    },
  });
  return respond(scope, created ? 201 : 200, object);
}

const mayCreate = ({ definition, subresource }: RequestScope): boolean =>
  subresource === undefined
    ? isCustom(definition) || definition.verbs?.includes('create') !== false
    : subresource.type === 'update' && subresource.creates !== undefined;

/** @throws {StatusError} UnsupportedMediaType; custom resources take no strategic merge patches */
export function patchTypeOf({ request, definition }: RequestScope): PatchType {
  return patchType(request.headers['content-type'], definition.schema.openapi === undefined);
}

function patched(
  scope: RequestScope,
  type: keyof typeof PATCH_KINDS,
  old: KubeObject | undefined,
  options: WriteOptions,
  context: RequestContext,
): Draft<KubeObject> | Promise<Draft<KubeObject>> {
  const { request, definition } = scope;
  if (old === undefined) throw new TypeError('a patch without an object to patch');
  const { draft, warnings } = applyPatch({
    schema: definition.schema,
    live: old,
    body: request.body ?? NO_BODY,
    type: PATCH_KINDS[type],
    fieldValidation: options.fieldValidation,
    ...(definition.sharesUnchanged && { sharesUnchanged: true }),
    ...(definition.coerce && { coerce: definition.coerce }),
    ...(definition.readAs && { readAs: definition.readAs }),
  });
  for (const text of warnings) warn(scope, text);
  definition.defaults?.(draft);
  return track(scope, draft, old, options, context);
}

const NO_BODY = { kind: 'bytes', bytes: new Uint8Array(0) } as const;

/** Server-side apply. */
function applied(
  scope: RequestScope,
  old: KubeObject | undefined,
  options: WriteOptions,
  context: RequestContext,
): Draft<KubeObject> | Promise<Draft<KubeObject>> {
  const { definition, resource, info } = scope;
  const patch = appliedConfiguration(scope, options);
  const resetFields = resetFieldsOf(scope);
  return withObjectVersions(scope, (needs) => {
    const result = serverSideApply({
      schema: definition.schema,
      apiVersion: resource.apiVersion,
      kind: definition.kind,
      live: old,
      patch,
      manager: options.fieldManager,
      force: options.force,
      subresource: info.subresource,
      now: context.now,
      ...(resetFields && { resetFields }),
      ...needs,
    });
    return appliedDraft(scope, result, patch);
  });
}

function appliedDraft(
  scope: RequestScope,
  { object, managedFields }: ReturnType<typeof serverSideApply>,
  patch: unknown,
): Draft<KubeObject> {
  const { definition, resource } = scope;
  const draft = typed(scope, object, patch);
  draft.apiVersion = resource.apiVersion;
  draft.kind = definition.kind;
  draft.metadata ??= {};
  tidied(scope, draft, patch);
  definition.defaults?.(draft, true);
  if (managedFields === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields as Draft<typeof managedFields>;
  return draft;
}

/** What is wrong inside of a custom resource is left to validation. @throws {StatusError} 500, as upstream */
function tidied({ definition }: RequestScope, draft: Draft<KubeObject>, patch: unknown): void {
  try {
    definition.coerce?.(draft);
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    if (isCustom(definition)) return;
    throw failure(500, '', `failed to convert to unversioned (${appliedObjectText(patch)}): ${error.message}`);
  }
}

/** The shape has been checked, what stands in quantities, times and numbers has not. @throws {StatusError} 500, as upstream */
function typed({ definition, resource }: RequestScope, object: unknown, patch: unknown): Draft<KubeObject> {
  try {
    return decodeObject(definition.schema, object).draft;
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    const version = definition.group === '' ? `/${resource.apiVersion}` : resource.apiVersion;
    const converted = convertUnstructured(definition.schema, object);
    if (typeof converted !== 'string') return decodeObject(definition.schema, converted.value).draft;
    const why = `unable to convert unstructured object to ${version}, Kind=${definition.kind}: ${converted}`;
    throw failure(500, '', `failed to convert new object (${appliedObjectText(patch)}) to proper version: ${why}`);
  }
}

const CONVERTING = 'error converting YAML to JSON: ';

/** The configuration in the body of an apply: YAML, which JSON is too. @throws {StatusError} BadRequest */
export function appliedConfiguration(scope: RequestScope, { fieldValidation }: WriteOptions): unknown {
  const { body } = scope.request;
  if (body?.kind === 'object') return body.object;
  try {
    const { value, strictErrors } = decodeBody(body?.bytes ?? NO_BODY.bytes, 'application/yaml');
    if (strictErrors.length > 0 && fieldValidation === 'Strict') {
      throw badRequest(`error strict decoding YAML: ${CONVERTING}${strictErrors.join(', ')}`);
    }
    if (fieldValidation === 'Warn') warnStrictly(scope, strictErrors);
    return value;
  } catch (error) {
    if (error instanceof SyntaxProblem) throw badRequest(`error decoding YAML: ${CONVERTING}${error.message}`);
    throw error;
  }
}

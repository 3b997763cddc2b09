import type { RequestContext } from '@tabernetes/api';
import { type ApiResponse, type Draft, type KubeObject, trackUpdate } from '@tabernetes/apimachinery';
import { requestBody } from '../decode-request.ts';
import type { RequestScope } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { managerName } from '../user-agent.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';
import { change } from './change.ts';
import { keyOf } from './keys.ts';
import { checkName, dedupeOwners, ensureNamespace } from './object-meta.ts';
import { withObjectVersions } from './object-versions.ts';
import { fromStored } from './versions.ts';

/** PUT of an object, or of the part of it that a sub-resource lets change. */
export async function updateObject(scope: RequestScope): Promise<ApiResponse> {
  const { request, definition, info, namespace } = scope;
  const name = info.pathName;
  const options = writeOptions(request.query, 'UpdateOptions');
  const sharing = shareable(scope);
  const makeDraft = requestBody(scope, definition, options.fieldValidation, sharing && (await sharing));
  let first: Draft<KubeObject> | undefined = makeDraft();
  ensureNamespace(first.metadata, namespace);
  checkName(first.metadata, name, '');
  // Here, so that who is refused later is warned as well.
  dedupeOwners(scope, first.metadata, false);
  const { uid } = first.metadata;
  const { object, created } = await change(scope, {
    name,
    options,
    allowCreate: mayCreate(scope),
    ...(uid && { uid }),
    build(old, context) {
      const draft = first ?? makeDraft();
      first = undefined;
      ensureNamespace(draft.metadata, namespace);
      dedupeOwners(scope, draft.metadata, false);
      definition.defaults?.(draft);
      return track(scope, draft, old, options, context);
    },
  });
  return respond(scope, created ? 201 : 200, object);
}

const mayCreate = ({ definition, subresource }: RequestScope): boolean =>
  subresource === undefined
    ? definition.allowCreateOnUpdate === true
    : subresource.type === 'update' && subresource.creates === 'always';

/** What the object in the body may share parts with: components send back what they read, with a part of it replaced. */
function shareable(scope: RequestScope): Promise<KubeObject | undefined> | undefined {
  const { server, request, definition, resource, namespace, info } = scope;
  if (!definition.sharesUnchanged || request.body?.kind !== 'object') return undefined;
  const found = server.store.get(keyOf(resource, namespace, info.pathName));
  return found.then(({ kv }) => kv && fromStored(resource, kv.value));
}

/** Records who changed what in the draft's managedFields; the draft. */
export function track(
  scope: RequestScope,
  draft: Draft<KubeObject>,
  old: KubeObject | undefined,
  options: WriteOptions,
  context: RequestContext,
): Draft<KubeObject> | Promise<Draft<KubeObject>> {
  const { request, definition, resource, info } = scope;
  return withObjectVersions(scope, (needs) => {
    const managedFields = trackUpdate({
      schema: definition.schema,
      apiVersion: resource.apiVersion,
      live: old,
      next: draft,
      manager: managerName(options.fieldManager, request.headers['user-agent']),
      subresource: info.subresource,
      now: context.now,
      resetFields: resetFieldsOf(scope),
      versions: needs.versions,
    });
    if (managedFields === undefined) delete draft.metadata.managedFields;
    else draft.metadata.managedFields = managedFields as Draft<typeof managedFields>;
    return draft;
  });
}

/** The parts that a write to this path cannot change. */
export function resetFieldsOf({ definition, subresource }: RequestScope): readonly string[] | undefined {
  if (subresource === undefined) return definition.resetFields;
  return subresource.type === 'update' ? subresource.resetFields : undefined;
}

import {
  type ApiResponse,
  badRequest,
  canonical,
  type Draft,
  isSettled,
  type KubeObject,
  trackUpdate,
} from '@tabernetes/apimachinery';
import { checkInputType, requestBody } from '../decode-request.ts';
import { attributes, optionsObject, type WriteSubject } from '../registry/attributes.ts';
import { ensureNamespace, wipeSystemFields } from '../registry/object-meta.ts';
import { type RequestScope, requestContext } from '../request-scope.ts';
import { respond } from '../transform.ts';
import { managerName } from '../user-agent.ts';
import { writeOptions } from '../write-options.ts';
import { parentAccess, unadmitted } from './parent-access.ts';

/** POST of another kind to an object: binding, eviction, token. */
export async function createSubresource(scope: RequestScope): Promise<ApiResponse> {
  const { subresource, request, info, namespace, server } = scope;
  if (subresource?.type !== 'create') throw badRequest('not a create sub-resource');
  checkInputType(request);
  const options = writeOptions(request.query, 'CreateOptions');
  const { kind, schema, otherVersions = [] } = subresource;
  const draft = requestBody(scope, { schema, otherVersions, ...kind }, options.fieldValidation)();
  if (!subresource.keepsSystemFields) wipeSystemFields(draft.metadata);
  ensureNamespace(draft.metadata, namespace);
  subresource.defaults?.(draft);
  const context = requestContext(scope, options.dryRun);
  const managedFields = trackUpdate({
    schema,
    apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version,
    live: undefined,
    next: draft,
    manager: managerName(options.fieldManager, request.headers['user-agent']),
    subresource: subresource.name,
    now: context.now,
  });
  if (managedFields === undefined) delete draft.metadata.managedFields;
  else draft.metadata.managedFields = managedFields as Draft<typeof managedFields>;
  const { admission } = server;
  const posted = (subject: WriteSubject) => {
    const sent = optionsObject('CreateOptions', options);
    return attributes(scope, 'CREATE', info.pathName, context, sent, subject, kind, schema);
  };
  const { plural } = scope.definition;
  if (admission.mutates('CREATE', plural)) await admission.admit(posted({ draft }));
  const input = canonical(schema, draft as KubeObject);
  const parent = unadmitted(parentAccess(scope, info.pathName, options.dryRun), async (object) => {
    if (admission.validates('CREATE', plural)) await admission.validate(posted({ object }));
  });
  const result = await subresource.create(input, parent, context);
  // Most answer what was posted, filled in; a binding answers a Status.
  const isSame = (result as Partial<KubeObject> | undefined)?.kind === kind.kind;
  const isReady = !isSame || isSettled(result as KubeObject);
  return respond(scope, 201, isReady ? (result as KubeObject) : canonical(schema, result as KubeObject));
}

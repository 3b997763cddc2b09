import { type ApiResponse, badRequest, canonical, isSettled, type KubeObject } from '@tabernetes/apimachinery';
import { requestBody } from '../decode-request.ts';
import { attributes, type WriteSubject } from '../registry/attributes.ts';
import { ensureNamespace } from '../registry/object-meta.ts';
import { answer, type RequestScope, requestContext } from '../request-scope.ts';
import { writeOptions } from '../write-options.ts';
import { parentAccess } from './parent-access.ts';

/** POST of another kind to an object: binding, eviction, token. */
export async function createSubresource(scope: RequestScope): Promise<ApiResponse> {
  const { subresource, request, info, namespace, server } = scope;
  if (subresource?.type !== 'create') throw badRequest('not a create sub-resource');
  const options = writeOptions(request.query, 'CreateOptions');
  const { kind, schema } = subresource;
  const draft = requestBody(scope, { ...kind, schema }, options.fieldValidation)();
  ensureNamespace(draft.metadata, namespace);
  const context = requestContext(scope, options.dryRun);
  const { admission } = server;
  const posted = (subject: WriteSubject) =>
    attributes(scope, 'CREATE', info.pathName, context, CREATE_OPTIONS, subject, kind);
  const { plural } = scope.definition;
  if (admission.mutates('CREATE', plural)) await admission.admit(posted({ draft }));
  const input = canonical(schema, draft as KubeObject);
  if (admission.validates('CREATE', plural)) await admission.validate(posted({ object: input }));
  const result = await subresource.create(input, parentAccess(scope, info.pathName, options.dryRun), context);
  // Most answer what was posted, filled in; a binding answers a Status.
  const isSame = (result as Partial<KubeObject> | undefined)?.kind === kind.kind;
  const isReady = !isSame || isSettled(result as KubeObject);
  return answer(scope, 201, isReady ? result : canonical(schema, result as KubeObject));
}

const CREATE_OPTIONS = { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' };

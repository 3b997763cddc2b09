import type { VirtualKind, VirtualServices } from '@tabernetes/api';
import {
  type ApiResponse,
  badRequest,
  canonical,
  invalidStatus,
  type KubeObject,
  notFound,
} from '@tabernetes/apimachinery';
import { requestBody } from '../decode-request.ts';
import { listOptions } from '../list-options.ts';
import { refuseExport } from '../query.ts';
import { createAttributes } from '../registry/attributes.ts';
import { admitCreate, trackCreated } from '../registry/create.ts';
import { dedupeOwners, ensureNamespace, wipeSystemFields } from '../registry/object-meta.ts';
import { predicate } from '../registry/predicate.ts';
import { type RequestScope, requestContext, warn } from '../request-scope.ts';
import { respond, respondList } from '../transform.ts';
import { writeOptions } from '../write-options.ts';
import { parentAccess, unadmitted } from './parent-access.ts';

/** POST of something that is answered and not stored: reviews. */
export async function createVirtual(scope: RequestScope): Promise<ApiResponse> {
  const { definition, request, namespace, server } = scope;
  const options = writeOptions(request.query, 'CreateOptions');
  const draft = requestBody(scope, definition, options.fieldValidation)();
  const { create } = virtualOf(scope);
  if (create === undefined) throw badRequest('not supported');
  const context = requestContext(scope, options.dryRun);
  wipeSystemFields(draft.metadata);
  ensureNamespace(draft.metadata, namespace);
  dedupeOwners(scope, draft.metadata, false);
  definition.defaults?.(draft);
  await trackCreated(scope, draft, context, options);
  await admitCreate(scope, draft, context, options);
  definition.prepareForCreate?.(draft, context);
  const errors = definition.validate?.(draft as KubeObject, context) ?? [];
  if (errors.length > 0) throw invalidStatus(definition, draft.metadata.name ?? '', errors);
  for (const text of definition.warnings?.(draft as KubeObject, undefined) ?? []) warn(scope, text);
  const object = canonical(definition.schema, draft as KubeObject);
  if (server.admission.validates('CREATE', scope.definition.plural))
    await server.admission.validate(createAttributes(scope, object.metadata.name ?? '', context, options, { object }));
  const answered = await create(object, virtualServices(scope, options.dryRun), context);
  // Some answer with a Status (Binding): that is printed as it is.
  return respond(scope, 201, answered.kind === definition.kind ? canonical(definition.schema, answered) : answered);
}

export async function getVirtual(scope: RequestScope): Promise<ApiResponse> {
  refuseExport(scope.request.query);
  const { definition, info, namespace, resource } = scope;
  const found = await virtualOf(scope).get?.(
    info.pathName,
    namespace,
    virtualServices(scope),
    requestContext(scope, false),
  );
  if (found === undefined) throw notFound(resource.groupResource, info.pathName);
  return respond(scope, 200, canonical(definition.schema, found));
}

export async function listVirtual(scope: RequestScope): Promise<ApiResponse> {
  const { definition, namespace, request } = scope;
  const { labelSelector, fieldSelector } = listOptions(request.query, false);
  const wanted = predicate(definition, labelSelector, fieldSelector, '');
  const items = (await virtualOf(scope).list?.(namespace, virtualServices(scope), requestContext(scope, false))) ?? [];
  return respondList(
    scope,
    items.map((item) => canonical(definition.schema, item)).filter((item) => wanted.matches(item)),
    {},
  );
}

const virtualOf = ({ definition }: RequestScope): VirtualKind<KubeObject> => definition.virtual ?? {};

function virtualServices(scope: RequestScope, dryRun = false): VirtualServices {
  const { server } = scope;
  const { authorizer, authenticator, reader } = server;
  return {
    authorize: async (attributes) => authorizer.authorize(attributes),
    rulesFor: async (user, namespace) =>
      authorizer.rulesFor?.(user, namespace) ?? { resourceRules: [], nonResourceRules: [], incomplete: true },
    authenticate: (token, audiences) => authenticator.authenticateToken(token, audiences),
    list: (kind, namespace) => reader.list(kind, namespace),
    parent({ group, plural }, namespace, name) {
      const resource = server.kinds.anyVersion(group, plural);
      if (resource === undefined) throw notFound({ group, resource: plural }, name);
      // What was posted has been admitted.
      return unadmitted(parentAccess({ ...scope, resource, definition: resource.definition, namespace }, name, dryRun));
    },
  };
}

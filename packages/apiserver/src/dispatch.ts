import type { KindDefinition, Subresource } from '@tabernetes/api';
import {
  type ApiRequest,
  type ApiResponse,
  methodNotAllowed,
  resourceNotFound,
  type UserInfo,
} from '@tabernetes/apimachinery';
import { withWarnings } from './errors.ts';
import type { Resource } from './kinds.ts';
import { negotiate, notAcceptable, patchType } from './negotiation.ts';
import { createObject } from './registry/create.ts';
import { deleteObject } from './registry/delete.ts';
import { deleteCollection } from './registry/delete-collection.ts';
import { getObject } from './registry/get.ts';
import { listObjects } from './registry/list.ts';
import { patchObject } from './registry/patch.ts';
import { updateObject } from './registry/update.ts';
import { watchObjects } from './registry/watch.ts';
import type { RequestInfo } from './request-info.ts';
import type { RequestScope } from './request-scope.ts';
import type { ServerContext } from './server-context.ts';
import { connect } from './subresources/connect.ts';
import { createSubresource } from './subresources/create.ts';
import { getScale, patchScale, updateScale } from './subresources/scale.ts';
import { createVirtual, getVirtual, listVirtual } from './subresources/virtual.ts';

type Handler = (scope: RequestScope) => Promise<ApiResponse>;

/** Routes a request to what serves its resource. @throws {StatusError} NotFound, MethodNotAllowed, NotAcceptable, … */
export async function dispatch(
  server: ServerContext,
  request: ApiRequest,
  info: RequestInfo,
  resource: Resource,
  user: UserInfo,
): Promise<ApiResponse> {
  const { definition } = resource;
  const handlers = info.subresource === '' ? mainHandlers(resource, info) : subresourceHandlers(resource, info);
  if (handlers === undefined) throw resourceNotFound();
  const handler = handlers[info.method];
  if (handler === undefined) throw methodNotAllowed();

  const isConnect = handlers === CONNECT;
  if (info.method === 'PATCH' && !isConnect) {
    patchType(request.headers['content-type'], definition.schema.openapi === undefined);
  }
  const accept = request.headers['accept'];
  const output = negotiate(isConnect ? undefined : accept);
  if (output === undefined) throw notAcceptable(accept ?? '', info.verb === 'list' || info.verb === 'watch');

  const scope: RequestScope = {
    server,
    request,
    info,
    resource,
    definition,
    subresource: info.subresource === '' ? undefined : findSubresource(definition, info.subresource),
    user,
    namespace: definition.namespaced ? info.namespace : '',
    output,
    warnings: definition.deprecation === undefined ? [] : [definition.deprecation],
  };
  try {
    return await handler(scope);
  } catch (error) {
    throw withWarnings(error, scope.warnings);
  }
}

type Handlers = Readonly<Record<string, Handler | undefined>>;

/** What a path of the resource itself serves, by method. Undefined: there is no such path. */
function mainHandlers({ definition, verbs }: Resource, info: RequestInfo): Handlers | undefined {
  const { namespaced, virtual } = definition;
  // The path of a Namespace carries its name as the namespace; any other cluster-scoped kind has none.
  if (!namespaced && info.namespace !== '' && info.resource !== 'namespaces') return undefined;
  const has = (verb: (typeof verbs)[number], handler: Handler): Handler | undefined =>
    verbs.includes(verb) ? handler : undefined;

  if (info.pathName !== '') {
    if (namespaced && info.namespace === '') return undefined;
    if (info.legacyWatch) return verbs.includes('watch') ? { GET: watchObjects } : undefined;
    const handlers = {
      GET: has('get', virtual ? getVirtual : getObject),
      PUT: has('update', updateObject),
      PATCH: has('patch', patchObject),
      DELETE: has('delete', deleteObject),
    };
    return handlers.GET || handlers.PUT || handlers.PATCH || handlers.DELETE ? handlers : undefined;
  }
  if (info.legacyWatch) return verbs.includes('watch') ? { GET: watchObjects } : undefined;
  const isWatch = info.verb === 'watch';
  const read = isWatch ? has('watch', watchObjects) : has('list', virtual ? listVirtual : listObjects);
  if (namespaced && info.namespace === '') return read || verbs.includes('list') ? { GET: read } : undefined;
  return {
    GET: read,
    POST: has('create', virtual ? createVirtual : createObject),
    DELETE: has('deletecollection', deleteCollection),
  };
}

const CONNECT: Handlers = {
  GET: connect,
  POST: connect,
  PUT: connect,
  PATCH: connect,
  DELETE: connect,
  HEAD: connect,
  OPTIONS: connect,
};

function subresourceHandlers({ definition }: Resource, info: RequestInfo): Handlers | undefined {
  if (definition.namespaced && info.namespace === '') return undefined;
  const subresource = findSubresource(definition, info.subresource);
  if (subresource === undefined) return undefined;
  if (info.rest.length > 0 && subresource.name !== 'proxy') return undefined;
  return handlersOf(subresource);
}

const findSubresource = (definition: KindDefinition, name: string): Subresource | undefined =>
  definition.subresources?.find((subresource) => subresource.name === name);

function handlersOf(subresource: Subresource): Handlers {
  switch (subresource.type) {
    case 'update': {
      const verbs = subresource.verbs ?? ['get', 'patch', 'update'];
      return {
        GET: verbs.includes('get') ? getObject : undefined,
        PUT: verbs.includes('update') ? updateObject : undefined,
        PATCH: verbs.includes('patch') ? patchObject : undefined,
      };
    }
    case 'scale':
      return { GET: getScale, PUT: updateScale, PATCH: patchScale };
    case 'create':
      return { POST: createSubresource };
    case 'connect':
      return CONNECT;
  }
}

import type { KindDefinition, Subresource } from '@tabernetes/api';
import {
  type ApiRequest,
  type ApiResponse,
  methodNotAllowed,
  methodNotSupported,
  resourceNotFound,
  type UserInfo,
} from '@tabernetes/apimachinery';
import { checkNamed, customHandler, inScope } from './custom-routes.ts';
import { PAGE_NOT_FOUND, withWarnings } from './errors.ts';
import { isCustom, type Resource } from './kinds.ts';
import { negotiate, notAcceptable, notStreamable, type OutputType, patchType } from './negotiation.ts';
import { createObject } from './registry/create.ts';
import { deleteObject } from './registry/delete.ts';
import { deleteCollection } from './registry/delete-collection.ts';
import { getObject } from './registry/get.ts';
import { listObjects } from './registry/list.ts';
import { patchObject } from './registry/patch.ts';
import { updateObject } from './registry/update.ts';
import { watchObjects } from './registry/watch.ts';
import type { RequestInfo } from './request-info.ts';
import type { Handler, RequestScope } from './request-scope.ts';
import type { ServerContext } from './server-context.ts';
import { connect } from './subresources/connect.ts';
import { createSubresource } from './subresources/create.ts';
import { LATE_SCALE } from './subresources/late-scale.ts';
import { createVirtual, getVirtual, listVirtual } from './subresources/virtual.ts';

/** Routes a request to what serves its resource. @throws {StatusError} NotFound, MethodNotAllowed, NotAcceptable, … */
export async function dispatch(
  server: ServerContext,
  request: ApiRequest,
  info: RequestInfo,
  resource: Resource,
  user: UserInfo,
): Promise<ApiResponse> {
  const { definition } = resource;
  // What others serve without keeping it, as metrics, has no objects to be routed to.
  const custom = isCustom(definition) && definition.virtual === undefined;
  if (custom && !inScope(definition, info)) return PAGE_NOT_FOUND;
  const handler = custom ? customHandler(resource, info) : builtInHandler(resource, info);

  const isConnect = handler === connect;
  if (info.method === 'PATCH' && !isConnect) patchType(request.headers['content-type'], custom);
  if (custom) checkNamed(info);
  const accept = request.headers['accept'];
  const offered = offeredBy(server, definition, handler);
  const output = negotiate(isConnect ? undefined : accept, offered);
  if (output === undefined) throw notAcceptable(accept ?? '', info.verb === 'list' || info.verb === 'watch', !custom);
  if (output.format === 'yaml' && info.verb === 'watch') throw notStreamable();
  if (needsWhole(resource, request, info, output)) await server.fetched(resource);

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

function offeredBy({ offers }: ServerContext, { schema, virtual }: KindDefinition, handler: Handler) {
  if (isCustom({ schema })) return offers.custom;
  return virtual?.create !== undefined || handler === createSubresource ? offers.posted : offers.builtIn;
}

/** @throws {StatusError} NotFound, MethodNotAllowed */
function builtInHandler(resource: Resource, info: RequestInfo): Handler {
  const handlers = info.subresource === '' ? mainHandlers(resource, info) : subresourceHandlers(resource, info);
  if (handlers === undefined) throw resourceNotFound();
  const handler = handlers[info.method];
  if (handler === undefined) throw methodNotAllowed();
  return handler;
}

/** Objects of most kinds can be read as they are; whatever else is done takes more of a kind than its names. */
const needsWhole = (
  { definition }: Resource,
  { query }: ApiRequest,
  { method, subresource }: RequestInfo,
  { as }: OutputType,
): boolean =>
  definition.fetch !== undefined &&
  (method !== 'GET' ||
    subresource !== '' ||
    definition.storedAs !== undefined ||
    as === 'Table' ||
    query['fieldSelector'] !== undefined);

type Handlers = Readonly<Record<string, Handler | undefined>>;

/** What a path of the resource itself serves, by method. Undefined: there is no such path. */
function mainHandlers(resource: Resource, info: RequestInfo): Handlers | undefined {
  const { namespaced } = resource.definition;
  // The path of a Namespace carries its name as the namespace; any other cluster-scoped kind has none.
  if (!namespaced && info.namespace !== '' && info.resource !== 'namespaces') return undefined;
  const routes = routesOf(resource);
  if (info.pathName !== '') {
    if (namespaced && info.namespace === '') return undefined;
    return info.legacyWatch ? routes.legacyWatch : routes.named;
  }
  if (info.legacyWatch) return routes.legacyWatch;
  const isWatch = info.verb === 'watch';
  if (namespaced && info.namespace === '') return isWatch ? routes.watchAll : routes.listAll;
  return isWatch ? routes.watch : routes.list;
}

/** What the paths of a resource serve; undefined: there is no such path. */
interface Routes {
  readonly named: Handlers | undefined;
  readonly legacyWatch: Handlers | undefined;
  readonly list: Handlers;
  readonly watch: Handlers;
  /** Of a namespaced kind, over all namespaces. */
  readonly listAll: Handlers | undefined;
  readonly watchAll: Handlers | undefined;
}

const routesByResource = new WeakMap<Resource, Routes>();

function routesOf(resource: Resource): Routes {
  let routes = routesByResource.get(resource);
  if (routes === undefined) {
    routes = makeRoutes(resource);
    routesByResource.set(resource, routes);
  }
  return routes;
}

function makeRoutes({ definition: { virtual }, verbs }: Resource): Routes {
  const has = (verb: (typeof verbs)[number], handler: Handler): Handler | undefined =>
    verbs.includes(verb) ? handler : undefined;
  const named = {
    GET: has('get', virtual ? getVirtual : getObject),
    PUT: has('update', updateObject),
    PATCH: has('patch', patchObject),
    DELETE: has('delete', deleteObject),
  };
  const watch = has('watch', watchObjects);
  const list = has('list', virtual ? listVirtual : listObjects);
  const listWatch = watch ?? (list && unwatchable);
  const writes = {
    POST: has('create', virtual ? createVirtual : createObject),
    DELETE: has('deletecollection', deleteCollection),
  };
  const canList = verbs.includes('list');
  return {
    named: named.GET || named.PUT || named.PATCH || named.DELETE ? named : undefined,
    legacyWatch: watch && { GET: watch },
    list: { GET: list, ...writes },
    watch: { GET: listWatch, ...writes },
    listAll: canList ? { GET: list } : undefined,
    watchAll: listWatch && { GET: listWatch },
  };
}

/** A watch of what can be listed alone. */
const unwatchable: Handler = ({ resource: { groupResource } }) => {
  throw methodNotSupported('watch', groupResource);
};

/** What leaves for a node: logs are read, streams are opened, proxies take all methods. */
const CONNECT_READ: Handlers = { GET: connect };
const CONNECT_STREAM: Handlers = { ...CONNECT_READ, POST: connect };
const CONNECT_ALL: Handlers = {
  ...CONNECT_STREAM,
  PUT: connect,
  PATCH: connect,
  DELETE: connect,
  HEAD: connect,
  OPTIONS: connect,
};

function connectHandlers(verbs: readonly string[] = ['create', 'get']): Handlers {
  if (verbs.includes('update')) return CONNECT_ALL;
  return verbs.includes('create') ? CONNECT_STREAM : CONNECT_READ;
}

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
      return { GET: LATE_SCALE.get, PUT: LATE_SCALE.update, PATCH: LATE_SCALE.patch };
    case 'create':
      return { POST: createSubresource };
    case 'connect':
      return connectHandlers(subresource.verbs);
  }
}

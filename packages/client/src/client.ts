import type { KindDefinition } from '@tabernetes/api';
import {
  type ApiRequest,
  type ApiResponse,
  type KubeList,
  type KubeObject,
  type Status,
  StatusError,
  type Transport,
  type UserInfo,
  type WatchSource,
} from '@tabernetes/apimachinery';
import { type ResourceReference, resourcePath } from './resource.ts';

/** Talks to one API server as one user. Objects that come back are frozen and, in process, shared with the server. */
export interface Client {
  /** The objects of one kind. A KindDefinition gives the type: `client.resource(podKind)`. */
  resource<T extends KubeObject>(kind: KindDefinition<T>): ResourceClient<T>;
  resource<T extends KubeObject>(reference: ResourceReference<T>): ResourceClient<T>;
  /** Any request; answers of 400 and above are thrown as StatusError. */
  request(
    request: Omit<ApiRequest, 'headers' | 'query'> & Partial<Pick<ApiRequest, 'headers' | 'query'>>,
  ): Promise<ApiResponse>;
}

export interface ClientOptions {
  /** Whom the server takes us for; in process only. Over HTTP, the transport carries credentials. */
  readonly user?: UserInfo;
  /** Names the writer in managedFields and in audit: `kube-controller-manager`. */
  readonly userAgent: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
}

export interface WatchCallOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

export interface DeleteCallOptions extends CallOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic';

/** Every call throws StatusError when the server refuses. */
export interface ResourceClient<T extends KubeObject> {
  get(name: string, namespace?: string, options?: CallOptions): Promise<T>;
  list(options?: ListOptions): Promise<KubeList<T>>;
  /** The watch begins when its source is started. */
  watch(options?: WatchCallOptions): Promise<WatchSource>;
  create(object: T, options?: WriteOptions): Promise<T>;
  /** PUT; with a resourceVersion in the object, refused with Conflict when it is not the stored one. */
  update(object: T, options?: WriteOptions): Promise<T>;
  updateStatus(object: T, options?: WriteOptions): Promise<T>;
  patch(
    name: string,
    namespace: string | undefined,
    type: PatchType,
    patch: unknown,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<T>;
  /** Server-side apply; `fieldManager` is required. */
  apply(
    object: unknown,
    options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean },
  ): Promise<T>;
  /** Gives back the object while finalizers or a grace period keep it, else a Status. */
  delete(name: string, namespace?: string, options?: DeleteCallOptions): Promise<T | Status>;
  deleteCollection(options?: ListOptions & DeleteCallOptions): Promise<unknown>;
  /** POST to a sub-resource: binding, eviction, token. */
  createSubresource(
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: unknown,
    options?: WriteOptions,
  ): Promise<unknown>;
}

export function createClient(transport: Transport, options: ClientOptions): Client {
  const { user, userAgent } = options;
  const agent = { 'user-agent': userAgent };
  const checked = async (asked: ApiRequest): Promise<ApiResponse> => {
    const response = await transport.request(asked);
    if (response.status >= 400) throw refusal(response);
    return response;
  };

  const request: Client['request'] = (partial) =>
    checked({
      ...partial,
      query: partial.query ?? {},
      headers: { ...agent, ...partial.headers },
      ...(user && { user }),
    });

  const object = async <R>(
    method: string,
    path: string,
    query: Record<string, string>,
    { body, contentType, signal }: { body?: unknown; contentType?: string; signal?: AbortSignal | undefined },
  ): Promise<R> => {
    // Every call of every component comes by here: built part by part, since each conditional spread is a slow copy.
    const asked: Mutable<ApiRequest> = {
      method,
      path,
      query,
      headers: contentType === undefined ? agent : { 'user-agent': userAgent, 'content-type': contentType },
    };
    if (body !== undefined) asked.body = { kind: 'object', object: body };
    if (signal) asked.signal = signal;
    if (user) asked.user = user;
    const response = await transport.request(asked);
    if (response.status >= 400) throw refusal(response);
    if (response.body.kind !== 'object')
      throw new Error(`${method} ${path} was answered with ${response.body.kind}, not with an object`);
    return response.body.object as R;
  };

  function resource<T extends KubeObject>(reference: ResourceReference<T> | KindDefinition<T>): ResourceClient<T> {
    const path = (namespace?: string, name?: string, subresource?: string): string =>
      resourcePath(reference, namespace, name, subresource);
    // Whoever creates many objects creates them in one namespace; a text that is the same each time need not be put together and read again.
    let last = { namespace: '', path: path('') };
    const collectionOf = ({ metadata: { namespace = '' } }: T): string => {
      if (last.namespace !== namespace) last = { namespace, path: path(namespace) };
      return last.path;
    };
    const pathOf = (o: T, subresource?: string): string =>
      path(o.metadata.namespace, o.metadata.name ?? '', subresource);
    return {
      get: (name, namespace, { signal } = {}) => object('GET', path(namespace, name), {}, { signal }),
      list: (list = {}) => object('GET', path(list.namespace), listQuery(list), { signal: list.signal }),
      async watch(watch = {}) {
        const response = await request({
          method: 'GET',
          path: path(watch.namespace),
          query: { ...listQuery(watch), ...watchQuery(watch) },
          ...(watch.signal && { signal: watch.signal }),
        });
        if (response.body.kind !== 'watch') throw new Error('the server did not answer with a watch');
        return response.body.watch;
      },
      create: (o, write = {}) =>
        object('POST', collectionOf(o), writeQuery(write), {
          body: o,
          contentType: JSON_TYPE,
          signal: write.signal,
        }),
      update: (o, write = {}) =>
        object('PUT', pathOf(o), writeQuery(write), { body: o, contentType: JSON_TYPE, signal: write.signal }),
      updateStatus: (o, write = {}) =>
        object('PUT', pathOf(o, 'status'), writeQuery(write), {
          body: o,
          contentType: JSON_TYPE,
          signal: write.signal,
        }),
      patch: (name, namespace, type, patch, write = {}) =>
        object('PATCH', path(namespace, name, write.subresource), writeQuery(write), {
          body: patch,
          contentType: PATCH_TYPES[type],
          signal: write.signal,
        }),
      apply: (o, apply) =>
        object(
          'PATCH',
          pathOf(o as T),
          { ...writeQuery(apply), ...(apply.force && { force: 'true' }) },
          { body: o, contentType: APPLY_TYPE, signal: apply.signal },
        ),
      delete: (name, namespace, del = {}) =>
        object(
          'DELETE',
          path(namespace, name),
          {},
          { body: deleteOptions(del), contentType: JSON_TYPE, signal: del.signal },
        ),
      deleteCollection: (del = {}) =>
        object('DELETE', path(del.namespace), listQuery(del), {
          body: deleteOptions(del),
          contentType: JSON_TYPE,
          signal: del.signal,
        }),
      createSubresource: (name, namespace, subresource, body, write = {}) =>
        object('POST', path(namespace, name, subresource), writeQuery(write), {
          body,
          contentType: JSON_TYPE,
          signal: write.signal,
        }),
    };
  }
  return { resource, request };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const JSON_TYPE = 'application/json';
const APPLY_TYPE = 'application/apply-patch+yaml';
const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

function listQuery(options: ListOptions): Record<string, string> {
  const query: Record<string, string> = {};
  if (options.labelSelector) query['labelSelector'] = options.labelSelector;
  if (options.fieldSelector) query['fieldSelector'] = options.fieldSelector;
  if (options.resourceVersion !== undefined) query['resourceVersion'] = options.resourceVersion;
  if (options.resourceVersionMatch) query['resourceVersionMatch'] = options.resourceVersionMatch;
  if (options.limit !== undefined) query['limit'] = String(options.limit);
  if (options.continue) query['continue'] = options.continue;
  return query;
}

function watchQuery(options: WatchCallOptions): Record<string, string> {
  const query: Record<string, string> = { watch: 'true' };
  if (options.allowWatchBookmarks) query['allowWatchBookmarks'] = 'true';
  if (options.sendInitialEvents !== undefined) query['sendInitialEvents'] = String(options.sendInitialEvents);
  if (options.timeoutSeconds !== undefined) query['timeoutSeconds'] = String(options.timeoutSeconds);
  return query;
}

function writeQuery(options: WriteOptions): Record<string, string> {
  const query: Record<string, string> = {};
  if (options.dryRun) query['dryRun'] = 'All';
  if (options.fieldManager) query['fieldManager'] = options.fieldManager;
  if (options.fieldValidation) query['fieldValidation'] = options.fieldValidation;
  return query;
}

function deleteOptions(options: DeleteCallOptions): unknown {
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(options.gracePeriodSeconds !== undefined && { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.propagationPolicy && { propagationPolicy: options.propagationPolicy }),
    ...(options.preconditions && { preconditions: options.preconditions }),
    ...(options.dryRun && { dryRun: ['All'] }),
  };
}

function refusal(response: ApiResponse): StatusError {
  if (response.body.kind === 'object') return new StatusError(response.body.object as Status);
  const message = response.body.kind === 'text' ? response.body.text.trim() : `HTTP ${response.status}`;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    code: response.status,
  });
}

import {
  type ApiResponse,
  badRequest,
  expired,
  failure,
  type KubeObject,
  type ListMeta,
  StatusError,
} from '@tabernetes/apimachinery';
import { type RangeResult, StoreError } from '@tabernetes/storage';
import type { Resource } from '../kinds.ts';
import { type ListOptions, listOptions } from '../list-options.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ServerContext } from '../server-context.ts';
import { respondList } from '../transform.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { readAtLeast } from './fresh.ts';
import { keyOf, keyRoot } from './keys.ts';
import { type Predicate, predicate } from './predicate.ts';
import { parseResourceVersion } from './resource-version.ts';
import { fromStored, shownSoon } from './versions.ts';

/** GET of many objects. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list */
export async function listObjects(scope: RequestScope): Promise<ApiResponse> {
  const options = listOptions(scope.request.query, false);
  const wanted = predicate(scope.definition, options.labelSelector, options.fieldSelector, '');
  const page = await listPage(scope.server, scope.resource, scope.namespace, wanted, options, scope.request.signal);
  return respondList(scope, page.items, page.metadata);
}

/** One page of a list, all from one revision. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly metadata: ListMeta;
  readonly revision: number;
}

/** @throws {StatusError} BadRequest, Expired, Timeout */
export async function listPage(
  server: ServerContext,
  resource: Resource,
  requestNamespace: string,
  wanted: Predicate,
  options: ListOptions,
  signal?: AbortSignal,
): Promise<ListPage> {
  // What is served from any recent state is served whole; a list that goes on is not.
  const isAny = options.resourceVersion === '0' && options.continue === '';
  const limit = isAny || options.limit < 0 ? 0 : options.limit;
  const namespace = requestNamespace || (resource.definition.namespaced ? (wanted.namespace ?? '') : '');
  const prefix = keyRoot(resource, namespace);
  const at = listRevision(options, prefix, limit);

  const isOne = wanted.name !== undefined && (namespace !== '' || !resource.definition.namespaced);
  if (isOne && at.startKey === undefined) return getOne(server, resource, namespace, wanted, at, signal);

  const read = () => readRange(server, prefix, wanted, limit, at);
  const range = at.atLeast === 0 ? await read() : await readAtLeast(server, at.atLeast, signal, read);
  if (resource.definition.storedAs?.convert)
    await shownSoon(
      resource,
      range.kvs.map(({ value }) => value),
    );
  return pageOf(resource, prefix, wanted, limit, range);
}

/** Where a list reads: at a revision of the past, from a key on, or now but not before `atLeast`. */
interface ReadAt {
  readonly revision: number | undefined;
  readonly startKey: string | undefined;
  readonly atLeast: number;
}

function listRevision(options: ListOptions, prefix: string, limit: number): ReadAt {
  const { resourceVersion, resourceVersionMatch } = options;
  if (options.continue !== '') {
    const { revision, startKey } = decodeContinue(options.continue, prefix);
    if (resourceVersion !== '' && resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return { revision: revision > 0 ? revision : undefined, startKey, atLeast: 0 };
  }
  const isExact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && limit > 0);
  if (!isExact) return { revision: undefined, startKey: undefined, atLeast: parseResourceVersion(resourceVersion) };
  const exact = parseExact(resourceVersion);
  return { revision: exact > 0 ? exact : undefined, startKey: undefined, atLeast: 0 };
}

function parseExact(resourceVersion: string): number {
  try {
    return parseResourceVersion(resourceVersion);
  } catch (error) {
    if (error instanceof StatusError) throw badRequest(`invalid resource version: ${error.message}`);
    throw error;
  }
}

async function getOne(
  server: ServerContext,
  resource: Resource,
  namespace: string,
  wanted: Predicate,
  at: ReadAt,
  signal: AbortSignal | undefined,
): Promise<ListPage> {
  const key = keyOf(resource, namespace, wanted.name ?? '');
  const options = at.revision === undefined ? undefined : { revision: at.revision };
  const read = () => guarded(key, at, () => server.store.get(key, options));
  const { revision, kv } = at.atLeast === 0 ? await read() : await readAtLeast(server, at.atLeast, signal, read);
  const shown = kv && shownSoon(resource, [kv.value]);
  if (shown !== undefined) await shown;
  const object = kv && fromStored(resource, kv.value);
  const items = object !== undefined && wanted.matches(object) ? [object] : [];
  return { items, metadata: { resourceVersion: String(at.revision ?? revision) }, revision };
}

function readRange(
  server: ServerContext,
  prefix: string,
  wanted: Predicate,
  limit: number,
  { revision, startKey, atLeast }: ReadAt,
): Promise<RangeResult<KubeObject>> {
  return guarded(prefix, { revision, startKey, atLeast }, () =>
    server.store.range(prefix, {
      ...(revision !== undefined && { revision }),
      ...(startKey !== undefined && { startKey }),
      // With a selector nobody can tell how many keys a page takes.
      ...(limit > 0 && wanted.empty && { limit }),
    }),
  );
}

function pageOf(
  resource: Resource,
  prefix: string,
  wanted: Predicate,
  limit: number,
  { revision, kvs, count }: RangeResult<KubeObject>,
): ListPage {
  const isConverted = resource.definition.storedAs !== undefined;
  const items: KubeObject[] = [];
  let last: string | undefined;
  let left = count - kvs.length;
  for (let i = 0; i < kvs.length; i += 1) {
    const kv = kvs[i];
    if (kv === undefined) break;
    if (limit > 0 && items.length >= limit) {
      left += kvs.length - i;
      break;
    }
    last = kv.key;
    const object = isConverted ? fromStored(resource, kv.value) : kv.value;
    if (wanted.empty || wanted.matches(object)) items.push(object);
  }
  const resourceVersion = String(revision);
  if (left <= 0 || last === undefined) return { items, metadata: { resourceVersion }, revision };
  return {
    items,
    metadata: {
      resourceVersion,
      // Immediately behind the last key.
      continue: encodeContinue(`${last}\u0000`, prefix, revision),
      ...(wanted.empty && { remainingItemCount: left }),
    },
    revision,
  };
}

/** Reads, and words the store's refusals as a list does. */
async function guarded<R>(prefix: string, at: ReadAt, read: () => Promise<R>): Promise<R> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Upstream lets etcd's own words through.
    if (error.code === 'futureRevision') {
      throw failure(500, '', 'etcdserver: mvcc: required revision is a future revision');
    }
    if (error.code !== 'compacted') throw error;
    if (at.startKey === undefined) throw expired('The resourceVersion for the provided list is too old.');
    throw expiredContinue(at.startKey, prefix);
  }
}

/** The rest of a list whose revision is gone can be had from the present, by the token in this refusal. */
function expiredContinue(startKey: string, prefix: string): StatusError {
  const { status } = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return new StatusError({ ...status, metadata: { continue: encodeContinue(startKey, prefix, -1) } });
}

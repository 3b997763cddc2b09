import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type ApiRequest, type ApiResponse, encodeJson, methodNotAllowed } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import { isBuiltIn, type Kinds } from '../kinds.ts';
import { isRoutable, negotiate, notAcceptable } from '../negotiation.ts';
import type { PathHandler } from '../nonresource/path-handler.ts';
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts';
import { groups } from './entries.ts';

export interface DiscoveryOptions {
  /** What `/api` tells clients inside the cluster to dial. Default `172.18.0.1:6443`. */
  readonly serverAddress?: string;
}

/**
 * `/api`, `/apis`, `/apis/GROUP`, `/api/v1` and `/apis/GROUP/VERSION`, plain and aggregated. Documents are made when
 * they are first asked for and kept until the kinds change; clients that have the same aggregated one are told so (304).
 */
export function discoveryPaths(options: DiscoveryOptions = {}): PathHandler {
  const { serverAddress = '172.18.0.1:6443' } = options;
  let generation = -1;
  let made = new Map<string, Document | undefined>();

  const document = (kinds: Kinds, id: string, make: () => unknown, contentType?: string): Document | undefined => {
    if (kinds.generation !== generation) {
      generation = kinds.generation;
      made = new Map();
    }
    if (!made.has(id)) made.set(id, documentOf(make(), contentType));
    return made.get(id);
  };

  return {
    handle(request, { kinds, offers }) {
      const [root, first, second, more] = request.path.replace(/^\/|\/$/g, '').split('/');
      if ((root !== 'api' && root !== 'apis') || more !== undefined) return undefined;
      const core = root === 'api';
      const accept = request.headers['accept'] ?? '';
      // Paths of the router's own are read with GET alone; the others do not look at the method.
      const routed = core || (second !== undefined && isBuiltIn(kinds, first ?? ''));
      const answer = (document: Document | undefined): ApiResponse | undefined => {
        if (document === undefined) return undefined;
        if (routed && request.method !== 'GET') throw methodNotAllowed();
        const isFound = document.contentType !== undefined || negotiate(accept, offers.plain) !== undefined;
        if (!isFound || (routed && accept !== '' && !isRoutable(accept))) throw notAcceptable(accept, false, routed);
        return answerTo(request, document);
      };
      if (first === undefined) {
        const wanted = request.path === '/apis/' ? undefined : aggregatedVersion(accept);
        if (wanted !== undefined) {
          const type = `application/json;g=apidiscovery.k8s.io;v=${wanted};as=APIGroupDiscoveryList`;
          const make = () => aggregated(kinds, core, `apidiscovery.k8s.io/${wanted}`);
          return answer(document(kinds, `${root} ${wanted}`, make, type));
        }
        return answer(document(kinds, root, () => (core ? apiVersions(serverAddress) : apiGroupList(kinds))));
      }
      if (core && second !== undefined) return undefined;
      if (core) return answer(document(kinds, `${root}/${first}`, () => apiResourceList(kinds, '', first)));
      if (second === undefined) return answer(document(kinds, first, () => apiGroup(kinds, first)));
      return answer(document(kinds, `${first}/${second}`, () => apiResourceList(kinds, first, second)));
    },
    paths: ({ kinds }) => [
      '/api',
      '/api/v1',
      '/apis',
      '/apis/',
      ...groups(kinds).flatMap(({ group, versions }) => [
        `/apis/${group}`,
        ...versions.map((v) => `/apis/${group}/${v}`),
      ]),
    ],
  };
}

interface Document {
  readonly object: unknown;
  /** Only of aggregated documents, whose clients look for it. */
  readonly contentType: string | undefined;
  readonly etag: string;
}

function documentOf(value: unknown, contentType: string | undefined): Document | undefined {
  if (value === undefined) return undefined;
  const object = deepFreeze(value);
  const hash = bytesToHex(sha512(utf8ToBytes(encodeJson(object as object)))).toUpperCase();
  return { object, contentType, etag: `"${hash}"` };
}

function answerTo(request: ApiRequest, document: Document): ApiResponse {
  const { object, contentType, etag } = document;
  if (contentType === undefined) return { status: 200, headers: {}, body: { kind: 'object', object } };
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: { kind: 'empty' } };
  return { status: 200, headers, body: { kind: 'object', object, contentType } };
}

/** `v2` or `v2beta1` when the client would rather have everything at once. */
function aggregatedVersion(accept: string): string | undefined {
  for (const clause of accept.split(',')) {
    const [type, ...parameters] = clause.split(';').map((p) => p.trim());
    if (type !== 'application/json' && type !== '*/*') continue;
    const has = (p: string): boolean => parameters.includes(p);
    if (!has('g=apidiscovery.k8s.io') || !has('as=APIGroupDiscoveryList')) continue;
    if (has('v=v2')) return 'v2';
    if (has('v=v2beta1')) return 'v2beta1';
  }
  return undefined;
}

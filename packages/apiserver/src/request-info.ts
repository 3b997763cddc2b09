import { recentCache } from '@tabernetes/apimachinery';

/**
 * What a request asks for, told from its method and path alone.
 *
 *   GET  /api/v1/namespaces/demo/pods            list    pods
 *   GET  /apis/apps/v1/namespaces/demo/deployments/web/scale   get   deployments/scale
 *   POST /api/v1/namespaces/demo/pods/web/proxy/a/b            create pods/proxy, rest ["a", "b"]
 *   GET  /api/v1/watch/namespaces/demo/pods      watch   pods (legacy)
 *   GET  /healthz                                a path, not a resource
 *
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go
 */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  /** Lower-case method for paths outside of the API. */
  readonly verb: string;
  readonly method: string;
  readonly group: string;
  readonly version: string;
  /** Empty: cluster-wide. Of a Namespace it is its own name. */
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  /** From the path, or from a field selector of one name. */
  readonly name: string;
  /** As sent, of lists, watches and deletions of collections; else empty. */
  readonly fieldSelector: string;
  /** From the path alone. */
  readonly pathName: string;
  /** Path segments behind the sub-resource (proxy). */
  readonly rest: readonly string[];
  /** The path was `/watch/…`. */
  readonly legacyWatch: boolean;
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Never throws: what is no resource path is a path. */
export function requestInfo(method: string, path: string, query: Readonly<Record<string, string>>): RequestInfo {
  // What a POST asks for stands in its path alone; and most creations are of few kinds in few namespaces.
  if (method !== 'POST' || path.length > MAX_KNOWN_LENGTH) return parsed(method, path, query);
  let info = creations.get(path);
  if (info === undefined) {
    info = parsed(method, path, query);
    if (info.pathName === '') creations.set(path, info);
  }
  return info;
}

/** Pure answers; bounded, for paths are the clients' to choose. */
const creations = recentCache<RequestInfo>(256);
const MAX_KNOWN_LENGTH = 256;

function parsed(method: string, path: string, query: Readonly<Record<string, string>>): RequestInfo {
  const parts = segments(path);
  const isCore = parts[0] === 'api';
  const head = isCore ? 2 : 3; // /api/v1/… or /apis/group/version/…
  if ((!isCore && parts[0] !== 'apis') || parts.length <= head) return nonResource(method, path);

  const group = isCore ? '' : (parts[1] ?? '');
  const version = parts[head - 1] ?? '';
  let at = head;
  let verb = METHOD_VERBS[method] ?? '';
  const legacyWatch = parts[at] === 'watch';
  if (legacyWatch) {
    if (parts.length <= at + 1) return nonResource(method, path);
    verb = 'watch';
    at += 1;
  }

  let namespace = '';
  let resource = parts[at] ?? '';
  if (resource === 'namespaces') {
    if (parts.length > at + 1) {
      namespace = parts[at + 1] ?? '';
      const next = parts[at + 2];
      // /namespaces/demo/pods: the resource follows; /namespaces/demo/status: the Namespace itself is meant.
      if (next !== undefined && next !== 'status' && next !== 'finalize') {
        resource = next;
        at += 2;
      }
    }
  }
  const pathName = parts[at + 1] ?? '';
  let name = pathName;
  const subresource = parts[at + 2] ?? '';
  const rest = parts.length > at + 3 ? parts.slice(at + 3) : NOTHING;

  if (name === '' && (verb === 'get' || verb === 'delete')) {
    if (verb === 'get') verb = isWatch(query) ? 'watch' : 'list';
    else verb = 'deletecollection';
  }
  // A field selector of one name narrows the request to that name, for authorization and its messages.
  if (name === '' && !legacyWatch && (verb === 'list' || verb === 'watch'))
    name = nameOfFieldSelector(query['fieldSelector']);
  return {
    isResource: true,
    path,
    verb,
    method,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    fieldSelector:
      verb === 'list' || verb === 'watch' || verb === 'deletecollection' ? (query['fieldSelector'] ?? '') : '',
    pathName,
    rest,
    legacyWatch,
  };
}

const NOTHING: readonly string[] = [];

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    method,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    fieldSelector: '',
    pathName: '',
    rest: NOTHING,
    legacyWatch: false,
  };
}

function segments(path: string): string[] {
  const start = path.charCodeAt(0) === 47 ? 1 : 0;
  const end = path.length > start && path.charCodeAt(path.length - 1) === 47 ? path.length - 1 : path.length;
  const parts = path.slice(start, end).split('/');
  return path.includes('%') ? parts.map(decode) : parts;
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray percent sign means itself
  }
}

/** Go's reading of a boolean query value: present and neither `0` nor `false`. */
function isWatch(query: Readonly<Record<string, string>>): boolean {
  const value = query['watch'];
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false';
}

function nameOfFieldSelector(selector: string | undefined): string {
  if (selector === undefined || !selector.includes('metadata.name')) return '';
  for (const term of selector.split(',')) {
    const found = /^\s*metadata\.name\s*==?\s*([^=!\s,]+)\s*$/.exec(term);
    if (found?.[1] !== undefined) return found[1];
  }
  return '';
}

/** Watches, and what is streamed to and from nodes: requests that end when somebody ends them. */
export const isLongRunning = ({ verb, subresource }: RequestInfo): boolean =>
  verb === 'watch' || STREAMED.has(subresource);

const STREAMED: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

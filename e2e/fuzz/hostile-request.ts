import type { Rng } from '@tabernetes/base';
import type { Json } from '../mutate.ts';
import { hostileBody, PATCH_TYPES } from './bodies.ts';
import { chance, hostileName, hostileText, pick } from './pools.ts';

export interface HostileRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HostileWorld {
  /** Groups, versions, plurals and sub-resources that are served. */
  readonly resources: readonly HostileResource[];
  /** Bearer tokens: forged, of others, of other clusters. */
  readonly tokens: readonly string[];
}

export interface HostileResource {
  /** `/apis/apps/v1` */
  readonly path: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** Good ones, to be changed for the worse. */
  readonly objects: readonly Json[];
}

/** A request as no client sends it; most are nearly right, as only those get far. */
export function hostileRequest(rng: Rng, world: HostileWorld): HostileRequest {
  const resource = pick(world.resources, rng);
  const toObject = chance(60, rng);
  const fitting = toObject
    ? ['GET', 'PUT', 'PATCH', 'PATCH', 'PATCH', 'DELETE']
    : ['GET', 'POST', 'POST', 'POST', 'DELETE'];
  const method = pick(chance(90, rng) ? fitting : METHODS, rng);
  const path = chance(8, rng) ? wildPath(rng) : resourcePath(rng, resource, toObject);
  const query = chance(30, rng) ? `?${hostileQuery(rng)}` : '';
  const type = pick(method === 'PATCH' ? PATCH_TYPES : TYPES, rng);
  const headers: Record<string, string> = { 'content-type': type };
  if (chance(12, rng)) Object.assign(headers, hostileHeaders(rng, world));
  const hasBody = method === 'DELETE' ? chance(20, rng) : method !== 'GET' && method !== 'HEAD' && chance(95, rng);
  // Mostly what belongs there, else what belongs elsewhere.
  const { objects } = chance(85, rng) ? resource : pick(world.resources, rng);
  return { method, path: path + query, headers, ...(hasBody && { body: hostileBody(rng, type, objects) }) };
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY'];

const TYPES = [
  ...Array.from({ length: 12 }, () => 'application/json'),
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data; boundary=x',
  '',
];

function wildPath(rng: Rng): string {
  const parts = Array.from({ length: rng.int(9) }, () => pick(PARTS, rng));
  const path = `/${parts.join('/')}`;
  return chance(5, rng) ? path + '/x'.repeat(5000) : path;
}

const PARTS = [
  'api',
  'apis',
  'v1',
  'apps',
  'namespaces',
  'default',
  'pods',
  'watch',
  'proxy',
  'status',
  'exec',
  'log',
  'openapi',
  'v3',
  'healthz',
  'metrics',
  '.well-known',
  'logs',
  'debug',
  '',
  '.',
  '..',
  '%2e%2e',
  '%2f',
  '%00',
  '%',
  '%c0%af',
  '%E0%A4%A',
  '__proto__',
  'constructor',
  encodeURIComponent('😀'),
  ';',
  ':',
  '@',
  '*',
];

function resourcePath(rng: Rng, resource: HostileResource, toObject: boolean): string {
  const { path, plural, namespaced, subresources } = resource;
  const name = (): string => encodeURIComponent(hostileName(rng));
  const scope = namespaced && chance(95, rng) ? `/namespaces/${chance(90, rng) ? 'default' : name()}` : '';
  const watch = chance(2, rng) ? '/watch' : '';
  const below = toObject && chance(25, rng) ? `/${pick([...subresources, ...subresources, ...BELOW], rng)}` : '';
  return `${path}${watch}${scope}/${plural}${toObject ? `/${name()}` : ''}${below}`;
}

const BELOW = ['status', 'scale', 'proxy/../../x', 'token', 'approval', 'eviction', 'binding', 'x/y/z', 'exec', 'log'];

function hostileQuery(rng: Rng): string {
  const pairs = Array.from({ length: 1 + rng.int(4) }, () => {
    const value = chance(80, rng) ? encodeURIComponent(hostileText(rng)) : pick(RAW, rng);
    return `${pick(QUERY, rng)}=${value}`;
  });
  return pairs.join('&');
}

const RAW = ['%', '%zz', '%ff%fe', '+', '&&&', '='];
const QUERY = [
  'watch',
  'limit',
  'continue',
  'labelSelector',
  'fieldSelector',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'allowWatchBookmarks',
  'timeoutSeconds',
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'force',
  'pretty',
  'gracePeriodSeconds',
  'propagationPolicy',
  'orphanDependents',
  'command',
  'container',
  'tailLines',
  'sinceTime',
  'ports',
  'includeObject',
  'verbose',
  '__proto__',
  'constructor',
];

function hostileHeaders(rng: Rng, { tokens }: HostileWorld): Record<string, string> {
  switch (rng.int(6)) {
    case 0:
      return { authorization: `Bearer ${pick(tokens, rng)}` };
    case 1:
      return {
        authorization: pick(
          ['Basic eDp5', 'Bearer', 'bearer  x', 'Bearer x y', ' ', `Bearer ${'a'.repeat(9000)}`],
          rng,
        ),
      };
    case 2:
      return {
        'impersonate-user': pick(
          ['system:admin', 'system:node:node-1', 'system:serviceaccount:a:b', 'system:', ''],
          rng,
        ),
        'impersonate-group': pick(['system:masters', 'system:nodes', ',,,', ' '], rng),
        [`impersonate-extra-${pick(['a', '%zz', '%2f', '__proto__'], rng)}`]: 'x',
        'impersonate-uid': 'u',
      };
    case 3:
      return { accept: pick(ACCEPTS, rng) };
    case 4:
      return { 'user-agent': pick(['curl/8', '', '/', 'kubectl/', 'x'.repeat(3000), '%00/__proto__'], rng) };
    default:
      return {
        'content-length': pick(['0', '-1', '99999999999', 'x'], rng),
        'content-encoding': pick(['gzip', 'br', 'deflate'], rng),
        'transfer-encoding': 'chunked',
        upgrade: 'SPDY/3.1',
        connection: 'Upgrade',
        'x-remote-user': 'admin',
        'x-remote-group': 'system:masters',
      };
  }
}

const ACCEPTS = [
  '*/*',
  '',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=x,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  'application/json;as=__proto__;v=v1;g=meta.k8s.io',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/vnd.kubernetes.protobuf;stream=watch',
  'application/cbor',
  ';;;,,,q=',
  `${'application/json,'.repeat(2000)}x`,
];

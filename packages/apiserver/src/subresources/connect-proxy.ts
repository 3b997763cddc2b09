import {
  type ApiResponse,
  badRequest,
  failure,
  type KubeObject,
  notFound,
  type StatusError,
} from '@tabernetes/apimachinery';
import { fetchedOnce } from '@tabernetes/base';
import type { ProxyTarget } from '../node-connector.ts';
import { stored } from '../registry/get.ts';
import { fromStored } from '../registry/versions.ts';
import type { RequestScope } from '../request-scope.ts';
import { podView } from './pod-view.ts';

/** pods/[SCHEME:]NAME[:PORT]/proxy/… @see pkg/registry/core/pod/strategy.go ResourceLocation */
export async function connectPodProxy(scope: RequestScope): Promise<ApiResponse> {
  const target = parseTarget(scope.info.pathName, 'pod');
  const pod = fromStored(scope.resource, (await stored(scope, target.name)).value);
  const { podIP, firstPort } = podView(pod);
  if (podIP === '' || podIP.startsWith('127.') || podIP.startsWith('169.254.')) throw badRequest('address not allowed');
  const port = target.port === '' ? firstPort || 80 : Number(target.port);
  return proxied(scope, (path) => ({ kind: 'pod', pod, scheme: target.scheme, port, path }), `${podIP}:${port}`);
}

/** services/[SCHEME:]NAME[:PORT]/proxy/… @see pkg/registry/core/service/storage/storage.go ResourceLocation */
export async function connectServiceProxy(scope: RequestScope): Promise<ApiResponse> {
  const { server, namespace, info, resource } = scope;
  const target = parseTarget(info.pathName, 'service');
  let portName = target.port;
  if (/^\d+$/.test(target.port)) {
    const service = (await stored(scope, target.name)).value as ServiceShape;
    const found = service.spec?.ports?.find(({ port }) => port === Number(target.port));
    if (found === undefined) throw unavailable(`no service port ${target.port} found for service "${target.name}"`);
    portName = found.name ?? '';
  }
  const endpoints = await server.reader.get({ group: '', plural: 'endpoints' }, namespace, target.name);
  if (endpoints === undefined) throw notFound(resource.groupResource, target.name);
  const { subsets = [] } = endpoints as EndpointsShape;
  if (subsets.length === 0) throw unavailable(`no endpoints available for service "${target.name}"`);
  const backend = await pickBackend(scope, subsets, portName);
  if (backend === undefined) throw unavailable(`no endpoints available for service "${info.pathName}"`);
  const { pod, port } = backend;
  return proxied(
    scope,
    (path) => ({ kind: 'pod', pod, scheme: target.scheme, port, path }),
    `${podView(pod).podIP}:${port}`,
  );
}

/** nodes/[SCHEME:]NAME[:PORT]/proxy/…: the kubelet, unless a port says otherwise. */
export async function connectNodeProxy(scope: RequestScope): Promise<ApiResponse> {
  const target = parseTarget(scope.info.pathName, 'node');
  const node = fromStored(scope.resource, (await stored(scope, target.name)).value);
  const port = target.port === '' ? 10250 : Number(target.port);
  const { status } = node as {
    readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
  };
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? target.name;
  return proxied(scope, (path) => ({ kind: 'node', node, scheme: target.scheme, port, path }), `${address}:${port}`);
}

interface ServiceShape extends KubeObject {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
}

interface EndpointsShape extends KubeObject {
  readonly subsets?: readonly Subset[];
}

interface Subset {
  readonly addresses?: readonly {
    readonly ip: string;
    readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

/** Any Pod behind the port. Addresses without a Pod are none of the cluster's and not spoken to. */
async function pickBackend(
  { server, namespace }: RequestScope,
  subsets: readonly Subset[],
  portName: string,
): Promise<{ readonly pod: KubeObject; readonly port: number } | undefined> {
  const first = server.rng.int(subsets.length);
  for (let i = 0; i < subsets.length; i += 1) {
    const { addresses = [], ports = [] } = subsets[(first + i) % subsets.length] ?? {};
    const port = ports.find(({ name = '' }) => name === portName);
    if (port === undefined || addresses.length === 0) continue;
    const start = server.rng.int(addresses.length);
    for (let j = 0; j < addresses.length; j += 1) {
      const { ip, targetRef } = addresses[(start + j) % addresses.length] ?? { ip: '' };
      if (targetRef?.kind !== 'Pod' || !targetRef.name) continue;
      const pod = await server.reader.get(
        { group: '', plural: 'pods' },
        targetRef.namespace ?? namespace,
        targetRef.name,
      );
      if (pod !== undefined && podView(pod).podIP === ip) return { pod, port: port.port };
    }
  }
  return undefined;
}

interface Target {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  readonly port: string;
}

/** `web`, `web:80`, `https:web:443`. @throws {StatusError} BadRequest */
function parseTarget(id: string, what: string): Target {
  const parts = id.split(':');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1 && first !== '') return { scheme: 'http', name: first, port: '' };
  if (parts.length === 2 && first !== '') return { scheme: 'http', name: first, port: second };
  if (parts.length === 3 && second !== '' && (first === 'http' || first === 'https' || first === '')) {
    return { scheme: first === 'https' ? 'https' : 'http', name: second, port: third };
  }
  throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
}

const unavailable = (message: string): StatusError => failure(503, 'ServiceUnavailable', message);

async function proxied(scope: RequestScope, target: (path: string) => ProxyTarget, host: string): Promise<ApiResponse> {
  const { server, request, info } = scope;
  const query = new URLSearchParams(request.query).toString();
  if (
    info.rest.length === 0 &&
    !request.path.endsWith('/') &&
    (request.method === 'GET' || request.method === 'HEAD')
  ) {
    // Relative links of what is proxied need the slash.
    const location = `${request.path}/${query && `?${query}`}`;
    return { status: 301, headers: { location }, body: { kind: 'empty' } };
  }
  const path = `/${info.rest.join('/')}${info.rest.length > 0 && request.path.endsWith('/') ? '/' : ''}`;
  if (server.nodes === undefined) {
    throw failure(
      503,
      'ServiceUnavailable',
      `error trying to reach service: dial tcp ${host}: connect: connection refused`,
    );
  }
  const answer = await server.nodes.proxy(target(path), {
    ...request,
    headers: { ...request.headers, 'x-forwarded-uri': request.path },
  });
  if (request.method === 'HEAD' || !leadsOn(answer)) return answer;
  const { proxiedAnswer } = await fetchedOnce(server.clock, () => import('./proxied-answer.ts'))();
  const site = {
    prefix: `/api/v1/${info.namespace === '' ? '' : `namespaces/${info.namespace}/`}${info.resource}/${info.pathName}/proxy`,
    backend: host,
    host: request.headers['host'] ?? '',
  };
  return proxiedAnswer(answer, site);
}

/** Redirections and pages name paths, which are others behind the proxy. */
const leadsOn = ({ headers, body }: ApiResponse): boolean =>
  headers['location'] !== undefined || (body.kind === 'stream' && /^\s*text\/html\s*(;|$)/.test(body.contentType));

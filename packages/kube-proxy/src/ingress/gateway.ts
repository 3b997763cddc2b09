import type { Secret, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import type { Ingress } from '@tabernetes/api/types/networking-v1';
import { decodeBase64 } from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import type { Lister } from '@tabernetes/client';
import type { HttpCall, HttpReply, Net, ServiceBackend, TlsIdentity } from '@tabernetes/node-api';
import { backendsOf } from '../service-rules.ts';
import { BY_SERVICE } from '../slices.ts';
import { findRoute, type IngressRoute, takesHost } from './routes.ts';

export interface GatewayDeps {
  /** The Ingresses that are ours. */
  readonly ingresses: () => readonly Ingress[];
  readonly services: Lister<Service>;
  /** With the index of {@link slicesByService}. */
  readonly endpointSlices: Lister<EndpointSlice>;
  readonly secrets: Lister<Secret>;
  /** Where requests are sent from. */
  readonly net: Pick<Net, 'fetch'>;
  readonly rng: Rng;
}

/** What stands before the cluster's HTTP Services. */
export interface Gateway {
  handle(call: HttpCall): Promise<HttpReply>;
  /** The certificate for a host; undefined: no Ingress has one. */
  identity(host: string): TlsIdentity | undefined;
}

/**
 * Sends requests to the Pods behind the Services that Ingresses name, as ingress-nginx does: straight to an endpoint, so that headless
 * Services work too. Plain requests to hosts that have a certificate are redirected.
 */
export function ingressGateway({ ingresses, services, endpointSlices, secrets, net, rng }: GatewayDeps): Gateway {
  const identity = (host: string): TlsIdentity | undefined => {
    for (const { metadata, spec } of ingresses()) {
      for (const { hosts = [], secretName } of spec?.tls ?? []) {
        if (hosts.length > 0 && !hosts.some((each) => takesHost(each, host))) continue;
        const { data } = secrets.get(secretName ?? '', metadata.namespace) ?? {};
        if (data?.['tls.crt'] === undefined || data['tls.key'] === undefined) continue;
        return { certificatePem: textOf(data['tls.crt']), keyPem: textOf(data['tls.key']) };
      }
    }
    return undefined;
  };
  const backends = ({ ingress, backend }: IngressRoute): readonly ServiceBackend[] => {
    const { namespace } = ingress.metadata;
    const name = backend.service?.name ?? '';
    const wanted = backend.service?.port;
    const port = services
      .get(name, namespace)
      ?.spec?.ports?.find((each) =>
        wanted?.name === undefined ? each.port === wanted?.number : each.name === wanted.name,
      );
    if (port === undefined) return [];
    const slices = endpointSlices.byIndex(BY_SERVICE, `${namespace}/${name}`);
    return backendsOf(slices, port.name ?? '').filter(({ ready }) => ready);
  };
  return {
    identity,
    async handle(call) {
      const host = (call.headers['host'] ?? '').replace(/:\d+$/, '');
      const path = call.url.replace(/[?#].*$/, '');
      const route = findRoute(ingresses(), host, path);
      if (route === undefined) return page(404, 'Not Found');
      if (!call.tls && redirects(route.ingress, host)) {
        return { ...page(308, 'Permanent Redirect'), headers: { ...HTML, location: `https://${host}${call.url}` } };
      }
      const usable = backends(route);
      const chosen = usable.length === 0 ? undefined : usable[rng.int(usable.length)];
      if (chosen === undefined) return page(503, 'Service Temporarily Unavailable');
      try {
        const answer = await net.fetch(`http://${chosen.ip}:${chosen.port}${call.url}`, {
          method: call.method,
          headers: forwarded(call, host),
          ...(call.headers['content-length'] !== undefined || call.headers['transfer-encoding'] !== undefined
            ? { body: call.body }
            : {}),
          signal: call.signal,
        });
        const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers;
        return { status: answer.status, headers, body: answer.body };
      } catch (error) {
        const { code } = error as { readonly code?: string };
        return code === 'ETIMEDOUT' ? page(504, 'Gateway Time-out') : page(502, 'Bad Gateway');
      }
    },
  };
}

const HTML = { 'content-type': 'text/html' } as const;

const page = (status: number, title: string): HttpReply => ({
  status,
  headers: HTML,
  body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
});

/** ingress-nginx redirects to HTTPS where the host has a certificate, unless it is told not to. */
function redirects({ metadata, spec }: Ingress, host: string): boolean {
  const { 'nginx.ingress.kubernetes.io/ssl-redirect': redirect } = metadata.annotations ?? {};
  if (redirect === 'false') return false;
  return (spec?.tls ?? []).some(({ hosts = [] }) => hosts.some((each) => takesHost(each, host)));
}

function forwarded({ headers, remote, tls }: HttpCall, host: string): Readonly<Record<string, string>> {
  const { connection: _, ...rest } = headers;
  return {
    ...rest,
    'x-real-ip': remote.ip,
    'x-forwarded-for': remote.ip,
    'x-forwarded-host': host,
    'x-forwarded-port': tls ? '443' : '80',
    'x-forwarded-proto': tls ? 'https' : 'http',
    'x-scheme': tls ? 'https' : 'http',
  };
}

const textOf = (base64: string): string => new TextDecoder().decode(decodeBase64(base64));

import type { KubeObject } from '@tabernetes/apimachinery';
import type { ServerReader } from './server-reader.ts';

/** A Service as the server reaches it: by its address inside the cluster. */
export interface ServiceTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly clusterIP: string;
  /** PEM in base64: who may vouch for what answers. */
  readonly caBundle?: string | undefined;
  /** Whatever certificate is shown will do. */
  readonly insecure?: boolean | undefined;
}

/**
 * The seam through which the server speaks to webhooks and to servers of other APIs. Failures are errors whose message is that of
 * Go's client: `dial tcp 10.96.0.7:443: connect: connection refused`.
 */
export interface ServiceDialer {
  /** Sends an HTTPS request to what stands behind a Service; certificates are the dialer's business. */
  service(target: ServiceTarget, request: Request): Promise<Response>;
  /** The same to an address outside of the cluster; absent: there is no outside. */
  outside?(request: Request): Promise<Response>;
}

/** A request could not be sent, or was not answered; the message is that of Go's client. */
export class DialError extends Error {}

export interface DialDeps {
  readonly reader: ServerReader;
  readonly dialer: ServiceDialer | undefined;
}

interface ServiceShape extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly port: number }[];
  };
}

/**
 * Sends a request to a port of a Service.
 * @throws {DialError}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go ResolveCluster
 */
export async function dialService(
  { reader, dialer }: DialDeps,
  { namespace, name, port, caBundle, insecure }: Omit<ServiceTarget, 'clusterIP'>,
  request: Request,
): Promise<Response> {
  const service = (await reader.get({ group: '', plural: 'services' }, namespace, name)) as ServiceShape | undefined;
  if (service === undefined) throw new DialError(`service "${name}" not found`);
  const { type = 'ClusterIP', clusterIP = '', ports = [] } = service.spec ?? {};
  if (type === 'ExternalName') throw new DialError('services of type ExternalName lead out of the cluster');
  if (clusterIP === 'None') throw new DialError('cannot route to service with ClusterIP "None"');
  if (!ports.some((each) => each.port === port)) {
    throw new DialError(`no service port ${port} found for service "${name}"`);
  }
  if (dialer === undefined) throw new DialError(`dial tcp ${clusterIP}:${port}: connect: connection refused`);
  return await dialed(dialer.service({ namespace, name, port, clusterIP, caBundle, insecure }, request));
}

/** Sends a request out of the cluster, where the host allows it; in the cluster's own machine nothing listens. @throws {DialError} */
export async function dialOutside({ dialer }: DialDeps, request: Request): Promise<Response> {
  if (dialer?.outside) return await dialed(dialer.outside(request));
  const { hostname, port, protocol } = new URL(request.url);
  const at = `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
  if (/^(?:127\.|\[::1\]$)/.test(hostname)) throw new DialError(`dial tcp ${at}: connect: connection refused`);
  if (hostname === 'localhost')
    throw new DialError(`dial tcp 127.0.0.1:${at.split(':').at(-1)}: connect: connection refused`);
  if (/^[\d.]+$|^\[/.test(hostname)) throw new DialError(`dial tcp ${at}: connect: network is unreachable`);
  throw new DialError(`dial tcp: lookup ${hostname}: no such host`);
}

async function dialed(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    throw new DialError(error instanceof Error ? error.message : String(error));
  }
}

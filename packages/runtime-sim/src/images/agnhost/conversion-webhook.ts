import type { HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { target } from '../serve.ts';
import { klog, notes, serveTls, text } from './go-server.ts';

interface Review {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly request?: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly Converted[];
  };
}

/** A custom resource of `stable.example.com`. */
interface Converted {
  readonly apiVersion: string;
  /** v1 */
  readonly hostPort?: string;
  /** v2 */
  readonly host?: string;
  readonly port?: string;
}

/**
 * A server that converts custom resources of `stable.example.com` between v1, which has `hostPort`, and v2, which has `host` and `port`.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/test/images/agnhost/crd-conversion-webhook
 */
export const conversionWebhook = (process: Process): Promise<number> =>
  serveTls(process, async (call) => {
    const { path } = target(call);
    if (path === '/readyz') return text('ok');
    return path === '/crdconvert' ? reviewed(process, call) : text('404 page not found\n', 404);
  });

async function reviewed(process: Process, call: HttpCall): Promise<HttpReply> {
  const refused = async (message: string): Promise<HttpReply> => {
    await klog(process, 'E', 'framework.go:130', message);
    return text(`${message}\n`, 400);
  };
  const contentType = call.headers['content-type'] ?? '';
  if (contentType !== 'application/json') return refused(`invalid Content-Type header \`${contentType}\``);
  const body = await call.text();
  await notes(process, 'framework.go:135', `handling request: ${body}`);
  let review: Review;
  try {
    review = JSON.parse(body);
  } catch (error) {
    return refused(`failed to deserialize body (${body}) with error ${(error as Error).message}`);
  }
  const { kind = '', apiVersion = '', request } = review;
  if (
    kind !== 'ConversionReview' ||
    !/^apiextensions\.k8s\.io\/v1(?:beta1)?$/.test(apiVersion) ||
    request === undefined
  ) {
    const why = `no kind "${kind}" is registered for version "${apiVersion}"`;
    return refused(`failed to deserialize body (${body}) with error ${why}`);
  }
  const { uid, desiredAPIVersion, objects } = request;
  const answer = { kind, apiVersion, request: NO_REQUEST, response: { uid, ...converted(objects, desiredAPIVersion) } };
  const written = `${JSON.stringify(answer)}\n`;
  await notes(process, 'framework.go:196', `sending response: ${written}`);
  return text(written, 200, 'application/json');
}

/** The answer has none. */
const NO_REQUEST = { uid: '', desiredAPIVersion: '', objects: null };

/** All of them, or why one of them cannot be converted. */
function converted(objects: readonly Converted[], apiVersion: string): object {
  try {
    const convertedObjects = objects.map((object) => convert(object, apiVersion));
    return { convertedObjects, result: { metadata: {}, status: 'Success' } };
  } catch (error) {
    if (!(error instanceof Inconvertible)) throw error;
    return { convertedObjects: null, result: { metadata: {}, status: 'Failure', message: error.message } };
  }
}

class Inconvertible extends Error {}

/** @throws {Inconvertible} */
function convert(object: Converted, apiVersion: string): Converted {
  const { apiVersion: from, hostPort, host, port, ...others } = object;
  if (from === apiVersion) {
    throw new Inconvertible(`conversion from a version to itself should not call the webhook: ${apiVersion}`);
  }
  if (from !== V1 && from !== V2) throw new Inconvertible(`unexpected conversion version "${from}"`);
  if (apiVersion !== V1 && apiVersion !== V2) throw new Inconvertible(`unexpected conversion version "${apiVersion}"`);
  if (from === V2) {
    const isSet = host !== undefined || port !== undefined;
    return { ...others, apiVersion, ...(isSet && { hostPort: `${host ?? ''}:${port ?? ''}` }) };
  }
  if (hostPort === undefined) return { ...others, apiVersion };
  const parts = hostPort.split(':');
  const [before = '', behind = ''] = parts;
  if (parts.length !== 2) throw new Inconvertible(`invalid hostPort value \`${hostPort}\``);
  return { ...others, apiVersion, host: before, port: behind };
}

const V1 = 'stable.example.com/v1';
const V2 = 'stable.example.com/v2';

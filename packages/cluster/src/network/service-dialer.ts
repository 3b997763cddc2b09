import { decodeBase64 } from '@tabernetes/apimachinery';
import type { ServiceDialer } from '@tabernetes/apiserver';
import type { Clock } from '@tabernetes/base';
import type { OwnNet } from '@tabernetes/network-sim';
import { goText } from './dial-text.ts';
import { streamOf } from './stream-of.ts';

/** Reaches Services of the sandbox from where the API server stands: webhooks, servers of other APIs. */
export function networkDialer({ net, clock }: { readonly net: OwnNet; readonly clock: Clock }): ServiceDialer {
  return {
    async service({ clusterIP, port, caBundle, insecure }, request) {
      const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
      const headers: Record<string, string> = {};
      request.headers.forEach((value, name) => {
        headers[name] = value;
      });
      try {
        const answer = await net.fetch(request.url, {
          method: request.method,
          headers,
          ...(body && { body }),
          connectTo: { ip: clusterIP, port },
          caPem: caBundle === undefined ? '' : new TextDecoder().decode(decodeBase64(caBundle)),
          insecure: insecure === true,
          signal: request.signal,
        });
        const isEmpty = answer.status === 204 || answer.status === 304 || request.method === 'HEAD';
        return new Response(isEmpty ? null : (streamOf(answer.body) as BodyInit), {
          status: answer.status,
          headers: endToEnd(answer.headers),
        });
      } catch (error) {
        const { hostname } = new URL(request.url);
        throw new Error(goText(error, { address: `${clusterIP}:${port}`, serverName: hostname, nowMs: clock.now() }));
      }
    },
  };
}

/** What the next connection needs no more. */
function endToEnd(headers: Readonly<Record<string, string>>): Headers {
  const found = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'transfer-encoding' && name !== 'connection' && name !== 'keep-alive') found.set(name, value);
  }
  return found;
}

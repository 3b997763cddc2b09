import type { Container, EphemeralContainer, HTTPGetAction } from '@tabernetes/api/types/core-v1';
import type { HttpAnswer, Net } from '@tabernetes/node-api';
import { containerPort } from './container-port.ts';
import { dialText } from './net-errors.ts';

/** What was asked and what came back, or Go's words for why nothing did. */
export type HttpOutcome =
  | {
      readonly status: number;
      /** What a redirect that is not followed says beside; undefined of other answers. */
      readonly redirectBody?: string;
    }
  | { readonly error: string };

/**
 * GET as probes and hooks send it: certificates are not checked, redirects on the same host are followed.
 *
 * @throws {Error} for a port that the container has not got
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/probe/http/http.go
 */
export async function httpGet(
  net: Net,
  action: HTTPGetAction,
  container: Container | EphemeralContainer,
  podIP: string,
  { userAgent, timeoutMs }: { readonly userAgent: string; readonly timeoutMs: number },
): Promise<HttpOutcome> {
  const port = containerPort(container, action.port);
  const host = action.host || podIP;
  const path = action.path ?? '/';
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  let url = `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    let answer: HttpAnswer;
    try {
      answer = await net.fetch(url, { headers, timeoutMs, insecure: true });
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const text =
        code === 'ETIMEDOUT'
          ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
          : dialText(error, `${host}:${port}`);
      return { error: `Get ${JSON.stringify(url)}: ${text}` };
    }
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status > 399) return { status: answer.status };
    const next = location === undefined ? undefined : new URL(location, url);
    // Elsewhere is not asked: that somebody answered is enough.
    if (next?.hostname !== new URL(url).hostname) {
      return { status: answer.status, redirectBody: (await answer.text()).slice(0, MAX_BODY) };
    }
    url = next.href;
  }
  return { error: `Get ${JSON.stringify(url)}: stopped after ${MAX_REDIRECTS} redirects` };
}

const MAX_REDIRECTS = 10;
const MAX_BODY = 10 * 1024;

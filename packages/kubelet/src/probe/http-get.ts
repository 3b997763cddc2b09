import type { Container, EphemeralContainer, HTTPGetAction } from '@tabernetes/api/types/core-v1';
import type { Clock } from '@tabernetes/base';
import type { HttpAnswer, Net } from '@tabernetes/node-api';
import { expiry, PASSED } from '../expiry.ts';
import { containerPort } from './container-port.ts';
import { dialText } from './net-errors.ts';

/** What came back and the beginning of its body, Go's words for why the body broke off, or for why nothing came. */
export type HttpOutcome =
  | { readonly status: number; readonly body: string }
  | { readonly status: number; readonly bodyError: string }
  | { readonly error: string };

/**
 * GET as probes and hooks send it: certificates are not checked, redirects on the same host are followed, and of a
 * body 10 KiB are read. One time limit holds for all of it.
 *
 * @throws {Error} for a port that the container has not got
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/probe/http/http.go
 */
export async function httpGet(
  { net, clock }: { readonly net: Net; readonly clock: Clock },
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
  const deadlineMs = clock.now() + timeoutMs;
  let url = `${(action.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  for (let asked = 1; ; asked++) {
    const failed = (text: string): HttpOutcome => ({ error: `Get ${JSON.stringify(url)}: ${text}` });
    const leave = new AbortController();
    let answer: HttpAnswer;
    try {
      const leftMs = deadlineMs - clock.now();
      answer = await net.fetch(url, { headers, timeoutMs: leftMs, signal: leave.signal, insecure: true });
    } catch (error) {
      const { code } = error as { readonly code?: string };
      return failed(
        code === 'ETIMEDOUT'
          ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
          : dialText(error, `${host}:${port}`),
      );
    }
    const body = await beginning(answer, clock, deadlineMs, leave);
    const { status } = answer;
    const { location } = answer.headers;
    if (location === undefined || !FOLLOWED.has(status)) return { status, ...body };
    let next: URL;
    try {
      next = new URL(location, url);
    } catch {
      const quoted = JSON.stringify(location);
      return failed(`failed to parse Location header ${quoted}: parse ${quoted}: invalid URI for request`);
    }
    // Elsewhere is not asked: that somebody answered is enough.
    if (next.hostname !== new URL(url).hostname) return { status, ...body };
    url = next.href;
    if (asked === MAX_REQUESTS) return failed(`stopped after ${MAX_REQUESTS} redirects`);
  }
}

/** What a body begins with; a server that goes on, or falls silent, is left. */
async function beginning(
  { body }: HttpAnswer,
  clock: Clock,
  deadlineMs: number,
  leave: AbortController,
): Promise<{ readonly body: string } | { readonly bodyError: string }> {
  const limit = expiry(clock, deadlineMs - clock.now(), { background: true });
  const decoder = new TextDecoder();
  const pieces = body[Symbol.asyncIterator]();
  let text = '';
  try {
    while (text.length < MAX_BODY) {
      const piece = await Promise.race([pieces.next(), limit.passed]);
      if (piece === PASSED) {
        return { bodyError: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)' };
      }
      if (piece.done) break;
      text += decoder.decode(piece.value, { stream: true });
    }
    return { body: text.slice(0, MAX_BODY) };
  } catch {
    return { bodyError: 'unexpected EOF' };
  } finally {
    limit.dispose();
    // Whoever still waits for a piece is woken by the abort.
    leave.abort();
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}

/** The statuses that Go's client follows. */
const FOLLOWED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REQUESTS = 10;
const MAX_BODY = 10 * 1024;

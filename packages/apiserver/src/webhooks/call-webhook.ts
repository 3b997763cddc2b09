import type { WebhookClientConfig } from '@tabernetes/api/types/admissionregistration-v1';
import { goQuote } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import { type DialDeps, DialError, dialOutside, dialService } from '../service-dialer.ts';

/** A webhook could not be asked, or gave no answer that can be used. */
export class CallFailure extends Error {}

const MAX_ANSWER_BYTES = 3 * 1024 * 1024;

export type CallDeps = DialDeps & { readonly clock: Clock };

/**
 * Posts a question to an admission webhook.
 * @returns what it answered, as JSON
 * @throws {CallFailure}
 */
export async function callWebhook(
  deps: CallDeps,
  config: WebhookClientConfig,
  question: unknown,
  timeoutMs: number | undefined,
): Promise<unknown> {
  try {
    return await post(deps, config, question, timeoutMs);
  } catch (error) {
    if (error instanceof CallFailure) throw new CallFailure(`failed to call webhook: ${error.message}`);
    throw error;
  }
}

/**
 * The same for any webhook, without a word on what it is for.
 * @param timeoutMs undefined: it may take as long as it likes
 * @throws {CallFailure} in the words of Go's client
 */
export async function post(
  deps: CallDeps,
  { service, url, caBundle }: WebhookClientConfig,
  question: unknown,
  timeoutMs: number | undefined,
): Promise<unknown> {
  const query = timeoutMs === undefined ? '' : `?timeout=${Math.ceil(timeoutMs / 1000)}s`;
  const address = service
    ? `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${pathOf(service.path)}${query}`
    : `${url ?? ''}${query}`;
  const deadline = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : deps.clock.setTimer(timeoutMs, () => deadline.abort(new DialError(TIMED_OUT)));
  try {
    const request = new Request(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, */*',
        'user-agent': 'kube-apiserver-admission',
      },
      body: JSON.stringify(question),
      signal: deadline.signal,
    });
    const answered = service
      ? dialService(
          deps,
          { namespace: service.namespace, name: service.name, port: service.port ?? 443, caBundle },
          request,
        )
      : dialOutside(deps, request);
    const response = await orAborted(answered, deadline.signal);
    const text = await orAborted(response.text(), deadline.signal);
    if (text.length > MAX_ANSWER_BYTES) throw new CallFailure('the response is too large');
    if (!response.ok) throw new CallFailure(statusText(response.status, text));
    return parsed(text);
  } catch (error) {
    if (error instanceof CallFailure) throw error;
    const why = deadline.signal.aborted ? TIMED_OUT : error instanceof Error ? error.message : String(error);
    throw new CallFailure(`Post ${goQuote(address)}: ${why}`);
  } finally {
    timer?.dispose();
  }
}

const TIMED_OUT = 'context deadline exceeded';

const pathOf = (path = ''): string => (path.startsWith('/') ? path : `/${path}`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CallFailure(`couldn't get version/kind; json parse error: invalid character`);
  }
}

/** As client-go words an answer that is not a Status. */
function statusText(code: number, text: string): string {
  switch (code) {
    case 400:
      return 'the server rejected our request for an unknown reason';
    case 401:
      return 'the server has asked for the client to provide credentials';
    case 403:
      return 'unknown';
    case 404:
      return 'the server could not find the requested resource';
    case 405:
      return 'the server does not allow this method on the requested resource';
    case 415:
      return 'the body of the request was in an unknown format - accepted media types include: ';
    case 429:
      return 'the server has received too many requests and has asked us to try again later';
    case 503:
      return 'the server is currently unable to handle the request';
    default:
      return code >= 500
        ? `an error on the server (${goQuote(text.trim() || 'unknown')}) has prevented the request from succeeding`
        : `the server responded with the status code ${code} but did not return more information`;
  }
}

/** What is awaited may not know the signal, or not care. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

import { authoritiesProblem } from '@tabernetes/api';
import type { WebhookClientConfig } from '@tabernetes/api/types/admissionregistration-v1';
import { goQuote } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import { type DialDeps, DialError, dialOutside, dialService } from '../service-dialer.ts';
import { CallFailure } from './call-failure.ts';
import { type JsonObject, type Question, readAnswer } from './webhook-answer.ts';

const MAX_RETRIES = 10;

export type CallDeps = DialDeps & { readonly clock: Clock };

/**
 * Posts a question to an admission webhook.
 * @returns what it answered, an object of the same kind
 * @throws {CallFailure}
 */
export async function callWebhook(
  deps: CallDeps,
  config: WebhookClientConfig,
  question: Question,
  timeoutMs: number | undefined,
): Promise<JsonObject> {
  const problem = config.caBundle ? authoritiesProblem(config.caBundle) : undefined;
  if (problem !== undefined) throw new CallFailure(`could not get REST client: ${problem}`);
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
  question: Question,
  timeoutMs: number | undefined,
): Promise<JsonObject> {
  const query = timeoutMs === undefined ? '' : `?timeout=${Math.ceil(timeoutMs / 1000)}s`;
  const address = service
    ? `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${pathOf(service.path)}${query}`
    : `${url ?? ''}${query}`;
  const deadline = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : deps.clock.setTimer(timeoutMs, () => deadline.abort(new DialError(TIMED_OUT)));
  const send = (): Promise<Response> => {
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
    if (!service) return dialOutside(deps, request);
    const { namespace, name, port = 443 } = service;
    return dialService(deps, { namespace, name, port, caBundle }, request);
  };
  try {
    for (let retries = 0; ; retries++) {
      const response = await orAborted(send(), deadline.signal);
      const text = await orAborted(response.text(), deadline.signal);
      const pauseMs = retries < MAX_RETRIES ? retryAfterMs(response) : undefined;
      if (pauseMs === undefined) return readAnswer(response, text, question);
      await orAborted(pause(deps.clock, pauseMs, deadline.signal), deadline.signal);
    }
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

/** When one that is overloaded, or has failed, wishes to be asked once more; undefined: never. */
function retryAfterMs({ status, headers }: Response): number | undefined {
  const after = headers.get('retry-after') ?? '';
  return (status === 429 || status >= 500) && /^\d+$/.test(after) ? Number(after) * 1000 : undefined;
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(delayMs, resolve);
    signal.addEventListener('abort', () => timer.dispose(), { once: true });
  });
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

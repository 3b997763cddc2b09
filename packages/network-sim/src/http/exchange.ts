import type { FetchOptions, HttpAnswer, HttpCall, HttpHandler, HttpReply, SocketAddress } from '@tabernetes/node-api';
import { failureOnDemand } from '../failure.ts';
import { netError } from '../net-error.ts';
import type { Live, Place } from '../place.ts';
import type { Ways } from '../routing/ways.ts';
import { bodyBytes, bytesOf, endingWith, isWhole, textOf } from './body.ts';
import { statusText } from './status-text.ts';

export interface ExchangeOptions {
  readonly ways: Ways;
  readonly latencyMs: number;
  readonly from: Place;
  readonly to: Place;
  /** Of the client, as the server sees it. */
  readonly remote: SocketAddress;
  readonly tls: boolean;
  readonly onDone: () => void;
}

/**
 * A request and its answer where both ends are ours: what would be bytes on the wire is passed on as it is.
 * @throws {NetError} ECONNRESET when either side goes away before there is an answer
 */
export async function exchange(
  handler: HttpHandler,
  url: URL,
  { method = 'GET', headers = {}, body, signal }: FetchOptions,
  { ways, latencyMs, from, to, remote, tls, onDone }: ExchangeOptions,
): Promise<HttpAnswer> {
  const address = `${url.hostname}:${url.port || (tls ? '443' : '80')}`;
  const gone = new AbortController();
  const sent = bodyBytes(body);
  const call: HttpCall = {
    method,
    url: url.pathname + url.search,
    headers: requestHeaders(url.host, headers, body),
    remote,
    tls,
    body: sent,
    text: () => textOf(sent),
    signal: gone.signal,
  };
  const carried = ways.carry(from, to, latencyMs, signal);
  if (carried !== undefined) await carried;
  // Who has given up meanwhile asks for nothing any more.
  signal?.throwIfAborted();
  const { promise: lost, fail: lose } = failureOnDemand();
  const live: Live = {
    reset() {
      gone.abort();
      lose(netError('ECONNRESET', address));
    },
  };
  const leave = (): void => {
    gone.abort();
    lose(signal?.reason ?? netError('ECONNRESET', address));
  };
  signal?.addEventListener('abort', leave, { once: true });
  from.live.add(live);
  to.live.add(live);
  const done = (): void => {
    from.live.delete(live);
    to.live.delete(live);
    signal?.removeEventListener('abort', leave);
    onDone();
  };
  let reply: HttpReply;
  try {
    if (!from.alive || !to.alive) throw netError('ECONNRESET', address);
    reply = await Promise.race([answer(handler, call, address), lost]);
    const back = ways.carry(to, from, latencyMs);
    if (back !== undefined) await Promise.race([back, lost]);
  } catch (error) {
    gone.abort();
    done();
    throw error;
  }
  const { status = 200, body: replied } = reply;
  const isEmpty = method === 'HEAD' || status === 204 || status === 304;
  const answered = replyHeaders(reply, status);
  let stream: AsyncIterable<Uint8Array>;
  if (isEmpty || isWhole(replied)) {
    done();
    stream = bodyBytes(isEmpty ? undefined : replied);
  } else {
    // An answer that nobody reads holds on to nothing.
    from.live.delete(live);
    to.live.delete(live);
    const pieces = bodyBytes(replied);
    stream = endingWith(following(pieces, { from, to, live, lost, gone, address }), () => {
      gone.abort();
      done();
      // It may be waiting for what never comes.
      void pieces.return(undefined).catch(() => undefined);
    });
  }
  return {
    status,
    statusText: statusText(status),
    headers: answered,
    httpVersion: '1.1',
    body: stream,
    text: () => textOf(stream),
  };
}

/** A server that ends before it answers closes the connection. */
async function answer(handler: HttpHandler, call: HttpCall, address: string): Promise<HttpReply> {
  try {
    return await handler(call);
  } catch {
    throw netError('ECONNRESET', address, 'Empty reply from server');
  }
}

interface Following {
  readonly from: Place;
  readonly to: Place;
  readonly live: Live;
  readonly lost: Promise<never>;
  readonly gone: AbortController;
  readonly address: string;
}

/** Reads on as long as both sides are there. */
async function* following(
  body: AsyncGenerator<Uint8Array>,
  { from, to, live, lost, gone, address }: Following,
): AsyncGenerator<Uint8Array> {
  if (!from.alive || !to.alive) live.reset();
  from.live.add(live);
  to.live.add(live);
  try {
    for (;;) {
      const next = await Promise.race([body.next(), lost]);
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw code === undefined && !gone.signal.aborted ? netError('ECONNRESET', address) : error;
  }
}

function requestHeaders(
  host: string,
  headers: Readonly<Record<string, string>>,
  body: FetchOptions['body'],
): Readonly<Record<string, string>> {
  const lower: Record<string, string> = { host };
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value;
  if (lower['content-length'] === undefined && lower['transfer-encoding'] === undefined) {
    if (!isWhole(body)) lower['transfer-encoding'] = 'chunked';
    else if (body !== undefined && body.length > 0) lower['content-length'] = String(bytesOf(body).length);
  }
  return lower;
}

function replyHeaders({ headers = {}, body }: HttpReply, status: number): Readonly<Record<string, string>> {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value;
  if (status === 204 || status === 304 || lower['content-length'] !== undefined) return lower;
  if (isWhole(body)) lower['content-length'] = String(body === undefined ? 0 : bytesOf(body).length);
  else lower['transfer-encoding'] ??= 'chunked';
  return lower;
}

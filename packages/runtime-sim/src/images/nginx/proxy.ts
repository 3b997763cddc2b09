import type { HttpAnswer, HttpReply } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { bytesOf } from './filters.ts';
import { logError } from './log.ts';
import type { NginxLocation } from './model.ts';
import type { Peer } from './peers.ts';
import type { NginxSettings } from './settings.ts';
import type { Step } from './step.ts';
import { filled } from './variables.ts';
import type { Visit } from './visit.ts';

/** Passes a request on to a server behind, and its answer back. @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html */
export async function passOn(visit: Visit, location: NginxLocation, url: string): Promise<Step> {
  const { settings } = location;
  const [, scheme = 'http', authority = '', uri] = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const peers = visit.running.peers.get(authority);
  const body = await bodyOf(visit, settings);
  if (body === 'too large') return { status: 413 };
  const target = targetOf(visit, location, uri);
  const headers = headersFor(visit, settings, authority);
  const { process, call, method } = visit;
  const tried = new Set<Peer>();
  const beganMs = process.now();
  let failure: 502 | 504 = 502;
  for (;;) {
    const peer =
      settings.nextTries > 0 && tried.size >= settings.nextTries
        ? undefined
        : peers?.next(tried, process.now(), call.remote.ip, process.rng);
    if (peer === undefined) {
      if (tried.size === 0) {
        await logError(
          visit,
          settings,
          'no live upstreams while connecting to upstream',
          `${scheme}://${authority}${target}`,
        );
        visit.upstream.push({ address: authority, status: 502, tookMs: 0 });
      }
      return { status: failure };
    }
    tried.add(peer);
    const address = `${peer.ip}:${peer.port}`;
    peer.active++;
    try {
      const answered = await process.net.fetch(`${scheme}://${authority.replace(/:\d+$/, '')}:${peer.port}${target}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        connectTo: { ip: peer.ip, port: peer.port },
        insecure: true,
        connectTimeoutMs: settings.connectMs,
        timeoutMs: settings.readMs,
        signal: call.signal,
      });
      visit.upstream.push({ address, status: answered.status, tookMs: process.now() - beganMs });
      if (isNext(visit, `http_${answered.status}`, settings) && tried.size < (peers?.count ?? 1)) {
        peers?.failed(peer, process.now());
        continue;
      }
      return passedBack(visit, location, `${scheme}://${authority}${uri ?? ''}`, answered);
    } catch (error) {
      if (!isNetError(error)) throw error;
      const tookMs = process.now() - beganMs;
      const isLate = error.code === 'ETIMEDOUT';
      failure = isLate ? 504 : 502;
      visit.upstream.push({ address, status: failure, tookMs });
      await logError(visit, settings, reasonOf(error.code, tookMs, settings), `${scheme}://${address}${target}`);
      peers?.failed(peer, process.now());
      // What was sent already is not sent twice, unless nothing comes of it that was not there.
      const wasSent =
        error.code !== 'ECONNREFUSED' && error.code !== 'EHOSTUNREACH' && !(isLate && isUnconnected(tookMs, settings));
      if (!isNext(visit, isLate ? 'timeout' : 'error', settings, wasSent)) return { status: failure };
    } finally {
      peer.active--;
    }
  }
}

function isNext({ method }: Visit, what: string, { nextUpstream }: NginxSettings, wasSent = true): boolean {
  if (nextUpstream.includes('off') || !nextUpstream.includes(what)) return false;
  return !wasSent || !['POST', 'LOCK', 'PATCH'].includes(method) || nextUpstream.includes('non_idempotent');
}

/** No connection in time; else it is the answer that did not come. */
const isUnconnected = (tookMs: number, { connectMs, readMs }: NginxSettings): boolean =>
  connectMs !== readMs && Math.abs(tookMs - connectMs) <= 1;

function reasonOf(code: string, tookMs: number, settings: NginxSettings): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connect() failed (111: Connection refused) while connecting to upstream';
    case 'EHOSTUNREACH':
      return 'connect() failed (113: Host is unreachable) while connecting to upstream';
    case 'ETIMEDOUT':
      return `upstream timed out (110: Connection timed out) while ${isUnconnected(tookMs, settings) ? 'connecting to upstream' : 'reading response header from upstream'}`;
    case 'ECONNRESET':
    case 'EPIPE':
      return 'upstream prematurely closed connection while reading response header from upstream';
    default:
      return 'peer closed connection in SSL handshake while SSL handshaking to upstream';
  }
}

/** A `proxy_pass` with a path has that in the place of the location's. */
function targetOf({ call, path, args, changes, method: _ }: Visit, { path: own }: NginxLocation, uri?: string): string {
  const query = args === '' ? '' : `?${args}`;
  if (uri !== undefined) return uri + encodeURI(path.slice(own.length)) + query;
  return changes === 0 ? call.url : encodeURI(path) + query;
}

function headersFor(visit: Visit, settings: NginxSettings, authority: string): Readonly<Record<string, string>> {
  const { connection: _, 'content-length': __, 'transfer-encoding': ___, host: ____, ...given } = visit.call.headers;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given))
    if (settings.underscoresInHeaders || !name.includes('_')) headers[name] = value;
  headers['host'] = authority;
  for (const [name, text] of settings.proxyHeaders) {
    const value = filled(visit, text);
    if (value === '') delete headers[name];
    else headers[name] = value;
  }
  return headers;
}

async function bodyOf(
  { call, method }: Visit,
  { maxBodyBytes }: NginxSettings,
): Promise<Uint8Array | 'too large' | undefined> {
  const { 'content-length': length, 'transfer-encoding': encoding } = call.headers;
  if (
    method !== call.method ||
    (length === undefined && encoding === undefined && (method === 'GET' || method === 'HEAD'))
  )
    return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of call.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (maxBodyBytes > 0 && size > maxBodyBytes) return 'too large';
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(bytesOf(chunk), at);
    at += chunk.length;
  }
  return whole;
}

function passedBack(visit: Visit, location: NginxLocation, url: string, answered: HttpAnswer): Step {
  const { settings } = location;
  const { status } = answered;
  if (settings.interceptErrors && status >= 300 && settings.errorPages.some(({ codes }) => codes.includes(status))) {
    const { location: to } = answered.headers;
    return to === undefined ? { status } : { status, location: to };
  }
  const { connection: _, 'transfer-encoding': __, server: ___, date: ____, ...headers } = answered.headers;
  const to = headers['location'];
  // Without a path nothing stands for the location's, so that the whole of it is what the server behind sees.
  const begins = /^https?:\/\/[^/]+\//.test(url) ? url : `${url}/`;
  const own = /^https?:\/\/[^/]+\//.test(url) ? location.path : '/';
  const isOwn = settings.proxyRedirect && !location.modifier.startsWith('~') && to?.startsWith(begins) === true;
  const reply: HttpReply = {
    status,
    headers: { ...headers, ...(isOwn && to !== undefined && { location: own + to.slice(begins.length) }) },
    body: answered.body,
  };
  return { reply: isOwn ? { ...reply, headers: absolute(visit, settings, reply.headers ?? {}) } : reply };
}

/** Where redirects lead to: with the scheme, the name and the port that clients know. */
export function absolute(
  { call, server, host, port }: Visit,
  settings: NginxSettings,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { location } = headers;
  if (location?.startsWith('/') !== true || !settings.absoluteRedirect) return headers;
  const scheme = call.tls ? 'https' : 'http';
  const name = settings.serverNameInRedirect ? (server.names[0] ?? host) : host;
  const shown = settings.portInRedirect && port !== (call.tls ? 443 : 80) ? `:${port}` : '';
  return { ...headers, location: `${scheme}://${name}${shown}${location}` };
}

import type { Chunk, HttpReply } from '@tabernetes/node-api';
import { Gzip, gzipSync } from 'fflate';
import type { NginxSettings } from './settings.ts';
import type { Visit } from './visit.ts';

/** Tells the charset of texts that do not. @see https://nginx.org/en/docs/http/ngx_http_charset_module.html */
export function withCharset(reply: HttpReply, { charset, charsetTypes }: NginxSettings): HttpReply {
  const type = reply.headers?.['content-type'];
  if (charset === undefined || type === undefined || type.includes('charset=')) return reply;
  if (!charsetTypes.includes('*') && !charsetTypes.includes(type)) return reply;
  return { ...reply, headers: { ...reply.headers, 'content-type': `${type}; charset=${charset}` } };
}

/** Packs what the client takes packed. @see https://nginx.org/en/docs/http/ngx_http_gzip_module.html */
export function compressed(visit: Visit, reply: HttpReply, settings: NginxSettings): HttpReply {
  const { gzip } = settings;
  const { status = 200, headers = {}, body = '' } = reply;
  if (!gzip.on || ![200, 403, 404].includes(status) || headers['content-encoding'] !== undefined) return reply;
  const type = (headers['content-type'] ?? '').replace(/;.*/, '').trim();
  if (!gzip.types.includes('*') && !gzip.types.includes(type)) return reply;
  const length = headers['content-length'] ?? (typeof body === 'string' ? bytesIn(body) : (body as Uint8Array).length);
  if (length !== undefined && Number(length) < gzip.minLength) return reply;
  const varied = gzip.vary ? { ...headers, vary: 'Accept-Encoding' } : headers;
  if (!takesGzip(visit.call.headers['accept-encoding'] ?? '') || !isForProxies(visit, headers, gzip.proxied))
    return { ...reply, headers: varied };
  const { 'content-length': _, 'accept-ranges': __, ...kept } = varied;
  const { etag } = kept;
  return {
    status,
    headers: {
      ...kept,
      ...(etag !== undefined && { etag: etag.startsWith('W/') ? etag : `W/${etag}` }),
      'content-encoding': 'gzip',
    },
    body: visit.method === 'HEAD' ? '' : packed(body),
  };
}

function takesGzip(accepted: string): boolean {
  const [, weight = '1'] = /(?:^|[\s,])(?:gzip|\*)\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(accepted) ?? ['', '0'];
  return Number(weight) > 0;
}

/** Whether an answer may be packed for those who ask through a proxy. */
function isForProxies({ call }: Visit, headers: Readonly<Record<string, string>>, cases: readonly string[]): boolean {
  if (call.headers['via'] === undefined || cases.includes('any')) return true;
  const control = headers['cache-control'] ?? '';
  return cases.some((each) => {
    if (each === 'no-cache' || each === 'no-store' || each === 'private') return control.includes(each);
    if (each === 'expired') return headers['expires'] !== undefined;
    if (each === 'no_last_modified') return headers['last-modified'] === undefined;
    if (each === 'no_etag') return headers['etag'] === undefined;
    return each === 'auth' && call.headers['authorization'] !== undefined;
  });
}

function packed(body: NonNullable<HttpReply['body']>): Uint8Array | AsyncIterable<Uint8Array> {
  if (typeof body === 'string' || body instanceof Uint8Array) return gzipSync(bytesOf(body), { level: 1, mtime: 0 });
  return packedStream(body);
}

async function* packedStream(body: AsyncIterable<Chunk>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  const gzip = new Gzip({ level: 1, mtime: 0 }, (chunk) => {
    made.push(chunk);
  });
  for await (const chunk of body) {
    gzip.push(bytesOf(chunk));
    yield* made;
    made = [];
  }
  gzip.push(new Uint8Array(), true);
  yield* made;
}

export const bytesOf = (chunk: Chunk): Uint8Array =>
  typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;

export const bytesIn = (chunk: Chunk): number => bytesOf(chunk).length;

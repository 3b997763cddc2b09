import type { Connection, HttpCall, HttpHandler, HttpReply } from '@tabernetes/node-api';
import { bodyBytes, bytesOf, isWhole, textOf } from './body.ts';
import { HttpReader } from './reader.ts';
import { statusText } from './status-text.ts';

/** Answers the requests that come over a connection, one after the other, in bytes. */
export async function serveConnection(connection: Connection, handler: HttpHandler, tls: boolean): Promise<void> {
  const reader = new HttpReader(connection);
  const gone = new AbortController();
  try {
    for (;;) {
      const head = await reader.head();
      if (head === undefined) break;
      const [method = '', url = '', version = ''] = head.first.split(' ');
      if (!/^HTTP\/1\.[01]$/.test(version)) {
        await writeReply(connection, method, BAD_REQUEST, false, false);
        break;
      }
      const keep = keepsAlive(version, head.headers['connection']);
      if (head.headers['expect']?.toLowerCase() === '100-continue')
        await connection.write('HTTP/1.1 100 Continue\r\n\r\n');
      const body = reader.body(head.headers, false);
      const call: HttpCall = {
        method,
        url,
        headers: head.headers,
        remote: connection.remote,
        tls,
        body,
        text: () => textOf(body),
        signal: gone.signal,
      };
      const isKept = await writeReply(connection, method, await handler(call), keep, version === 'HTTP/1.1');
      if (!isKept) break;
      // What the handler did not read stands before the next request.
      for (;;) if ((await body.next()).done) break;
    }
    connection.end();
  } catch {
    // The client has gone, or the server was ended in the middle: its kernel resets the connection.
    connection.destroy();
  } finally {
    gone.abort();
  }
}

const BAD_REQUEST: HttpReply = {
  status: 400,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: '400 Bad Request',
};

const keepsAlive = (version: string, connection = ''): boolean =>
  version === 'HTTP/1.1' ? !/\bclose\b/i.test(connection) : /\bkeep-alive\b/i.test(connection);

/** Whether the connection can carry another request. */
async function writeReply(
  connection: Connection,
  method: string,
  { status = 200, headers = {}, body }: HttpReply,
  keep: boolean,
  chunkedAllowed: boolean,
): Promise<boolean> {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const whole = isWhole(body) ? bytesOf(body ?? '') : undefined;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304 && status >= 200;
  const hasLength = names.has('content-length');
  const chunked = whole === undefined && !hasLength && chunkedAllowed;
  const stays = keep && (whole !== undefined || hasLength || chunked);
  let text = `HTTP/1.1 ${status} ${statusText(status)}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  if (whole !== undefined && !hasLength && status !== 204 && status !== 304)
    text += `content-length: ${whole.length}\r\n`;
  if (chunked) text += 'transfer-encoding: chunked\r\n';
  if (!names.has('connection')) text += stays ? '' : 'connection: close\r\n';
  await connection.write(`${text}\r\n`);
  if (!hasBody) return stays;
  if (whole !== undefined) await connection.write(whole);
  else {
    for await (const piece of bodyBytes(body)) {
      if (chunked) await connection.write(`${piece.length.toString(16)}\r\n`);
      await connection.write(piece);
      if (chunked) await connection.write('\r\n');
    }
    if (chunked) await connection.write('0\r\n\r\n');
  }
  return stays && !/\bclose\b/i.test(headers['connection'] ?? headers['Connection'] ?? '');
}

import type { Connection, FetchOptions, HttpAnswer } from '@tabernetes/node-api';
import { netError } from '../net-error.ts';
import { bodyBytes, bytesOf, endingWith, isWhole, textOf } from './body.ts';
import { HttpReader } from './reader.ts';

/** One request over a connection, in bytes; the connection ends with the answer, and `onDone` is called. @throws {NetError} ECONNRESET */
export async function requestOver(
  connection: Connection,
  { pathname, search, host }: URL,
  { method = 'GET', headers = {}, body }: FetchOptions,
  onDone: () => void,
): Promise<HttpAnswer> {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  let text = `${method} ${pathname}${search} HTTP/1.1\r\n`;
  if (!names.has('host')) text += `Host: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  if (!names.has('connection')) text += 'Connection: close\r\n';
  const whole = isWhole(body) ? bytesOf(body ?? '') : undefined;
  const chunked = whole === undefined && !names.has('content-length');
  if (chunked) text += 'Transfer-Encoding: chunked\r\n';
  else if (whole !== undefined && whole.length > 0 && !names.has('content-length'))
    text += `Content-Length: ${whole.length}\r\n`;
  await connection.write(`${text}\r\n`);
  for await (const piece of bodyBytes(body)) {
    if (chunked) await connection.write(`${piece.length.toString(16)}\r\n`);
    await connection.write(piece);
    if (chunked) await connection.write('\r\n');
  }
  if (chunked) await connection.write('0\r\n\r\n');

  const reader = new HttpReader(connection);
  for (;;) {
    const head = await reader.head();
    const { ip, port } = connection.remote;
    if (head === undefined) throw netError('ECONNRESET', `${ip}:${port}`, 'Empty reply from server');
    const [version = '', status = '', ...words] = head.first.split(' ');
    if (!version.startsWith('HTTP/'))
      throw netError('ECONNRESET', `${ip}:${port}`, 'Received HTTP/0.9 when not allowed');
    const code = Number(status);
    if (code >= 100 && code < 200) continue;
    const isEmpty = method === 'HEAD' || code === 204 || code === 304;
    const stream = endingWith(isEmpty ? bodyBytes(undefined) : reader.body(head.headers, true), () => {
      connection.destroy();
      onDone();
    });
    return {
      status: code,
      statusText: words.join(' '),
      headers: head.headers,
      httpVersion: version === 'HTTP/1.0' ? '1.0' : '1.1',
      body: stream,
      text: () => textOf(stream),
    };
  }
}

import type { HttpReply } from '@tabernetes/node-api';
import type { ByteStream } from './plain-connection.ts';

/** The first line and the headers of an HTTP/1.1 message; undefined: none came. */
export async function readHttpHead(
  stream: ByteStream,
): Promise<{ readonly first: string; readonly headers: Readonly<Record<string, string>> } | undefined> {
  const head = await stream.until('\r\n\r\n');
  if (head === undefined) return undefined;
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { first, headers: Object.fromEntries(headers) };
}

/** An answer as bytes; a body that streams ends with the connection. */
export async function* responseBytes({ status = 200, headers = {}, body = '' }: HttpReply): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  const whole = typeof body === 'string' ? encoder.encode(body) : body instanceof Uint8Array ? body : undefined;
  const all = { ...headers, ...(whole && { 'content-length': String(whole.length) }), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  yield encoder.encode(`HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${lines.join('')}\r\n`);
  if (whole !== undefined) yield whole;
  else
    for await (const chunk of body as AsyncIterable<string | Uint8Array>) {
      yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    }
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

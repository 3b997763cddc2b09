import type { Process } from '@tabernetes/node-api';
import { attempt } from '../support/command.ts';
import { concat, decode, encode, readAll } from '../support/input.ts';
import type { Options } from '../support/options.ts';

/** What curl ends with, and tells. */
export class CurlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is sent: data, a file or a form; undefined: nothing. */
export async function requestBody(process: Process, options: Options): Promise<Uint8Array | undefined> {
  if (options.has('F')) return formBody(process, options.values('F'));
  const pieces: Uint8Array[] = [];
  for (const { letter, value } of options.order) {
    if (!'dBUJT'.includes(letter)) continue;
    if (pieces.length > 0) pieces.push(encode(letter === 'J' ? '' : '&'));
    if (letter === 'U') {
      const equals = value.indexOf('=');
      pieces.push(
        encode(
          equals < 0
            ? encodeURIComponent(value)
            : `${value.slice(0, equals + 1)}${encodeURIComponent(value.slice(equals + 1))}`,
        ),
      );
    } else if (letter === 'T') pieces.push(await readAll(process, value));
    else if (value.startsWith('@')) {
      const path = value.slice(1);
      const bytes = await readAll(process, path);
      pieces.push(letter === 'd' ? encode(decode(bytes).replace(/[\r\n]/g, '')) : bytes);
    } else pieces.push(encode(value));
  }
  return pieces.length === 0 ? undefined : concat(pieces);
}

/** What stands between the parts of a form. */
const BOUNDARY = '------------------------d74496d66958873e';

/** The parts of a form: `name=value`, `name=@file` and `name=<file`, with `;type=` behind. */
async function formBody(process: Process, parts: readonly string[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    const [, name, mark, given = '', type] = /^([^=]*)=([@<]?)(.*?)(?:;type=([^;]*))?$/s.exec(part) ?? [];
    if (name === undefined) throw new CurlError(2, `Illegally formatted input field '${part}'`);
    const read = mark === '' ? { value: encode(given) } : attempt(() => process.fs.readFile(given));
    if ('error' in read) throw new CurlError(26, `Failed to open/read local data from file/application`);
    const isFile = mark === '@';
    const fileName = isFile ? `; filename="${given.slice(given.lastIndexOf('/') + 1)}"` : '';
    const kind =
      type ?? (isFile ? (/\.(?:txt|log)$/.test(given) ? 'text/plain' : 'application/octet-stream') : undefined);
    pieces.push(
      encode(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${fileName}\r\n`),
      encode(`${kind === undefined ? '' : `Content-Type: ${kind}\r\n`}\r\n`),
      read.value,
      encode('\r\n'),
    );
  }
  return concat([...pieces, encode(`--${BOUNDARY}--\r\n`)]);
}

/** With what the command line adds and takes away. */
export function requestHeaders(options: Options, hasBody: boolean): Record<string, string> {
  const headers: Record<string, string> = { 'User-Agent': options.value('A') ?? 'curl/8.5.0', Accept: '*/*' };
  if (hasBody && !options.has('T'))
    headers['Content-Type'] = options.has('J') ? 'application/json' : 'application/x-www-form-urlencoded';
  if (options.has('F')) headers['Content-Type'] = `multipart/form-data; boundary=${BOUNDARY}`;
  if (options.has('J')) headers['Accept'] = 'application/json';
  const referer = options.value('e');
  if (referer !== undefined) headers['Referer'] = referer;
  const user = options.value('u');
  if (user !== undefined) headers['Authorization'] = `Basic ${btoa(user)}`;
  const cookie = options.value('b');
  if (cookie !== undefined) headers['Cookie'] = cookie;
  const own = new Set<string>();
  for (const header of options.values('H')) {
    const colon = header.indexOf(':');
    if (colon < 0) continue;
    const name = header.slice(0, colon);
    const value = header.slice(colon + 1).trim();
    const known = Object.keys(headers).find((each) => each.toLowerCase() === name.toLowerCase());
    // What is given twice is sent twice.
    if (known !== undefined && own.has(name.toLowerCase())) headers[known] = `${headers[known]}, ${value}`;
    else {
      if (known !== undefined) delete headers[known];
      if (value !== '') headers[name] = value;
    }
    if (value !== '') own.add(name.toLowerCase());
  }
  return headers;
}

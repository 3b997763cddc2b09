import type { HttpReply } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import { logError } from './log.ts';
import type { NginxSettings } from './settings.ts';
import type { Step } from './step.ts';
import type { Visit } from './visit.ts';

/** What is answered where a file is looked for. `fileOf` tells where a path lies. */
export async function staticFile(
  visit: Visit,
  settings: NginxSettings,
  fileOf: (path: string) => string,
): Promise<Step> {
  const { process, method, path } = visit;
  const { fs } = process;
  const typeOf = (file: string): string | undefined => {
    const stat = attempt(() => fs.stat(file));
    return 'value' in stat ? stat.value.type : undefined;
  };
  if (path.endsWith('/')) {
    for (const name of settings.index) {
      if (name.startsWith('/')) return { to: name };
      if (typeOf(fileOf(path + name)) === 'file') return { to: path + name };
    }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
    const folder = fileOf(path);
    if (typeOf(folder) === 'directory') {
      await logError(visit, settings, `directory index of "${folder}" is forbidden`);
      return { status: 403 };
    }
    if (settings.logNotFound)
      await logError(
        visit,
        settings,
        `"${folder}${settings.index[0] ?? ''}" is not found (2: No such file or directory)`,
      );
    return { status: 404 };
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
  const file = fileOf(path);
  const type = typeOf(file);
  if (type === 'directory') return { status: 301, location: `${path}/${visit.args === '' ? '' : `?${visit.args}`}` };
  if (type !== 'file') {
    if (settings.logNotFound) await logError(visit, settings, `open() "${file}" failed (2: No such file or directory)`);
    return { status: 404 };
  }
  return content(visit, settings, file);
}

async function content(visit: Visit, settings: NginxSettings, file: string): Promise<Step> {
  const { fs } = visit.process;
  const { headers: asked } = visit.call;
  const read = attempt(() => fs.readFile(file));
  if ('error' in read) {
    await logError(visit, settings, `open() "${file}" failed (13: Permission denied)`);
    return { status: 403 };
  }
  const bytes = read.value;
  const { modifiedMs } = fs.stat(file);
  const etag = `"${Math.floor(modifiedMs / 1000).toString(16)}-${bytes.length.toString(16)}"`;
  const modified = new Date(modifiedMs).toUTCString();
  const headers = {
    'content-type': contentType(visit, settings),
    'last-modified': modified,
    ...(settings.etag && { etag }),
    'accept-ranges': 'bytes',
  };
  const match = asked['if-none-match'];
  if (match === undefined ? asked['if-modified-since'] === modified : settings.etag && matches(match, etag)) {
    const { 'content-type': _, 'accept-ranges': __, ...rest } = headers;
    return { reply: { status: 304, headers: rest } };
  }
  const range = rangeOf(asked['range'], bytes.length);
  if (range === 'none') return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
  if (range !== undefined) {
    const { 'accept-ranges': _, ...rest } = headers;
    const [from, to] = range;
    return {
      reply: whole(
        visit,
        206,
        { ...rest, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
        bytes.slice(from, to + 1),
      ),
    };
  }
  return { reply: whole(visit, 200, headers, bytes) };
}

function whole(
  { method }: Visit,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): HttpReply {
  if (method !== 'HEAD') return { status, headers, body: bytes };
  return { status, headers: { ...headers, 'content-length': String(bytes.length) }, body: '' };
}

/** By the end of the path. */
export function contentType({ path }: Visit, { types, defaultType }: NginxSettings): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : types.get(name.slice(dot + 1).toLowerCase())) ?? defaultType;
}

const matches = (given: string, etag: string): boolean =>
  given.trim() === '*' || given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);

/** First and last byte; 'none': there are no such bytes; undefined: all of them. Of several ranges none is served. */
function rangeOf(given: string | undefined, length: number): readonly [number, number] | 'none' | undefined {
  const [, first, last] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(given ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'none' : [length - count, length - 1];
  }
  const from = Number(first);
  if (from >= length) return 'none';
  const to = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return to < from ? undefined : [from, to];
}

import type { HttpCall, HttpReply, Listener, Process } from '@tabernetes/node-api';
import { attempt, bindFailure, command, Failure, isNetError } from '../support/command.ts';
import { parseOptions } from '../support/options.ts';
import { runCgi } from './httpd-cgi.ts';

/** Serves the files below a directory, and what the programs in its cgi-bin print. */
export const httpd = command(
  '[-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]',
  async (process) => {
    const options = parseOptions(process.argv.slice(1), 'ifvp:u:r:h:c:m:e:d:');
    const encoded = options.value('e');
    const decoded = options.value('d');
    if (encoded !== undefined || decoded !== undefined) {
      await process.stdout.write(encoded === undefined ? unescaped(decoded ?? '') : `${htmlOf(encoded)}\n`);
      return 0;
    }
    if (options.has('i') || options.has('m')) throw new Failure('not supported');
    const [, address, port = '80'] = /^(?:(.*):)?(\d+)$/.exec(options.value('p') ?? '80') ?? [];
    const open = (handler: (call: HttpCall) => HttpReply | Promise<HttpReply>): Listener => {
      try {
        return process.net.serve(Number(port), handler, address ? { host: address } : {});
      } catch (error) {
        throw isNetError(error) ? bindFailure(error) : error;
      }
    };
    const home = attempt(() => process.fs.realPath(options.value('h') ?? '.'));
    if ('error' in home) throw new Failure(`can't change directory to '${options.value('h')}': ${home.error.message}`);
    if (!options.has('f')) {
      // It takes its port, and goes to the background by starting itself again.
      open(() => ({ status: 503 })).close();
      process.spawn([process.argv[0] ?? 'httpd', '-f', ...process.argv.slice(1)]);
      return 0;
    }
    const verbosity = options.count('v');
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      const peer = address === undefined ? `[::ffff:${call.remote.ip}]` : call.remote.ip;
      const tell = (text: string): Promise<void> =>
        verbosity === 0 ? Promise.resolve() : process.stderr.write(`${peer}:${call.remote.port}: ${text}\n`);
      if (verbosity > 1) await tell(`url:${call.url}`);
      const { reply, told } = await answer(process, home.value, call, tell);
      if (!told) await tell(`response:${reply.status ?? 200}`);
      return reply;
    };
    const listener = open(handler);
    process.signal.addEventListener('abort', () => listener.close(), { once: true });
    // Nobody takes over a signal: process 1 is not ended by TERM.
    return new Promise<number>(() => undefined);
  },
);

interface Answer {
  readonly reply: HttpReply;
  /** Programs answer for themselves: nothing is said of their replies. */
  readonly told?: boolean;
}

async function answer(
  process: Process,
  home: string,
  call: HttpCall,
  tell: (text: string) => Promise<void>,
): Promise<Answer> {
  const { fs } = process;
  const now = process.now();
  const [rawPath = '/', query = ''] = splitOnce(call.url, '?');
  const path = decoded(rawPath);
  if (path === undefined || !path.startsWith('/') || /(^|\/)\.\.(\/|$)/.test(path)) {
    return { reply: errorReply(400, now) };
  }
  if (path.startsWith('/cgi-bin/')) {
    if (path === '/cgi-bin/') return { reply: errorReply(403, now) };
    const output = await runCgi(process, home, path, query, call);
    if (typeof output === 'object') return { reply: output, told: true };
    await tell(`can't execute '${path.slice(path.lastIndexOf('/') + 1)}': ${output}`);
    return { reply: errorReply(404, now) };
  }
  if (call.method !== 'GET' && call.method !== 'HEAD') return { reply: errorReply(501, now) };
  const found = attempt(() => fs.stat(`${home}${path}`));
  if ('value' in found && found.value.type === 'directory' && !path.endsWith('/')) {
    return { reply: { status: 302, headers: { ...common(now), 'content-type': 'text/html', location: `${path}/` } } };
  }
  const file = path.endsWith('/') ? `${home}${path}index.html` : `${home}${path}`;
  const stat = attempt(() => fs.stat(file));
  const body = attempt(() => fs.readFile(file));
  if ('error' in stat || 'error' in body) return { reply: errorReply(404, now) };
  const seconds = Math.floor(stat.value.modifiedMs / 1000);
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()];
  const headers: Record<string, string> = {
    ...common(now),
    ...(type !== undefined && file.includes('.') && { 'content-type': type }),
    'accept-ranges': 'bytes',
    'last-modified': new Date(seconds * 1000).toUTCString(),
    etag: `"${seconds.toString(16)}-${body.value.length.toString(16)}"`,
    'content-length': String(body.value.length),
  };
  return { reply: { status: 200, headers, body: call.method === 'HEAD' ? '' : body.value } };
}

const common = (nowMs: number): Record<string, string> => ({
  date: new Date(nowMs).toUTCString(),
  connection: 'close',
});

function errorReply(status: keyof typeof ERRORS, nowMs: number): HttpReply {
  const [title, text] = ERRORS[status];
  const body = `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${text}\n</BODY></HTML>\n`;
  return { status, headers: { ...common(nowMs), 'content-type': 'text/html' }, body };
}

const ERRORS = {
  400: ['Bad Request', 'Unsupported method'],
  403: ['Forbidden', ''],
  404: ['Not Found', 'The requested URL was not found'],
  501: ['Not Implemented', 'The requested method is not recognized'],
} as const;

const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  h: 'text/plain',
  c: 'text/plain',
  cc: 'text/plain',
  cpp: 'text/plain',
  htm: 'text/html',
  html: 'text/html',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  png: 'image/png',
  svg: 'image/svg+xml',
  css: 'text/css',
  js: 'application/javascript',
  wav: 'audio/wav',
  avi: 'video/x-msvideo',
  mp3: 'audio/mpeg',
  mpeg: 'video/mpeg',
};

function splitOnce(text: string, at: string): readonly [string, string] {
  const found = text.indexOf(at);
  return found < 0 ? [text, ''] : [text.slice(0, found), text.slice(found + 1)];
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // no such bytes
  }
}

const unescaped = (text: string): string => decoded(text.replaceAll('+', ' ')) ?? text;

const htmlOf = (text: string): string => text.replace(/[^a-zA-Z0-9]/g, (char) => `&#${char.charCodeAt(0)};`);

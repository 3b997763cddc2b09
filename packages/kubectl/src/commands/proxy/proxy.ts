import { goRegexp, RegexpProblem } from '@tabernetes/api/structural';
import type { HttpCall, HttpHandler, HttpReply, Listener } from '@tabernetes/node-api';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';

const DEFAULT_PORT = 8_001;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/ */
const proxy: Command = {
  async run(context) {
    const { flags, process, out } = context;
    const port = flags.number('port');
    context.api();
    const filter = flags.bool('disable-filter') ? () => true : filterOf(context);
    if (flags.bool('disable-filter') && flags.string('unix-socket') === '') {
      context.warn(
        'proxy.go:177',
        'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious',
      );
    }
    if (flags.string('unix-socket') !== '') {
      if (port !== DEFAULT_PORT) throw new Error('cannot set --unix-socket and --port at the same time');
      throw new Error('--unix-socket is not supported: there are no Unix sockets here');
    }
    const apiPrefix = withSlash(flags.string('api-prefix'));
    const wwwPrefix = withSlash(flags.string('www-prefix'));
    const directory = flags.string('www');
    if (directory !== '') checkDirectory(context, directory);
    if (port < 0 || port > MAX_PORT) throw new Error(`listen tcp: address ${port}: invalid port`);
    const listener = await listening(context, port, async (call): Promise<HttpReply> => {
      if (!filter(call)) return { status: 403, body: 'Forbidden' };
      const path = call.url.split('?')[0] ?? '';
      if (directory !== '' && path.startsWith(wwwPrefix)) return file(context, directory, path.slice(wwwPrefix.length));
      if (!path.startsWith(apiPrefix)) return { status: 404, body: '404 page not found\n' };
      return forward(context, call, `/${call.url.slice(apiPrefix.length)}`);
    });
    out.write(`Starting to serve on ${listener.address.ip}:${listener.address.port}\n`);
    await out.flush();
    try {
      await new Promise((_, reject) => {
        const aborted = (): void => reject(process.signal.reason);
        if (process.signal.aborted) aborted();
        process.signal.addEventListener('abort', aborted);
      });
    } finally {
      listener.close();
    }
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { proxy };

const MAX_PORT = 65_535;

/** A place that is none is told of, and no more. */
function checkDirectory({ process, warn }: CommandContext, path: string): void {
  const { fs } = process;
  if (!fs.exists(path)) {
    const problem = `stat ${path}: no such file or directory`;
    warn('proxy.go:200', `Failed to stat static file directory ${path}: ${problem}`);
  } else if (fs.stat(path).type !== 'directory') {
    warn('proxy.go:202', `Static file directory ${path} is not a directory`);
  }
}

/** @throws {Error} with Go's text when there is no listening on that address and port */
async function listening({ flags, process }: CommandContext, port: number, handler: HttpHandler): Promise<Listener> {
  const host = flags.string('address');
  try {
    const listener = process.net.serve(port, handler, { host });
    await listener.bound;
    return listener;
  } catch (error) {
    const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    switch ((error as { readonly code?: unknown }).code) {
      case 'EADDRINUSE':
        throw new Error(`listen tcp ${place}: bind: address already in use`);
      case 'EACCES':
        throw new Error(`listen tcp ${place}: bind: permission denied`);
      case 'EADDRNOTAVAIL':
        throw new Error(`listen tcp ${place}: bind: cannot assign requested address`);
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new Error(`listen tcp: lookup ${host}: no such host`);
      default:
        throw error;
    }
  }
}

const withSlash = (prefix: string): string => (prefix.endsWith('/') ? prefix : `${prefix}/`);

/** Who may ask for what: hosts and paths that are accepted, paths and methods that are refused. */
function filterOf(context: CommandContext): (call: HttpCall) => boolean {
  const expressions = (name: string): readonly RegExp[] => {
    const text = context.flags.string(name);
    return text === '' ? [] : text.split(',').map((each) => expressionOf(context, each));
  };
  const [paths, noPaths] = [expressions('accept-paths'), expressions('reject-paths')];
  const [hosts, noMethods] = [expressions('accept-hosts'), expressions('reject-methods')];
  const matches = (list: readonly RegExp[], text: string): boolean => list.some((expression) => expression.test(text));
  return ({ method, url, headers }) => {
    const path = url.split('?')[0] ?? '';
    const host = (headers['host'] ?? '').replace(/:\d+$/, '');
    if (matches(noPaths, path) || matches(noMethods, method)) return false;
    return matches(paths, path) && matches(hosts, host);
  };
}

/** @throws {Exit} with what klog says when it ends a program */
function expressionOf(context: CommandContext, text: string): RegExp {
  try {
    const expression = goRegexp(text);
    if (expression !== undefined) return expression;
  } catch (error) {
    if (!(error instanceof RegexpProblem)) throw error;
    context.fatal('proxy_server.go:83', `Error compiling re: ${error.message}`, 255);
  }
  throw new Error(`the expression ${JSON.stringify(text)} is beyond what this proxy understands`);
}

function file({ process }: CommandContext, directory: string, rest: string): HttpReply {
  const path = `${directory.replace(/\/$/, '')}/${rest}`;
  if (rest.split('/').includes('..') || !process.fs.exists(path)) return { status: 404, body: '404 page not found\n' };
  if (process.fs.stat(path).type !== 'directory') return { status: 200, body: process.fs.readFile(path) };
  const index = `${path.replace(/\/$/, '')}/index.html`;
  if (process.fs.exists(index))
    return { status: 200, headers: { 'content-type': 'text/html' }, body: process.fs.readFile(index) };
  return { status: 404, body: '404 page not found\n' };
}

/** Hands a request on with the credentials of the kubeconfig instead of its own. */
async function forward({ api }: CommandContext, call: HttpCall, target: string): Promise<HttpReply> {
  const url = new URL(target, 'http://server');
  const chunks: Uint8Array[] = [];
  for await (const chunk of call.body) chunks.push(chunk);
  const body = chunks.length === 0 ? undefined : new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  const contentType = call.headers['content-type'];
  try {
    const answer = await api().request(call.method, url.pathname, {
      query: Object.fromEntries(url.searchParams),
      headers: { accept: call.headers['accept'] ?? 'application/json' },
      ...(body !== undefined && { body }),
      ...(contentType !== undefined && { contentType }),
      signal: call.signal,
    });
    return reply(answer);
  } catch (error) {
    const { status } = error as { readonly status?: { readonly code?: number } };
    if (status?.code !== undefined) {
      return {
        status: status.code,
        headers: { 'content-type': 'application/json' },
        body: `${JSON.stringify(status)}\n`,
      };
    }
    return { status: 502, body: `${messageOf(error)}\n` };
  }
}

function reply({ status, body }: Awaited<ReturnType<ReturnType<CommandContext['api']>['request']>>): HttpReply {
  const json = { 'content-type': 'application/json' };
  switch (body.kind) {
    case 'object':
      return { status, headers: json, body: `${JSON.stringify(body.object)}\n` };
    case 'text':
      return { status, headers: { 'content-type': body.contentType }, body: body.text };
    case 'bytes':
      return { status, headers: { 'content-type': body.contentType }, body: body.bytes };
    case 'stream':
      return { status, headers: { 'content-type': body.contentType }, body: iterate(body.stream) };
    case 'watch': {
      const { watch } = body;
      const lines = new ReadableStream<string>({
        start(controller) {
          watch.start({
            next: (event) => controller.enqueue(`${JSON.stringify(event)}\n`),
            end: () => controller.close(),
          });
        },
      });
      return { status, headers: json, body: iterate(lines) };
    }
    case 'empty':
      return { status };
    default:
      return { status: 502, body: 'what is upgraded is not passed on\n' };
  }
}

async function* iterate<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

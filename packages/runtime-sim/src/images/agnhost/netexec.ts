import { formatDuration, parseDuration } from '@tabernetes/base';
import type { Chunk, HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { attempt, isNetError } from '../../programs/support/command.ts';
import { formatDate } from '../../programs/support/date-format.ts';
import { Holding } from '../../programs/support/holding.ts';
import { flag, identityOf, target } from '../serve.ts';
import { log, text } from './go-server.ts';
import { upload } from './upload.ts';

const DIAL_MS = 5_000;

/**
 * A server that does what its callers ask for. Its UDP and SCTP servers are not simulated.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/test/images/agnhost/netexec/netexec.go
 */
export async function netexec(process: Process): Promise<number> {
  const port = Number(flag(process, 'http-port') ?? 8080);
  const override = flag(process, 'http-override');
  const certificate = flag(process, 'tls-cert-file') ?? '';
  const tls =
    certificate === '' ? undefined : identityOf(process, certificate, flag(process, 'tls-private-key-file') ?? '');
  if (certificate !== '' && tls === undefined) {
    await log(process, `open ${certificate}: no such file or directory`);
    return 1;
  }
  const delayMs = Number(flag(process, 'delay-shutdown') ?? 0) * 1000;
  let isStopping = false;
  const ended = new Promise<number>((resolve) => {
    process.onSignal('TERM', () => {
      isStopping = true;
      stop().then(resolve, () => resolve(1));
    });
    const exit = (code: number): void => resolve(code);
    const handler = (call: HttpCall): Promise<HttpReply> =>
      answer(process, override === undefined ? call : { ...call, method: 'GET', url: override }, {
        isStopping: () => isStopping,
        exit,
      });
    const listener = process.net.serve(port, handler, { ...(tls && { tls }) });
    process.signal.addEventListener('abort', () => listener.close(), { once: true });
  });
  async function stop(): Promise<number> {
    if (delayMs > 0) {
      await log(process, `Sleeping ${delayMs / 1000} seconds before terminating...`);
      await process.sleep(delayMs);
    }
    return 0;
  }
  if (flag(process, 'udp-port') !== undefined && flag(process, 'udp-port') !== '-1')
    await log(process, 'UDP is not simulated: only the HTTP server is there');
  await log(process, `Started HTTP server on port ${port}`);
  return ended;
}

interface Server {
  readonly isStopping: () => boolean;
  readonly exit: (code: number) => void;
}

async function answer(process: Process, call: HttpCall, server: Server): Promise<HttpReply> {
  const { path, query } = target(call);
  const value = (name: string): string => query.get(name) ?? '';
  switch (path) {
    case '/clientip':
      await log(process, 'GET /clientip');
      return text(`${call.remote.ip}:${call.remote.port}`);
    case '/dial':
      await log(
        process,
        `GET /dial?host=${value('host')}&protocol=${value('protocol')}&port=${value('port')}&request=${value('request')}&tries=${value('tries')}`,
      );
      return dial(process, query);
    case '/echo':
      await log(process, `GET /echo?msg=${value('msg')}&code=${value('code')}`);
      return coded(value('code'), 200, (status) => text(value('msg'), status));
    case '/exit':
      await log(process, `GET /exit?code=${value('code')}&timeout=${value('timeout')}&wait=${value('wait')}`);
      return exit(process, query, server);
    case '/header':
      await log(process, value('key') === '' ? 'GET /header' : `GET /header?key=${value('key')}`);
      return text(value('key') === '' ? allHeaders(call) : (call.headers[value('key').toLowerCase()] ?? ''));
    case '/healthz':
      await log(process, 'GET /healthz');
      return text('');
    case '/readyz':
      await log(process, 'GET /readyz');
      return server.isStopping() ? text('shutting down', 503) : text('ok');
    case '/hostname':
    case '/hostName':
      await log(process, `GET ${path}`);
      return text(process.hostname);
    case '/redirect':
      await log(process, `${call.method} /redirect?msg=${value('location')}&code=${value('code')}`);
      return coded(value('code'), 302, (status) => ({ status, headers: { location: value('location') } }));
    case '/shell':
      return shell(process, value('shellCommand') || value('cmd'));
    case '/shutdown':
      await log(process, 'GET /shutdown');
      server.exit(0);
      return text('');
    case '/upload':
      return upload(process, call);
    default:
      await log(process, 'GET /');
      return text(`NOW: ${formatDate('%F %T.%N +0000 UTC', process.now())}`);
  }
}

/** The code that a caller asks for. */
function coded(asked: string, otherwise: number, reply: (status: number) => HttpReply): HttpReply {
  if (asked === '') return reply(otherwise);
  return /^[+-]?\d+$/.test(asked)
    ? reply(Number(asked))
    : text(`argument 'code' must be an integer or empty, got ${JSON.stringify(asked)}\n`);
}

async function exit(process: Process, query: URLSearchParams, server: Server): Promise<HttpReply> {
  const [timeout, wait] = [query.get('timeout') ?? '', query.get('wait') ?? ''];
  const code = query.get('code') ?? '';
  for (const [name, given] of [
    ['timeout', timeout],
    ['wait', wait],
  ] as const)
    if (given !== '' && 'error' in attempt(() => parseDuration(given)))
      return text(`argument '${name}' must be a valid golang duration or empty, got ${JSON.stringify(given)}\n`);
  if (!/^([+-]?\d+)?$/.test(code))
    return text(`argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(code)}\n`);
  const status = Number(code || 0);
  const [waitMs, graceMs] = [parseDuration(wait || '0'), parseDuration(timeout || '0')];
  await log(
    process,
    `Will begin shutdown in ${formatDuration(waitMs)}, allowing ${formatDuration(graceMs)} for connections to close, then will exit with ${status}`,
  );
  if (waitMs > 0) await process.sleep(waitMs);
  if (graceMs > 0)
    process.sleep(1).then(
      () => server.exit(status),
      () => undefined,
    );
  else server.exit(status);
  return text('');
}

/** Asks others as often as it is told to. */
async function dial(process: Process, query: URLSearchParams): Promise<HttpReply> {
  const { net } = process;
  const holding = new Holding(process);
  const [host, port, request] = ['host', 'port', 'request'].map((name) => query.get(name) ?? '');
  const protocol = (query.get('protocol') ?? '').toLowerCase();
  const tries = query.get('tries') || '1';
  const bad = (message: string): HttpReply => text(`${message}\n`, 400);
  if (!/^[+-]?\d+$/.test(tries))
    return bad(`tries parameter is invalid. strconv.Atoi: parsing ${JSON.stringify(tries)}: invalid syntax`);
  if (request === '') return bad('request parameter not specified. <nil>');
  if (protocol === 'udp' || protocol === 'sctp') return bad(`protocol ${protocol} is not simulated`);
  if (protocol !== '' && protocol !== 'http') return bad(`unsupported protocol. ${query.get('protocol')}`);
  const url = `http://${host?.includes(':') ? `[${host}]` : host}:${port}/${request}`;
  const responses: string[] = [];
  const errors: string[] = [];
  let last = '';
  for (let i = 0; i < Number(tries); i++) {
    try {
      last = await (await net.fetch(url, { timeoutMs: DIAL_MS })).text();
      holding.add(last.length);
      responses.push(last);
    } catch (error) {
      if (!isNetError(error)) throw error;
      last = '';
      const text = `Get ${JSON.stringify(url)}: ${reason(error.code, `${host}:${port}`)}`;
      holding.add(text.length);
      errors.push(text);
    }
  }
  return text(JSON.stringify({ ...(errors.length > 0 && { errors }), ...(last !== '' && { responses }) }));
}

function reason(code: string, address: string): string {
  if (code === 'ECONNREFUSED') return `dial tcp ${address}: connect: connection refused`;
  if (code === 'ETIMEDOUT') return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  if (code === 'EHOSTUNREACH') return `dial tcp ${address}: connect: no route to host`;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? `dial tcp: lookup ${address}: no such host` : 'EOF';
}

/** Runs a command line of the shell and answers with what it printed. */
async function shell(process: Process, line: string): Promise<HttpReply> {
  await log(process, `GET /shell?cmd=${line}`);
  let output = '';
  const decoder = new TextDecoder();
  const holding = new Holding(process);
  const both = {
    write: async (chunk: Chunk) => {
      holding.add(chunk.length);
      output += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    },
    close: () => undefined,
  };
  const code = await process.spawn(['/bin/sh', '-c', line], { stdout: both, stderr: both }).exited;
  const said = { ...(code !== 0 && { error: `exit status ${code}` }), ...(output !== '' && { output }) };
  await log(
    process,
    `Output: map[${Object.entries(said)
      .map(([name, each]) => `${name}:${each}`)
      .join(' ')}]`,
  );
  return text(JSON.stringify(said));
}

/** As Go's `http.Header` looks in JSON. */
function allHeaders({ headers }: HttpCall): string {
  const canonical = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  const entries = Object.entries(headers).filter(([name]) => name !== 'host');
  return JSON.stringify(Object.fromEntries(entries.map(([name, each]) => [canonical(name), [each]]).sort()));
}

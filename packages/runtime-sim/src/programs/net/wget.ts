import type { HttpAnswer, Process } from '@tabernetes/node-api';
import { attempt, command, Failure, isEmptyReply, isForeignReply, isNetError, UsageError } from '../support/command.ts';
import { type Options, parseOptions } from '../support/options.ts';
import { titled } from './header-name.ts';

/** Busybox's downloader. */
export const wget = command(
  '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR] [--post-data STR] [-T SEC] URL...',
  async (process) => {
    const options = parseOptions(process.argv.slice(1), 'cqSO:o:P:U:T:t:Y:', {
      spider: 's',
      header: 'H:',
      'post-data': 'D:',
      'post-file': 'F:',
      continue: 'c',
      'output-document': 'O',
      'output-file': 'o',
      quiet: 'q',
      timeout: 'T',
      tries: 't',
      'no-check-certificate': 'k',
      'ca-certificate': 'C:',
      'no-verbose': 'q',
      'server-response': 'S',
      'user-agent': 'U',
      method: 'M:',
      'body-data': 'D:',
    });
    if (options.operands.length === 0) throw new UsageError('');
    const log = options.value('o');
    if (log === undefined || log === '-') {
      for (const url of options.operands) await download(process, options, url, (text) => process.stderr.write(text));
      return 0;
    }
    const opened = attempt(() => process.fs.writeFile(log, ''));
    if ('error' in opened) throw new Failure(`can't open '${log}': ${opened.error.message}`);
    const write = async (text: string): Promise<void> => process.fs.writeFile(log, text, { append: true });
    try {
      for (const url of options.operands) await download(process, options, url, write);
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await write(`wget: ${error.message}\n`);
      return 1;
    }
  },
);

type Write = (text: string) => Promise<void>;

async function download(process: Process, options: Options, given: string, write: Write): Promise<void> {
  let url = /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`;
  const say: Write = async (text) => {
    if (!options.has('q')) await write(text);
  };
  const headers: Record<string, string> = { 'User-Agent': options.value('U') ?? 'Wget', Connection: 'close' };
  for (const header of options.values('H'))
    headers[header.slice(0, header.indexOf(':'))] = header.slice(header.indexOf(':') + 1).trim();
  const file = options.value('F');
  const body = options.value('D') ?? (file === undefined ? undefined : process.fs.readText(file));
  if (body !== undefined && headers['Content-Type'] === undefined)
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
  const ca = options.value('C');
  for (let hops = 0; ; hops++) {
    const target = new URL(url);
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    const held = heldBytes(process, options, fileFor(options, target));
    if (held > 0) headers['Range'] = `bytes=${held}-`;
    let answer: HttpAnswer;
    try {
      const [ip = target.hostname] = await process.net.resolve(target.hostname);
      await say(`Connecting to ${target.host} (${ip}:${port})\n`);
      const fetched = process.net.fetch(url, {
        method: options.value('M') ?? (body === undefined ? 'GET' : 'POST'),
        headers,
        insecure: options.has('k') || ca === undefined,
        timeoutMs: Number(options.value('T') ?? 127) * 1000,
        ...(body === undefined ? {} : { body }),
        ...(ca === undefined ? {} : { caPem: process.fs.readText(ca) }),
      });
      answer = await withLimit(process, fetched, Number(options.value('T') ?? 900));
    } catch (error) {
      throw asFailure(error, target, port);
    }
    if (options.has('S')) {
      await write(
        `  HTTP/${answer.httpVersion} ${answer.status} ${answer.statusText}\n${Object.entries(answer.headers)
          .map(([name, value]) => `  ${titled(name)}: ${value}\n`)
          .join('')}`,
      );
    }
    const { location } = answer.headers;
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      if (hops >= 5) throw new Failure('too many redirections');
      url = new URL(location, url).href;
      continue;
    }
    if (answer.status >= 400)
      throw new Failure(`server returned error: HTTP/${answer.httpVersion} ${answer.status} ${answer.statusText}`);
    if (options.has('s')) {
      await say('remote file exists\n');
      return;
    }
    await save(process, options, answer, target, say);
    return;
  }
}

async function save(process: Process, options: Options, answer: HttpAnswer, target: URL, say: Write): Promise<void> {
  const name = fileFor(options, target);
  const toStdout = name === '-';
  let bytes = 0;
  if (!toStdout) {
    const exists = options.value('O') === undefined && !options.has('c') && process.fs.exists(name);
    if (exists) throw new Failure(`can't open '${name}': File exists`);
    const made = attempt(() => process.fs.writeFile(name, '', { append: answer.status === 206 && options.has('c') }));
    if ('error' in made) throw new Failure(`can't open '${name}': ${made.error.message}`);
    await say(`saving to '${name}'\n`);
  } else await say('writing to stdout\n');
  if (answer.status === 206) bytes = heldBytes(process, options, name);
  for await (const part of answer.body) {
    bytes += part.length;
    if (toStdout) await process.stdout.write(part);
    else process.fs.writeFile(name, part, { append: true });
  }
  const label = (toStdout ? '-' : (name.split('/').at(-1) ?? name)).padEnd(20).slice(0, 20);
  // A log has no bar.
  const bar = [undefined, '-'].includes(options.value('o'))
    ? `${label} 100% |${'*'.repeat(32)}| ${String(bytes).padStart(5)}  0:00:00 ETA\n`
    : '';
  await say(`${bar}${toStdout ? 'written to stdout' : `'${name}' saved`}\n`);
}

function fileFor(options: Options, target: URL): string {
  const folder = options.value('P');
  return (
    options.value('O') ??
    `${folder === undefined ? '' : `${folder}/`}${target.pathname.split('/').at(-1) || 'index.html'}`
  );
}

/** What `-c` finds of a file, and goes on behind. */
function heldBytes({ fs }: Process, options: Options, name: string): number {
  const held = attempt(() => fs.stat(name));
  return options.has('c') && name !== '-' && 'value' in held && held.value.type === 'file' ? held.value.size : 0;
}

/** Waits for an answer no longer than `seconds`. */
async function withLimit(process: Process, promise: Promise<HttpAnswer>, seconds: number): Promise<HttpAnswer> {
  const late = process.sleep(seconds * 1000).then(() => undefined);
  late.catch(() => undefined);
  const answer = await Promise.race([promise, late]);
  if (answer === undefined) {
    promise.catch(() => undefined);
    throw new Failure('download timed out');
  }
  return answer;
}

function asFailure(error: unknown, target: URL, port: number): unknown {
  if (!isNetError(error)) return error;
  const at = `can't connect to remote host`;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Failure(`bad address '${target.port === '' ? target.hostname : `${target.hostname}:${port}`}'`);
    case 'ECONNREFUSED':
      return new Failure(`${at} (${error.address.replace(/:\d+$/, '')}): Connection refused`);
    case 'EHOSTUNREACH':
      return new Failure(`${at} (${error.address.replace(/:\d+$/, '')}): No route to host`);
    case 'ETIMEDOUT':
      return new Failure('download timed out');
    case 'ECERT':
      return new Failure('note: TLS certificate validation not implemented');
    default:
      if (isEmptyReply(error) || isForeignReply(error)) return new Failure('error getting response');
      return new Failure('error getting response: Connection reset by peer');
  }
}

import type { FetchOptions, HttpAnswer, Process } from '@tabernetes/node-api';
import { attempt, command, isEmptyReply, isForeignReply, isNetError } from '../support/command.ts';
import { decode } from '../support/input.ts';
import { type Options, parseOptions } from '../support/options.ts';
import { CurlError, requestBody, requestHeaders } from './curl-request.ts';
import { titled } from './header-name.ts';
import { TRUSTED_AUTHORITIES } from './trusted-authorities.ts';

const LONG: Readonly<Record<string, string>> = {
  silent: 's',
  'show-error': 'S',
  fail: 'f',
  'fail-with-body': 'W',
  include: 'i',
  head: 'I',
  location: 'L',
  insecure: 'k',
  verbose: 'v',
  'no-buffer': 'N',
  get: 'G',
  request: 'X',
  header: 'H',
  data: 'd',
  'data-raw': 'd',
  'data-binary': 'B:',
  'data-urlencode': 'U:',
  json: 'J:',
  output: 'o',
  'remote-name': 'O',
  'write-out': 'w',
  'max-time': 'm',
  'connect-timeout': 'c:',
  user: 'u',
  'user-agent': 'A',
  cacert: 'C:',
  cert: 'E',
  key: 'K:',
  resolve: 'R:',
  retry: 'Y:',
  'retry-delay': 'D:',
  'retry-connrefused': '1',
  'retry-all-errors': '1',
  'progress-bar': '#',
  'no-progress-meter': 'P',
  http1: '2',
  'http1.1': '2',
  http2: '2',
  compressed: '3',
  url: 'l:',
  form: 'F',
  referer: 'e',
  'dump-header': 'Q:',
  'unix-socket': 'Z:',
  cookie: 'b',
  globoff: 'g',
  ipv4: '4',
};

/** Fetches what is behind URLs. */
export const curl = command(
  '[options...] <url>',
  async (process) => {
    const options = parseOptions(process.argv.slice(1), 'sSfiILkvNGOgq#4X:H:d:o:w:m:u:A:E:b:F:T:e:', LONG);
    const urls = [...options.values('l'), ...options.operands];
    if (urls.length === 0) {
      await process.stderr.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
    if (options.has('E')) {
      await process.stderr.write('curl: (58) client certificates are not simulated\n');
      return 58;
    }
    let code = 0;
    for (const [i, url] of urls.entries()) code = await transfer(process, options, url, i);
    return code;
  },
  2,
);

async function transfer(process: Process, options: Options, given: string, index: number): Promise<number> {
  const retries = Number(options.value('Y') ?? 0);
  for (let round = 0; ; round++) {
    try {
      return await once(process, options, given, index);
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      const again =
        round < retries && (error.code === 28 || error.code === 22 || (error.code === 7 && options.has('1')));
      if (!options.has('s') || options.has('S')) await process.stderr.write(`curl: (${error.code}) ${error.message}\n`);
      if (!again) {
        const format = options.value('w');
        if (format !== undefined)
          await process.stdout.write(writeOut(format, { http_code: '000', exitcode: String(error.code) }));
        return error.code;
      }
      await process.sleep(Number(options.value('D') ?? 2 ** round) * 1000);
    }
  }
}

async function once(process: Process, options: Options, given: string, index: number): Promise<number> {
  const startedMs = process.now();
  const body = await requestBody(process, options);
  let url = withScheme(given);
  if (options.has('G') && body !== undefined) url += `${url.includes('?') ? '&' : '?'}${decode(body)}`;
  const sent = options.has('G') ? undefined : body;
  let method =
    options.value('X') ?? (options.has('I') ? 'HEAD' : sent === undefined ? 'GET' : options.has('T') ? 'PUT' : 'POST');
  const headers = requestHeaders(options, sent !== undefined);
  const caPath = options.value('C') ?? process.env['SSL_CERT_FILE'] ?? process.env['CURL_CA_BUNDLE'];
  let caPem: string | undefined;
  if (url.startsWith('https:')) {
    const read = attempt(() => process.fs.readText(caPath ?? TRUSTED_AUTHORITIES));
    if ('value' in read) caPem = read.value;
    else if (caPath !== undefined)
      throw new CurlError(77, `error setting certificate verify locations:  CAfile: ${caPath} CApath: /etc/ssl/certs`);
  }
  const limitMs = Number(options.value('m') ?? 0) * 1000;
  const connectMs = Number(options.value('c') ?? 0) * 1000 || limitMs;
  const cancel = new AbortController();
  let timedOut = false;
  const limit =
    limitMs > 0
      ? watchTime(process, limitMs, () => {
          timedOut = true;
          cancel.abort();
        })
      : undefined;
  const timeText = (): string =>
    `Operation timed out after ${Math.round(process.now() - startedMs)} milliseconds with 0 bytes received`;
  try {
    for (let hops = 0; ; hops++) {
      const target = parseUrl(url);
      // Nobody listens at a socket of the file system.
      if (options.has('Z')) throw notConnected(target, 0);
      const base: FetchOptions = {
        method,
        headers,
        insecure: options.has('k'),
        signal: cancel.signal,
        ...(connectMs > 0 ? { timeoutMs: connectMs } : {}),
        ...(sent === undefined ? {} : { body: sent }),
        ...(caPem === undefined ? {} : { caPem }),
        ...resolveTo(options, target),
      };
      const request = options.has('v')
        ? `* Connected to ${target.hostname} port ${portOf(target)}\n> ${method} ${target.pathname}${target.search} HTTP/1.1\n> Host: ${target.host}\n${Object.entries(
            headers,
          )
            .map(([name, value]) => `> ${name}: ${value}\n`)
            .join('')}>\n`
        : '';
      if (request !== '') await process.stderr.write(request);
      let answer: HttpAnswer;
      try {
        answer = await raceLimit(process.net.fetch(url, base), limit);
      } catch (error) {
        if (timedOut) throw new CurlError(28, timeText());
        throw asCurlError(error, target, process.now() - startedMs);
      }
      const location = answer.headers['location'];
      if (options.has('L') && location !== undefined && answer.status >= 300 && answer.status < 400) {
        if (hops >= 50) throw new CurlError(47, 'Maximum (50) redirects followed');
        url = new URL(location, url).href;
        if (answer.status !== 307 && answer.status !== 308 && method === 'POST') method = 'GET';
        continue;
      }
      const received = await receive(process, options, answer, url, index, limit, () => timedOut);
      if (received.timedOut) throw new CurlError(28, timeText());
      const format = options.value('w');
      if (format !== undefined) {
        const seconds = ((process.now() - startedMs) / 1000).toFixed(6);
        await process.stdout.write(
          writeOut(format, {
            http_code: String(answer.status).padStart(3, '0'),
            response_code: String(answer.status).padStart(3, '0'),
            size_download: String(received.bytes),
            time_total: seconds,
            time_connect: seconds,
            time_starttransfer: seconds,
            url_effective: url,
            content_type: answer.headers['content-type'] ?? '',
            remote_ip: target.hostname,
            num_redirects: String(hops),
            redirect_url: location === undefined ? '' : new URL(location, url).href,
            method,
            scheme: target.protocol.slice(0, -1).toUpperCase(),
            exitcode: '0',
          }),
        );
      }
      if ((options.has('f') || options.has('W')) && answer.status >= 400) {
        if (!options.has('s') || options.has('S'))
          await process.stderr.write(`curl: (22) The requested URL returned error: ${answer.status}\n`);
        return 22;
      }
      return 0;
    }
  } finally {
    limit?.done();
  }
}

async function receive(
  process: Process,
  options: Options,
  answer: HttpAnswer,
  url: string,
  index: number,
  limit: Limit | undefined,
  timedOut: () => boolean,
): Promise<{ bytes: number; timedOut: boolean }> {
  const head = `HTTP/${answer.httpVersion} ${answer.status} ${answer.statusText}\r\n${Object.entries(answer.headers)
    .map(([name, value]) => `${titled(name)}: ${value}\r\n`)
    .join('')}\r\n`;
  const target =
    options.values('o')[index] ??
    (options.has('O') ? new URL(url).pathname.split('/').at(-1) || 'index.html' : undefined);
  if (target !== undefined && target !== '-') {
    const made = attempt(() => process.fs.writeFile(target, ''));
    if ('error' in made) throw new CurlError(23, 'Failure writing output to destination');
  }
  const put = async (chunk: string | Uint8Array): Promise<void> => {
    if (target === undefined || target === '-') await process.stdout.write(chunk);
    else process.fs.writeFile(target, chunk, { append: true });
  };
  if (options.has('v'))
    await process.stderr.write(
      `${head
        .trimEnd()
        .split('\r\n')
        .map((line) => `< ${line}\n`)
        .join('')}<\n`,
    );
  if (options.has('i') || options.has('I')) await put(head);
  const dump = options.value('Q');
  if (dump !== undefined) await (dump === '-' ? process.stdout.write(head) : process.fs.writeFile(dump, head));
  let bytes = 0;
  if (options.has('I') || (options.has('f') && answer.status >= 400)) return { bytes, timedOut: false };
  const parts = answer.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const part = await raceLimit(parts.next(), limit);
      if (part.done === true) break;
      bytes += part.value.length;
      await put(part.value);
    }
  } catch (error) {
    if (timedOut()) return { bytes, timedOut: true };
    if (isNetError(error))
      throw new CurlError(
        error.code === 'ECONNRESET' ? 56 : 18,
        error.code === 'ECONNRESET'
          ? 'Recv failure: Connection reset by peer'
          : 'transfer closed with outstanding read data remaining',
      );
    throw error;
  }
  return { bytes, timedOut: false };
}

interface Limit {
  readonly reached: Promise<never>;
  done(): void;
}

/** A time limit that leaves nothing waiting once it is done with. */
function watchTime(process: Process, ms: number, onReached: () => void): Limit {
  let over = false;
  const reached = new Promise<never>((_resolve, reject) => {
    process.sleep(ms).then(
      () => {
        if (over) return;
        onReached();
        reject(new Error('time is up'));
      },
      () => undefined,
    );
  });
  reached.catch(() => undefined);
  return {
    reached,
    done: () => {
      over = true;
    },
  };
}

function raceLimit<T>(promise: Promise<T>, limit: Limit | undefined): Promise<T> {
  return limit === undefined ? promise : Promise.race([promise, limit.reached]);
}

function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CurlError(3, 'URL using bad/illegal format or missing URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new CurlError(1, `Protocol "${url.protocol.slice(0, -1)}" not supported or disabled in libcurl`);
  return url;
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function resolveTo(options: Options, url: URL): Pick<FetchOptions, 'connectTo'> {
  for (const entry of options.values('R')) {
    const [host, port, ip] = entry.split(':');
    if (host === url.hostname && Number(port) === portOf(url) && ip !== undefined)
      return { connectTo: { ip, port: Number(port) } };
  }
  return {};
}

const notConnected = (url: URL, elapsedMs: number): CurlError =>
  new CurlError(
    7,
    `Failed to connect to ${url.hostname} port ${portOf(url)} after ${Math.round(elapsedMs)} ms: Couldn't connect to server`,
  );

function asCurlError(error: unknown, url: URL, elapsedMs: number): Error {
  if (!isNetError(error)) return error instanceof Error ? error : new Error(String(error));
  const { hostname } = url;
  const port = portOf(url);
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CurlError(6, `Could not resolve host: ${hostname}`);
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
      return notConnected(url, elapsedMs);
    case 'ETIMEDOUT':
      return new CurlError(
        28,
        `Failed to connect to ${hostname} port ${port} after ${Math.round(elapsedMs)} ms: Timeout was reached`,
      );
    case 'ECERT':
      return new CurlError(60, 'SSL certificate problem: unable to get local issuer certificate');
    case 'EPIPE':
      return new CurlError(55, 'Send failure: Broken pipe');
    default:
      if (isEmptyReply(error)) return new CurlError(52, 'Empty reply from server');
      if (isForeignReply(error)) return new CurlError(1, error.message);
      return new CurlError(56, 'Recv failure: Connection reset by peer');
  }
}

function writeOut(format: string, values: Readonly<Record<string, string>>): string {
  return format
    .replace(/%\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\r', '\r');
}

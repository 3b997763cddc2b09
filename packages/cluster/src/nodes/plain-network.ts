import type { Clock } from '@tabernetes/base';
import type {
  ConnectOptions,
  FetchOptions,
  HttpAnswer,
  HttpCall,
  HttpHandler,
  Net,
  NetError,
  NetErrorCode,
  PodEndpoint,
  PodNetwork,
  PodSandboxConfig,
} from '@tabernetes/node-api';
import { type ByteStream, byteStream, connectionPair } from './plain-connection.ts';
import { readHttpHead, responseBytes } from './plain-http.ts';

/** Who listens on a port of an address. */
interface Service {
  /** Only reached from the same address. */
  readonly local: boolean;
  readonly accept: (stream: ByteStream) => void;
  readonly handler?: HttpHandler;
}

/**
 * Addresses and what listens on them, and nothing else: no Services, no policies, no names but those of /etc/hosts. Nodes
 * and Pods reach each other directly and at once.
 */
export function plainNetwork({ clock }: { readonly clock: Clock }): PodNetwork {
  const places = new Map<string, Map<number, Service>>();
  const nodes = new Map<string, { readonly ip: string; readonly prefix: string; readonly taken: Set<number> }>();
  const pods = new Map<string, { readonly ip: string; readonly node: string; readonly host: number }>();
  let ephemeral = 32_768;

  const netOf = (ip: string, hosts: () => Readonly<Record<string, string>>): Net => {
    const find = async (
      host: string,
      port: number,
      { timeoutMs = CONNECT_TIMEOUT_MS, signal }: ConnectOptions = {},
    ) => {
      const named = hosts()[host] ?? (host === 'localhost' ? '127.0.0.1' : host);
      if (!/^[\d.]+$/.test(named)) throw netError('ENOTFOUND', host);
      const local = named.startsWith('127.') || named === ip;
      const place = places.get(local ? ip : named);
      if (place === undefined) {
        // Nobody has this address: nobody answers.
        await clock.sleep(timeoutMs, signal);
        throw netError('ETIMEDOUT', `${host}:${port}`);
      }
      const service = place.get(port);
      if (service === undefined || (service.local && !local)) throw netError('ECONNREFUSED', `${host}:${port}`);
      return { service, address: local ? ip : named };
    };
    const listen = (port: number, service: Service) => {
      const place = places.get(ip) ?? new Map<number, Service>();
      places.set(ip, place);
      const chosen = port === 0 ? ephemeral++ : port;
      if (place.has(chosen)) throw netError('EADDRINUSE', `${ip}:${chosen}`);
      place.set(chosen, service);
      return { address: { ip, port: chosen }, close: () => void place.delete(chosen) };
    };
    const net: Net = {
      addresses: [ip],
      async resolve(name) {
        const found = hosts()[name] ?? (name === 'localhost' ? '127.0.0.1' : undefined);
        if (found !== undefined) return [found];
        if (/^[\d.]+$/.test(name)) return [name];
        throw netError('ENOTFOUND', name);
      },
      query: (name) => Promise.reject(netError('ENOTFOUND', name)),
      async connect(host, port, options) {
        const { service, address } = await find(host, port, options);
        const [near, far] = connectionPair({ ip, port: ephemeral++ }, { ip: address, port });
        service.accept(byteStream(far));
        return near;
      },
      listen: (port, onConnection, { host = '0.0.0.0' } = {}) =>
        listen(port, { local: host.startsWith('127.'), accept: ({ connection }) => onConnection(connection) }),
      serve(port, handler, { host = '0.0.0.0' } = {}) {
        return listen(port, {
          local: host.startsWith('127.'),
          handler,
          accept: (stream) => void answerRaw(stream, handler),
        });
      },
      async fetch(url, options = {}) {
        const target = new URL(url);
        const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
        const host = options.connectTo?.ip ?? target.hostname;
        const { service, address } = await find(host, options.connectTo?.port ?? port, options);
        const timeoutMs = options.timeoutMs ?? CONNECT_TIMEOUT_MS;
        const late = netError('ETIMEDOUT', `${host}:${port}`);
        const stop = new AbortController();
        options.signal?.addEventListener('abort', () => stop.abort());
        const reply =
          service.handler === undefined
            ? askRaw(net, address, port, target, options)
            : askHandler(service.handler, ip, target, options, stop.signal);
        return within(clock, reply, timeoutMs, late, stop);
      },
    };
    return net;
  };

  return {
    addNode({ name, ip, podCIDR }) {
      places.set(ip, places.get(ip) ?? new Map());
      nodes.set(name, { ip, prefix: podCIDR.split('.').slice(0, 3).join('.'), taken: new Set([0, 1, 255]) });
      return netOf(ip, () => ({ [name]: ip }));
    },
    removeNode: (name) => void nodes.delete(name),
    attach(nodeName: string, { uid }: PodSandboxConfig): PodEndpoint {
      const node = nodes.get(nodeName);
      if (node === undefined) throw new Error(`plugin type="bridge" failed (add): no node ${nodeName}`);
      let host = 2;
      while (node.taken.has(host)) host++;
      if (host > 254) throw new Error(`plugin type="host-local" failed (add): no IP addresses available in range set`);
      node.taken.add(host);
      const ip = `${node.prefix}.${host}`;
      pods.set(uid, { ip, node: nodeName, host });
      places.set(ip, new Map());
      let hosts: Readonly<Record<string, string>> = {};
      return {
        ips: [ip],
        net: netOf(ip, () => hosts),
        setHosts(next) {
          hosts = next;
        },
      };
    },
    detach(nodeName, uid) {
      const pod = pods.get(uid);
      if (pod === undefined) return;
      pods.delete(uid);
      places.delete(pod.ip);
      nodes.get(nodeName)?.taken.delete(pod.host);
    },
    onHop: () => ({ dispose: () => undefined }),
    dispose() {
      places.clear();
      pods.clear();
    },
  };
}

const CONNECT_TIMEOUT_MS = 127_000;

export function netError(code: NetErrorCode, address: string): NetError {
  return Object.assign(new Error(`${code} ${address}`), { code, address }) as NetError;
}

async function within<T>(
  clock: Clock,
  promise: Promise<T>,
  ms: number,
  late: Error,
  stop: AbortController,
): Promise<T> {
  let expire: (error: Error) => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = reject;
  });
  const timer = clock.setTimer(
    ms,
    () => {
      stop.abort();
      expire(late);
    },
    { background: true },
  );
  try {
    return await Promise.race([promise, expired]);
  } finally {
    timer.dispose();
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function* chunks(body: FetchOptions['body']): AsyncIterable<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === 'string') yield encoder.encode(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text;
}

/** Both ends are ours: no byte is written. */
async function askHandler(
  handler: HttpHandler,
  from: string,
  { pathname, search, host, protocol }: URL,
  { method = 'GET', headers = {}, body }: FetchOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const sent = chunks(body);
  const call: HttpCall = {
    method,
    url: pathname + search,
    headers: { host, ...lower },
    remote: { ip: from, port: 40_000 },
    tls: protocol === 'https:',
    body: sent,
    text: () => textOf(sent),
    signal,
  };
  const reply = await handler(call);
  const { status = 200, headers: replied = {} } = reply;
  const stream = (async function* () {
    const { body: answer } = reply;
    if (answer === undefined) return;
    if (typeof answer === 'string' || answer instanceof Uint8Array) yield* chunks(answer);
    else for await (const chunk of answer) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  })();
  return {
    status,
    statusText: '',
    headers: Object.fromEntries(Object.entries(replied).map(([name, value]) => [name.toLowerCase(), value])),
    httpVersion: '1.1',
    body: stream,
    text: () => textOf(stream),
  };
}

/** Somebody speaks to one of our servers in bytes. */
async function answerRaw(stream: ByteStream, handler: HttpHandler): Promise<void> {
  const head = await readHttpHead(stream);
  if (head === undefined) {
    stream.connection.end();
    return;
  }
  const [method = 'GET', url = '/'] = head.first.split(' ');
  const body = stream.body(Number(head.headers['content-length'] ?? 0));
  const { remote } = stream.connection;
  const reply = await handler({
    method,
    url,
    headers: head.headers,
    remote,
    tls: false,
    body,
    text: () => textOf(body),
    signal: new AbortController().signal,
  });
  for await (const bytes of responseBytes(reply)) await stream.connection.write(bytes);
  stream.connection.end();
}

/** One of our clients speaks to somebody who reads bytes. */
async function askRaw(
  net: Net,
  address: string,
  port: number,
  { pathname, search, host }: URL,
  { method = 'GET', headers = {}, body }: FetchOptions,
): Promise<HttpAnswer> {
  const connection = await net.connect(address, port);
  const stream = byteStream(connection);
  const lines = Object.entries({ host, connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  await connection.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  for await (const chunk of chunks(body)) await connection.write(chunk);
  const head = await readHttpHead(stream);
  if (head === undefined) throw netError('ECONNRESET', `${address}:${port}`);
  const [, status = '0', ...words] = head.first.split(' ');
  const length = head.headers['content-length'];
  const rest = stream.body(length === undefined ? Number.POSITIVE_INFINITY : Number(length));
  return {
    status: Number(status),
    statusText: words.join(' '),
    headers: head.headers,
    httpVersion: '1.1',
    body: rest,
    text: () => textOf(rest),
  };
}

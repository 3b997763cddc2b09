import type { Chunk, FetchOptions, HttpHandler, SpawnOptions } from '@tabernetes/node-api';
import type { GuestConnection, GuestStart } from '../protocol.ts';
import type { TextGlobals } from './text-globals.ts';
import type { WebGlobals } from './web-globals.ts';
import type { GuestWire } from './wire.ts';

/** What the host tells of an HTTP call. */
interface ToldCall {
  readonly handle: number;
  readonly [member: string]: unknown;
}

/** What the host tells of an HTTP answer. */
interface ToldAnswer extends ToldCall {
  readonly status: number;
}

/**
 * The `Process` of a user's program, and the globals that speak to it: the same members as in process, and promises where the host has
 * to be asked. Sent to workers as its text; names nothing outside of itself.
 */
export function guestProcess(wire: GuestWire, init: GuestStart, web: TextGlobals & WebGlobals) {
  const { ask, tell, target, forget, uint32, fail } = wire;
  const { AbortController, TextDecoder } = web;

  const input = (handle: number) => ({
    read: (maxBytes?: number) => ask('read', handle, maxBytes),
    readLine: () => ask('readLine', handle),
    readText: () => ask('readText', handle),
    close: () => tell('close', handle),
  });
  const output = (handle: number) => ({
    write: (chunk: Chunk) => ask('write', handle, chunk),
    close: () => tell('close', handle),
  });
  const bytesOf = (handle: number): AsyncIterable<Uint8Array> => ({
    async *[Symbol.asyncIterator]() {
      let isOver = false;
      try {
        for (;;) {
          const chunk = (await ask('next', handle)) as Uint8Array | null | undefined;
          if (chunk === undefined || chunk === null) break;
          yield chunk;
        }
        isOver = true;
      } finally {
        if (!isOver) tell('drop', handle);
      }
    },
  });
  /** A body of the host: read once, as it comes or whole. */
  const withBody = <T extends ToldCall>({ handle, ...rest }: T) => {
    const body = bytesOf(handle);
    const text = async (): Promise<string> => {
      const decoder = new TextDecoder();
      let whole = '';
      for await (const chunk of body) whole += decoder.decode(chunk, { stream: true });
      return whole + decoder.decode();
    };
    return { ...rest, body, text, json: async (): Promise<unknown> => JSON.parse(await text()) };
  };
  /** A body of the program: as it is, or a number by which the host asks for its pieces. */
  const sent = (body: unknown): unknown => {
    if (body === undefined || body === null || typeof body === 'string' || body instanceof Uint8Array) return body;
    if (typeof body !== 'object' || !(Symbol.asyncIterator in body || Symbol.iterator in body)) {
      throw new TypeError('a body is a text, bytes, or something that gives them piece by piece');
    }
    const pieces =
      Symbol.asyncIterator in body
        ? (body as AsyncIterable<Chunk>)[Symbol.asyncIterator]()
        : (body as Iterable<Chunk>)[Symbol.iterator]();
    const to = target(async (isEnough: boolean) => {
      const { value, done } = isEnough ? { value: undefined, done: true } : await pieces.next();
      if (isEnough) await pieces.return?.();
      if (done === true) forget(to);
      return done === true ? undefined : value;
    });
    return { from: to };
  };
  const connection = ({ handle, local, remote }: GuestConnection) => ({
    local,
    remote,
    read: (maxBytes?: number) => ask('read', handle, maxBytes),
    write: (chunk: Chunk) => ask('write', handle, chunk),
    end: () => tell('end', handle),
    destroy: () => tell('destroy', handle),
  });
  const listener = (op: string, port: number, to: number, options: { readonly host?: string } | undefined) => {
    const address = { ip: options?.host ?? '0.0.0.0', port };
    const key = target(() => undefined);
    const bound = ask(op, port, to, options, key).then((told) => void Object.assign(address, told));
    return { address, bound, close: () => tell('unlisten', key) };
  };

  const net = {
    addresses: init.addresses,
    resolve: (name: string) => ask('resolve', name),
    query: (name: string, type: string) => ask('query', name, type),
    connect: async (
      host: string,
      port: number,
      options?: { readonly timeoutMs?: number; readonly localPort?: number },
    ) => connection((await ask('connect', host, port, options)) as GuestConnection),
    listen: (port: number, onConnection: (each: unknown) => unknown, options?: { readonly host?: string }) =>
      listener(
        'listen',
        port,
        target((told: GuestConnection) => onConnection(connection(told))),
        options,
      ),
    async fetch(url: string, { signal, body, ...options }: FetchOptions = {}) {
      signal?.throwIfAborted();
      const key = target(() => undefined);
      const abort = (): void => tell('abort', key);
      signal?.addEventListener('abort', abort);
      const given = (await ask('fetch', String(url), { ...options, body: sent(body) }, key)) as ToldAnswer;
      return { ...withBody(given), ok: given.status >= 200 && given.status < 300 };
    },
    serve(port: number, handler: HttpHandler, options?: { readonly host?: string }) {
      const to = target(async (told: ToldCall) => {
        const gone = new AbortController();
        const leaving = target(() => gone.abort());
        tell('gone', told.handle, leaving);
        try {
          const { body, ...reply } = await handler({ ...withBody(told), signal: gone.signal } as never);
          return { ...reply, body: sent(body) };
        } finally {
          forget(leaving);
        }
      });
      return listener('serve', port, to, options);
    },
  };

  const FS =
    'readFile readText writeFile stat lstat exists readDirectory mkdir remove rename symlink link readLink realPath chmod chown touch';
  const fs = {
    ...Object.fromEntries(FS.split(' ').map((name) => [name, (...args: unknown[]) => ask(`fs.${name}`, ...args)])),
    watch(path: string, onChange: () => void) {
      const to = target(onChange);
      ask('fs.watch', path, to).catch(fail);
      return { dispose: () => tell('unwatch', to) };
    },
  };

  const sleep = async (delayMs: number): Promise<void> => void (await ask('sleep', delayMs));
  const rng = (draw: () => number) => ({
    uint32: draw,
    float: () => draw() / 2 ** 32,
    int: (n: number) => Math.floor((draw() / 2 ** 32) * n),
    uuid() {
      const hex = [draw(), draw(), draw(), draw()].map((each) => each.toString(16).padStart(8, '0')).join('');
      const variant = (8 | (draw() & 3)).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    text: (length: number, alphabet: string) =>
      Array.from({ length }, () => alphabet.charAt(Math.floor((draw() / 2 ** 32) * alphabet.length))).join(''),
  });
  const chance = rng(uint32);

  const proc = {
    pid: init.pid,
    argv: init.argv,
    env: init.env,
    cwd: init.cwd,
    uid: init.uid,
    gid: init.gid,
    hostname: init.hostname,
    stdin: input(0),
    stdout: output(1),
    stderr: output(2),
    fs,
    net,
    rng: chance,
    /** Never aborted here: a program that is killed is gone with its worker. */
    signal: new AbortController().signal,
    now: wire.now,
    sleep,
    async openInput(path: string) {
      return input((await ask('openInput', path)) as number);
    },
    spawn(argv: readonly string[], { stdin, stdout, stderr, ...options }: SpawnOptions = {}) {
      const key = target(() => undefined);
      const source = stdin === undefined ? undefined : target((maxBytes?: number) => stdin.read(maxBytes));
      const [out, err] = [stdout, stderr].map((stream) =>
        stream === undefined ? undefined : target((chunk: Chunk) => stream.write(chunk)),
      );
      const child = { pid: 0 };
      const started = ask('spawn', argv, options, { key, stdin: source, stdout: out, stderr: err }).then((pid) => {
        child.pid = pid as number;
      });
      const exited = started.then(() => ask('wait', key)) as Promise<number>;
      return Object.assign(child, { exited, kill: (signal = 'TERM') => tell('killChild', key, signal) });
    },
    onSignal(signal: string, handler: (() => void) | 'ignore') {
      const to = target(handler === 'ignore' ? () => undefined : handler);
      ask('onSignal', signal, handler === 'ignore' ? 0 : to, to).catch(fail);
      return { dispose: () => tell('offSignal', to) };
    },
    kill: (pid: number, signal: string) => ask('kill', pid, signal),
    usage: (use: { readonly cpuMillicores?: number; readonly memoryBytes?: number }) => tell('usage', use),
  };

  const timers = new Set<number>();
  const setTimer = (
    callback: (...args: unknown[]) => void,
    delayMs: unknown,
    args: unknown[],
    isRepeated: boolean,
  ): number => {
    const key = target(() => undefined);
    timers.add(key);
    const wait = (): void => {
      ask('sleep', Math.max(isRepeated ? 1 : 0, Number(delayMs) || 0), key)
        .then(() => {
          if (!timers.has(key)) return;
          if (!isRepeated) clearTimer(key);
          callback(...args);
          if (isRepeated && timers.has(key)) wait();
        })
        .catch(fail);
    };
    wait();
    return key;
  };
  const clearTimer = (key: unknown): void => {
    if (!timers.delete(key as number)) return;
    forget(key as number);
    tell('wake', key);
  };
  const shown = (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return value.stack ?? String(value);
    if (typeof value !== 'object' || value === null) return String(value);
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const print =
    (handle: number) =>
    (...values: unknown[]): void =>
      tell('write', handle, `${values.map(shown).join(' ')}\n`);
  const globals = {
    ...web,
    console: { log: print(1), info: print(1), debug: print(1), warn: print(2), error: print(2) },
    setTimeout: (callback: () => void, delayMs?: unknown, ...args: unknown[]) =>
      setTimer(callback, delayMs, args, false),
    setInterval: (callback: () => void, delayMs?: unknown, ...args: unknown[]) =>
      setTimer(callback, delayMs, args, true),
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    queueMicrotask(callback: () => void) {
      Promise.resolve().then(callback).catch(fail);
    },
    performance: { now: () => wire.now() - init.nowMs, timeOrigin: init.nowMs },
    crypto: {
      randomUUID: chance.uuid,
      getRandomValues<T extends Uint8Array | Uint16Array | Uint32Array>(array: T): T {
        for (let i = 0; i < array.length; i++) array[i] = uint32();
        return array;
      },
    },
  };
  return { proc, globals };
}

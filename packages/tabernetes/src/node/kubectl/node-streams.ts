import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { InputStream, OutputStream, Terminal } from '@tabernetes/node-api';

/** A readable stream of Node as a process reads it. */
export function inputStream(source: Readable): InputStream {
  let rest: Uint8Array = new Uint8Array(0);
  let iterator: AsyncIterator<Uint8Array> | undefined;
  const more = async (): Promise<boolean> => {
    iterator ??= source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const { done, value } = await iterator.next();
    if (done) return false;
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return true;
  };
  const take = (length: number): Uint8Array => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  return {
    async read(maxBytes = 65_536) {
      if (rest.length === 0 && !(await more())) return undefined;
      return take(Math.min(maxBytes, rest.length));
    },
    async readLine() {
      for (;;) {
        const newline = rest.indexOf(10);
        if (newline >= 0) return Buffer.from(take(newline + 1).subarray(0, newline)).toString('utf8');
        if (!(await more())) return rest.length === 0 ? undefined : Buffer.from(take(rest.length)).toString('utf8');
      }
    },
    async readText() {
      while (await more());
      return Buffer.from(take(rest.length)).toString('utf8');
    },
    close: () => source.destroy(),
  };
}

/** Whoever reads it waits no longer: else a terminal at which nobody types would keep the process alive. */
export function letGo(source: Readable): void {
  if (source instanceof Socket) source.unref();
}

/** A writable stream of Node as a process writes to it. `isRaw`: it is a terminal, which is in raw mode now. */
export function outputStream(target: Writable, isRaw: () => boolean = () => false): OutputStream {
  // Told by the rejected write; without a listener, Node would end the process with a stack trace.
  target.on('error', () => undefined);
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        target.write(isRaw() ? withoutReturns(chunk) : chunk, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => target.end(),
  };
}

/** Node's raw mode still puts a return before each line feed: where one is already, there would be two. */
function withoutReturns(chunk: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(chunk);
  return bytes.filter((byte, i) => byte !== 13 || bytes[i + 1] !== 10);
}

/** The terminal that kubectl itself was called from; undefined when there is none. */
export function hostTerminal(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): Terminal | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return {
    get columns() {
      return stdout.columns;
    },
    get rows() {
      return stdout.rows;
    },
    onResize(listener) {
      const resized = (): void => listener(stdout.columns, stdout.rows);
      stdout.on('resize', resized);
      return { dispose: () => stdout.off('resize', resized) };
    },
    setRaw: (raw) => void stdin.setRawMode(raw),
  };
}

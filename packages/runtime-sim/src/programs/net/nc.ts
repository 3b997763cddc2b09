import type { Connection, Process } from '@tabernetes/node-api';
import { launch, pipeOf } from '../support/child.ts';
import { bindFailure, command, Failure, isNetError, UsageError } from '../support/command.ts';
import { parseOptions } from '../support/options.ts';

/** Connects the standard streams, or a program, to a port. */
export const nc = command('[-lk] [-p PORT] [-w SEC] [-zv] [-e PROG] [IPADDR PORT]', async (process) => {
  const args = process.argv.slice(1);
  // Everything after -e is the program.
  const at = args.indexOf('-e');
  const program = at < 0 ? [] : args.slice(at + 1);
  const options = parseOptions(at < 0 ? args : args.slice(0, at), 'lkzvnup:w:q:s:i:N46t');
  const { operands } = options;
  if (options.has('u')) throw new Failure('UDP is not simulated: -u');
  if (options.has('6')) throw new Failure('socket(AF_INET6,1,0): Address family not supported by protocol');
  if (options.has('l')) {
    const port = Number(options.value('p') ?? operands.at(-1));
    if (!Number.isInteger(port)) throw new UsageError('');
    return listen(process, port, options.has('k'), program);
  }
  const [host, portText] = operands;
  if (host === undefined || portText === undefined) throw new UsageError('');
  const [first = 0, last = first] = portText.split('-').map(Number);
  let code = 0;
  for (let port = first; port <= last; port++) {
    try {
      const seconds = options.value('w');
      const connection = await process.net.connect(
        host,
        port,
        seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 },
      );
      if (options.has('v')) await process.stderr.write(`${host} (${connection.remote.ip}:${port}) open\n`);
      if (options.has('z')) connection.destroy();
      else await join(process, connection, program);
    } catch (error) {
      if (!isNetError(error)) throw error;
      code = 1;
      if (options.has('z') && !options.has('v')) continue;
      await process.stderr.write(`nc: ${textOf(error.code, host, port, error.address)}\n`);
    }
  }
  return code;
});

/** Speaks a text with a port. */
export const telnet = command('HOST [PORT]', async (process) => {
  const [host, port = '23'] = process.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (host === undefined) throw new UsageError('');
  try {
    const connection = await process.net.connect(host, Number(port));
    await process.stderr.write(`Connected to ${host}\n`);
    await join(process, connection, []);
    await process.stderr.write('Connection closed by foreign host\n');
    return 1;
  } catch (error) {
    if (!isNetError(error)) throw error;
    const text = textOf(error.code, host, Number(port), error.address);
    throw new Failure(text.replace(/^.* \((.*):\d+\): /, "can't connect to remote host ($1): "));
  }
});

function textOf(code: string, host: string, port: number, address: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `bad address '${host}'`;
  const texts: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Connection refused',
    ETIMEDOUT: 'Connection timed out',
    EHOSTUNREACH: 'No route to host',
    ECONNRESET: 'Connection reset by peer',
  };
  const ip = /^(.*):\d+$/.exec(address)?.[1] ?? host;
  return `${host} (${ip}:${port}): ${texts[code] ?? code}`;
}

async function listen(process: Process, port: number, keeps: boolean, program: readonly string[]): Promise<number> {
  const waiting: Connection[] = [];
  let wake: (() => void) | undefined;
  let listener: { close(): void };
  try {
    listener = process.net.listen(port, (connection) => {
      waiting.push(connection);
      wake?.();
    });
  } catch (error) {
    throw isNetError(error) ? bindFailure(error) : error;
  }
  process.signal.addEventListener('abort', () => listener.close(), { once: true });
  for (;;) {
    const connection = waiting.shift();
    if (connection === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    if (!keeps) listener.close();
    try {
      if (keeps && program.length > 0) void join(process, connection, program).catch(() => connection.destroy());
      else await join(process, connection, program);
    } catch (error) {
      if (!isNetError(error)) throw error;
    }
    if (!keeps) return 0;
  }
}

/** Passes bytes both ways until the other side has closed. */
async function join(process: Process, connection: Connection, program: readonly string[]): Promise<void> {
  if (program.length > 0) {
    // A program that reads no more is none of this one's business.
    process.onSignal('PIPE', 'ignore');
    const { output: stream, input } = pipeOf(process);
    const stdout = { write: (chunk: string | Uint8Array) => connection.write(chunk), close: () => undefined };
    const child = await launch(process, program, { stdin: input, stdout }, 'nc');
    input.close();
    if (typeof child === 'number') {
      stream.close();
      connection.destroy();
      return;
    }
    const pump = async (): Promise<void> => {
      for (let bytes = await connection.read(); bytes !== undefined; bytes = await connection.read())
        await stream.write(bytes);
      stream.close();
    };
    pump().catch(() => stream.close());
    await child.exited;
    connection.end();
    return;
  }
  const upwards = async (): Promise<void> => {
    for (let bytes = await process.stdin.read(); bytes !== undefined; bytes = await process.stdin.read())
      await connection.write(bytes);
    connection.end();
  };
  // When this process or the connection goes, what is left to send has nowhere to go.
  upwards().catch(() => connection.destroy());
  for (let bytes = await connection.read(); bytes !== undefined; bytes = await connection.read())
    await process.stdout.write(bytes);
  connection.destroy();
}

import {
  type ChildProcess,
  type InputStream,
  type OutputStream,
  SIGNAL_NUMBERS,
  type SignalName,
} from '@tabernetes/node-api';
import { toText } from '../file-system/content.ts';
import { chunk, given, maybe, members, number, text, textMembers, texts, whole } from './arguments.ts';
import type { CallContext, Calls } from './call-context.ts';

/** Time, children and signals of the process. */
export function processCalls({ proc, callGuest, notify }: CallContext): Calls {
  const wakes = new Map<number, () => void>();
  const children = new Map<number, ChildProcess>();
  const handlers = new Map<number, { dispose(): void }>();

  /** A stream of the program that a child writes to. */
  const outputTo = (target: number): OutputStream => ({
    async write(data) {
      await callGuest(target, data);
    },
    close: () => undefined,
  });
  return {
    sleep: (delayMs, key) => {
      const ms = Math.max(0, number(delayMs, 'milliseconds'));
      if (ms > MAX_SLEEP_MS) throw new RangeError(`${ms} ms is too long to sleep`);
      if (key === undefined || key === null) return proc.sleep(ms);
      const timer = whole(key);
      proc.world.meter.rested();
      return proc.block((wake) => {
        const { background } = proc;
        const due = proc.world.clock.setTimer(
          ms,
          () => {
            wakes.delete(timer);
            wake();
          },
          { background },
        );
        wakes.set(timer, () => {
          due.dispose();
          wake();
        });
        return () => due.dispose();
      });
    },
    wake: (key) => {
      wakes.get(whole(key))?.();
      wakes.delete(whole(key));
    },
    spawn: (argv, value, streams) => {
      const { env, cwd } = members(value);
      const { key, stdin, stdout, stderr } = members(streams);
      const child = proc.spawn(
        texts(argv),
        given({
          env: maybe(env, textMembers),
          cwd: maybe(cwd, text),
          stdin: maybe(stdin, (target) => inputFrom(() => callGuest(whole(target)))),
          stdout: maybe(stdout, (target) => outputTo(whole(target))),
          stderr: maybe(stderr, (target) => outputTo(whole(target))),
        }),
      );
      children.set(whole(key), child);
      return child.pid;
    },
    wait: async (key) => {
      const code = await children.get(whole(key))?.exited;
      children.delete(whole(key));
      return code;
    },
    killChild: (key, signal) => children.get(whole(key))?.kill(signalName(signal)),
    kill: (pid, signal) => proc.kill(number(pid), signalName(signal)),
    onSignal: (signal, to, key) => {
      const target = whole(to);
      handlers.set(whole(key), proc.onSignal(signalName(signal), target === 0 ? 'ignore' : () => notify(target)));
    },
    offSignal: (key) => {
      handlers.get(whole(key))?.dispose();
      handlers.delete(whole(key));
    },
    usage: (value) => {
      const { cpuMillicores, memoryBytes } = members(value);
      proc.usage(given({ cpuMillicores: maybe(cpuMillicores, whole), memoryBytes: maybe(memoryBytes, whole) }));
    },
  };
}

/** A hundred years. */
const MAX_SLEEP_MS = 100 * 365 * 86_400_000;

function signalName(value: unknown): SignalName {
  const name = text(value).replace(/^SIG/, '');
  if (!Object.hasOwn(SIGNAL_NUMBERS, name)) throw new TypeError(`${name} is no signal`);
  return name as SignalName;
}

/** A stream of the program that a child reads from. */
function inputFrom(next: () => Promise<unknown>): InputStream {
  const read = async (): Promise<Uint8Array | undefined> => {
    const data = maybe(await next(), chunk);
    return typeof data === 'string' ? new TextEncoder().encode(data) : data;
  };
  const readText = async (): Promise<string> => {
    let whole = '';
    for (let piece = await read(); piece !== undefined; piece = await read()) whole += toText(piece);
    return whole;
  };
  return { read, readText, readLine: readText, close: () => undefined };
}

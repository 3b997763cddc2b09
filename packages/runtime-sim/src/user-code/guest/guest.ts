import type { Guest } from '@tabernetes/node-api';
import type { GuestError, GuestStart, HostMessage, wireFormat } from '../protocol.ts';
import type { lockdown } from './lockdown.ts';
import type { guestProcess } from './process.ts';
import type { textGlobals } from './text-globals.ts';
import type { webGlobals } from './web-globals.ts';
import type { GuestWire } from './wire.ts';

/** The other functions that a guest is made of. */
export interface GuestParts {
  readonly wireFormat: typeof wireFormat;
  readonly lockdown: typeof lockdown;
  readonly textGlobals: typeof textGlobals;
  readonly webGlobals: typeof webGlobals;
  readonly guestProcess: typeof guestProcess;
}

/**
 * Speaks for the program of a user inside of its worker: collects what it asks for, hands it what comes, and shuts the realm before it
 * begins. Sent to workers as its text; names nothing outside of itself.
 */
export function createGuest(parts: GuestParts): Guest {
  const { packed, unpacked } = parts.wireFormat();
  let nowMs = 0;
  let state = [1, 2, 3, 4];
  let lastId = 0;
  let lastTarget = 0;
  let calls: string[] = [];
  let answers: string[] = [];
  let done: { readonly code: number } | { readonly error: string } | undefined;
  let program: Parameters<Guest['begin']>[0] = () => undefined;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const targets = new Map<number, (...args: never[]) => unknown>();

  const uint32 = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const sum = (a + b + d) | 0;
    state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11) | 0) + sum) | 0, (d + 1) | 0];
    return sum >>> 0;
  };
  const textOf = (error: unknown): string => {
    if (!(error instanceof Error)) return `Uncaught ${String(error)}`;
    const { stack, name, message } = error;
    const said = `${name}: ${message}`;
    if (typeof stack !== 'string' || !stack.startsWith(said)) return said;
    // Where in the program it was; what lies around it is ours.
    const frames = stack.slice(said.length).split('\n');
    return said + frames.filter((frame) => !/guest\.js|\[worker eval\]|node:|data:/.test(frame)).join('\n');
  };
  const described = (error: unknown): GuestError =>
    error instanceof Error
      ? { name: String(error.name), message: String(error.message) }
      : { name: 'Error', message: String(error) };
  const raised = ({ name, message, ...more }: GuestError): Error => {
    const error = Object.assign(new Error(message), more);
    Object.defineProperty(error, 'name', { value: name });
    return error;
  };
  const fail = (reason: unknown): void => {
    if (done !== undefined) return;
    try {
      done = { error: textOf(reason) };
    } catch {
      done = { error: 'Uncaught error without a text' };
    }
  };

  const wire: GuestWire = {
    now: () => nowMs,
    uint32,
    ask(op, ...args) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        // What cannot be sent is told to who wanted to send it.
        calls.push(packed({ id, op, args }));
        waiting.set(id, { resolve, reject });
      });
    },
    tell(op, ...args) {
      calls.push(packed({ id: 0, op, args }));
    },
    target(callback) {
      targets.set(++lastTarget, callback);
      return lastTarget;
    },
    forget: (target) => void targets.delete(target),
    fail,
  };

  const run = async (init: GuestStart): Promise<void> => {
    state = [...init.seed];
    for (let i = 0; i < 12; i++) uint32();
    const { proc, globals } = parts.guestProcess(wire, init, { ...parts.textGlobals(), ...parts.webGlobals() });
    for (const [key, value] of Object.entries(globals))
      Object.defineProperty(globalThis, key, { value, writable: true, configurable: true });
    const module: { default?: unknown } = {};
    await program(module);
    const { default: entry } = module;
    if (typeof entry !== 'function') throw new TypeError('the program has no `export default` that is a function');
    const code: unknown = await entry(proc);
    const exit = code === undefined ? 0 : Number(code);
    if (!Number.isInteger(exit)) throw new TypeError(`the program gave ${String(code)} instead of an exit code`);
    done ??= { code: exit & 255 };
  };

  const answer = async (id: number, to: number, args: readonly unknown[]): Promise<void> => {
    const callback = targets.get(to);
    try {
      const value = await callback?.(...(args as never[]));
      if (id !== 0) answers.push(packed({ id, value }));
    } catch (error) {
      // Nobody waits for what went wrong here: as with every error that is not caught.
      if (id === 0) fail(error);
      else answers.push(packed({ id, error: described(error) }));
    }
  };

  return {
    begin(given) {
      parts.lockdown(
        () => nowMs,
        () => uint32() / 2 ** 32,
      );
      program = given;
    },
    deliver(text) {
      const message = unpacked(text) as HostMessage;
      nowMs = message.nowMs;
      if (message.type === 'start') run(message).catch(fail);
      else if (message.type === 'call') void answer(message.id, message.to, message.args);
      else {
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === undefined) asked?.resolve(message.value);
        else asked?.reject(raised(message.error));
      }
    },
    take() {
      const end = done === undefined ? '' : `,"done":${packed(done)}`;
      const said = `{"calls":[${calls.join(',')}],"answers":[${answers.join(',')}]${end}}`;
      calls = [];
      answers = [];
      return said;
    },
    fail,
  };
}

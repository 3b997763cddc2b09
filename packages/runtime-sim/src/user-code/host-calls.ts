import type { Proc } from '../process/proc.ts';
import { Killed } from '../process/signals.ts';
import { chunk, maybe, whole } from './arguments.ts';
import type { CallContext, Calls, Handle } from './call-context.ts';
import { fileCalls } from './file-calls.ts';
import { netCalls } from './net-calls.ts';
import { processCalls } from './process-calls.ts';
import type { GuestAnswer, GuestCall, GuestError, HostMessage } from './protocol.ts';

/** What a program may hold open. */
const MAX_HANDLES = 4096;

/** Does what a program asks for, in the name of its process and with no more rights. */
export class HostCalls {
  readonly #post: (message: HostMessage) => void;
  readonly #calls: Calls;
  readonly #handles = new Map<number, Handle>();
  readonly #asked = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  readonly #writes = new Set<Promise<unknown>>();
  #lastHandle = 2;
  #lastId = 0;

  constructor(proc: Proc, post: (message: HostMessage) => void) {
    this.#post = post;
    this.#handles.set(0, { input: proc.stdin });
    this.#handles.set(1, { output: proc.stdout });
    this.#handles.set(2, { output: proc.stderr });
    const context: CallContext = {
      proc,
      open: (handle) => {
        if (this.#handles.size >= MAX_HANDLES) throw new Error('Too many open files');
        this.#handles.set(++this.#lastHandle, handle);
        return this.#lastHandle;
      },
      close: (handle) => void this.#handles.delete(handle),
      callGuest: (to, ...args) => {
        const id = ++this.#lastId;
        this.#post({ type: 'call', nowMs: 0, id, to, args });
        return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
      },
      notify: (to, ...args) => this.#post({ type: 'call', nowMs: 0, id: 0, to, args }),
    };
    this.#calls = { ...this.#streams(), ...fileCalls(context), ...netCalls(context), ...processCalls(context) };
    proc.onExit(() => {
      for (const { reject } of this.#asked.values()) reject(new Killed());
      this.#asked.clear();
    });
  }

  /** Begins what was asked for; the answer comes as a message. */
  take({ id, op, args }: GuestCall): void {
    const done = this.#do(op, args).then(
      (value) => {
        if (id !== 0) this.#post({ type: 'reply', nowMs: 0, id, value });
      },
      (error: unknown) => {
        if (id !== 0 && !(error instanceof Killed)) this.#post({ type: 'reply', nowMs: 0, id, error: told(error) });
      },
    );
    if (op !== 'write') return;
    this.#writes.add(done);
    void done.then(() => this.#writes.delete(done));
  }

  /** The program says what something of it gave. */
  answered({ id, value, error }: GuestAnswer): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(String(error?.message ?? 'error')));
  }

  /** Resolves when all that was written so far has been taken. */
  async written(): Promise<void> {
    await Promise.all([...this.#writes]);
  }

  async #do(op: string, args: readonly unknown[]): Promise<unknown> {
    const call = Object.hasOwn(this.#calls, op) ? this.#calls[op] : undefined;
    if (call === undefined) throw new TypeError(`there is no ${op}`);
    return call(...args);
  }

  #streams(): Calls {
    const at = (handle: unknown): Handle => {
      const found = this.#handles.get(whole(handle));
      if (found === undefined) throw new Error('Bad file descriptor');
      return found;
    };
    const inputAt = (handle: unknown): NonNullable<Handle['input']> => at(handle).input ?? bad();
    return {
      read: (handle, maxBytes) =>
        (at(handle).connection ?? inputAt(handle)).read(maybe(maxBytes, (n) => Math.max(1, whole(n)))),
      readLine: (handle) => inputAt(handle).readLine(),
      readText: (handle) => inputAt(handle).readText(),
      write: (handle, data) => (at(handle).connection ?? at(handle).output ?? bad()).write(chunk(data)),
      close: (handle) => {
        const { input, output } = at(handle);
        input?.close();
        output?.close();
        this.#handles.delete(whole(handle));
      },
      end: (handle) => at(handle).connection?.end(),
      destroy: (handle) => {
        at(handle).connection?.destroy();
        this.#handles.delete(whole(handle));
      },
      next: async (handle) => {
        const { value, done } = (await at(handle).pieces?.next()) ?? { value: undefined, done: true };
        if (done === true) this.#handles.delete(whole(handle));
        return done === true ? undefined : value;
      },
      drop: async (handle) => {
        const { pieces } = at(handle);
        this.#handles.delete(whole(handle));
        await pieces?.return?.();
      },
    };
  }
}

function bad(): never {
  throw new Error('Bad file descriptor');
}

function told(error: unknown): GuestError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  const { code, path, address } = error as { code?: unknown; path?: unknown; address?: unknown };
  return {
    name,
    message,
    ...(typeof code === 'string' && { code }),
    ...(typeof path === 'string' && { path }),
    ...(typeof address === 'string' && { address }),
  };
}

import type { Chunk } from '@tabernetes/node-api';

/** Who waits in a read or write: a process, which is thrown out of it when it is killed. */
export interface Waiter {
  /** Waits until `wake` is called; `register` gives back what takes the registration away again. */
  block(register: (wake: () => void) => () => void): Promise<void>;
  /** Nobody reads any more: SIGPIPE. Throws when that kills or is answered with an error. */
  brokenPipe(): never;
  /** What it has written takes so much more memory. Throws when that kills. */
  charge?(bytes: number): void;
  /** Who is not in the foreground of a terminal is stopped when it reads from it; resolves when it goes on. */
  heldBack?(foreground: { readonly pids: unknown; readonly pgid: number } | undefined): Promise<void> | undefined;
}

/**
 * What a descriptor stands for. Shared by the processes that inherited it, and so is its offset; closed when the last
 * lets go. Calls answer at once where they need not wait: `undefined` from write is "taken".
 */
export interface OpenFile {
  readonly terminal: boolean;
  /** The path it was opened by, or such as `pipe:[12]`. */
  readonly label: string;
  retain(): OpenFile;
  release(): void;
  /** The next piece, at most `maxBytes`; undefined at the end. */
  read(waiter: Waiter, maxBytes?: number): Promise<Chunk | undefined> | Chunk | undefined;
  /** The next line with its newline, or what is left before the end without one; undefined at the end. */
  readLine(waiter: Waiter): Promise<string | undefined> | string | undefined;
  /** @throws {FileOperationError} ENOSPC and the like */
  write(waiter: Waiter, chunk: Chunk): Promise<void> | undefined;
}

/** Counts who holds an open file; `close` runs when the last let go. */
export abstract class Shared {
  #holders = 1;

  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (this.#holders <= 0) return;
    this.#holders--;
    if (this.#holders === 0) this.closed();
  }

  protected abstract closed(): void;
}

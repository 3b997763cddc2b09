import type { Connection, InputStream, OutputStream } from '@tabernetes/node-api';
import type { Proc } from '../process/proc.ts';

/** Something open, by its number in the program. */
export interface Handle {
  readonly input?: Pick<InputStream, 'read' | 'readLine' | 'readText' | 'close'>;
  readonly output?: OutputStream;
  readonly connection?: Connection;
  readonly pieces?: AsyncIterator<Uint8Array>;
}

/** What the calls of one kind need of the others. */
export interface CallContext {
  readonly proc: Proc;
  /** Gives it a number. @throws {Error} too many are open */
  open(handle: Handle): number;
  close(handle: number): void;
  /** Calls something of the program, and waits for what it gives. */
  callGuest(to: number, ...args: readonly unknown[]): Promise<unknown>;
  /** Calls something of the program. */
  notify(to: number, ...args: readonly unknown[]): void;
}

export type Calls = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

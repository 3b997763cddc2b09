/** A program whose text somebody wrote whom nobody trusts, and what is put between it and the rest of the world. */
export interface SandboxProgram {
  /** For stack traces: `app.js`. */
  readonly name: string;
  /** An expression that gives a {@link Guest}. Ours: it is evaluated first, with all that the worker has. */
  readonly guest: string;
  /** The body of a function of `module`, which it gives a `default`. Compiled by the worker, run by the guest once all doors are shut. */
  readonly program: string;
}

/** What speaks for a program inside of its worker. Texts alone pass in and out, so that no object of one side is in reach of the other. */
export interface Guest {
  /** Shuts the doors of the realm that it runs in, then runs the program. */
  begin(program: (module: { default?: unknown }) => unknown): void;
  /** Takes a message. */
  deliver(message: string): void;
  /** What there is to say, once all promises have settled. */
  take(): string;
  /** An error that nobody has caught. */
  fail(reason: unknown): void;
}

export type SandboxErrorCode = 'overrun' | 'memory' | 'tooMany' | 'refused' | 'failed';

/** Why a worker is gone, or was never there; the message is for the person whose program it was. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;
  constructor(code: SandboxErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A worker with one program in it. */
export interface SandboxWorker {
  /**
   * Hands over a message, lets the program compute until all of its promises have settled, and resolves with what it says. One at a
   * time. Nothing in it waits for any clock but the host's.
   * @throws {SandboxError} the worker is gone: it computed too long, took too much memory, could not be started
   */
  turn(message: string): Promise<string>;
  /** Ends it wherever it is. */
  terminate(): void;
}

/**
 * Where programs of users run: workers of their own, each with nothing of the host in reach: no network, no files, no storage, no clock,
 * no way to make code of texts. One contract suite holds for every driver.
 */
export interface Sandbox {
  /** @throws {SandboxError} tooMany, refused */
  start(program: SandboxProgram): SandboxWorker;
}

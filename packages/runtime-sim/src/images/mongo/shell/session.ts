import type { Process } from '@tabernetes/node-api';
import { isNetError } from '../../../programs/support/command.ts';
import { failure, type Thrown } from '../script/values.ts';
import { ask, findPrimary, type Host, type Reply, type Request, type Target } from '../wire.ts';

/** How long drivers look for a server that can be written to. */
export const SELECTION_MS = 30_000;

/** What a shell is connected to. Looks again for the one that is written to when it is gone, or is that no more. */
export class Session {
  readonly process: Process;
  readonly #target: Target;
  #host: Host | undefined;
  database: string;

  constructor(process: Process, target: Target) {
    this.process = process;
    this.#target = target;
    this.database = target.database;
  }

  /** @throws {Thrown} what the server refuses, or that none was found */
  async send(request: Request): Promise<Reply> {
    const reply = await this.ask(request);
    if (reply.error !== undefined) throw serverError(reply.error);
    return reply;
  }

  /** The same with refusals as values. @throws {Thrown} that no server was found */
  async ask(request: Request): Promise<Reply> {
    for (let last = false; ; last = true) {
      const host = await this.#find();
      try {
        const reply = await ask(this.process, host, request);
        if (last || reply.error?.codeName !== 'NotWritablePrimary') return reply;
      } catch (error) {
        if (!isNetError(error)) throw error;
        if (last) throw failure('MongoNetworkError', `connect ${error.code} ${host.host}:${host.port}`);
      }
      this.#host = undefined;
    }
  }

  async #find(): Promise<Host> {
    if (this.#host !== undefined) return this.#host;
    try {
      this.#host = await findPrimary(this.process, this.#target, SELECTION_MS);
      return this.#host;
    } catch (error) {
      if (!(error instanceof Error) || 'code' in error) throw error;
      throw failure('MongoServerSelectionError', error.message);
    }
  }
}

/** Numbers of the errors that scripts look at. */
const CODES: Readonly<Record<string, number>> = {
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  AlreadyInitialized: 23,
  CommandNotFound: 59,
  NodeNotFound: 74,
  NoReplicationEnabled: 76,
  NotYetInitialized: 94,
  NotWritablePrimary: 10_107,
  DuplicateKey: 11_000,
  NotPrimaryOrSecondary: 13_436,
};

export function serverError({ codeName, message }: { readonly codeName: string; readonly message: string }): Thrown {
  return failure('MongoServerError', message, { ok: 0, code: CODES[codeName] ?? 1, codeName });
}

import type { Proc } from './proc.ts';

/** What the runtime's own helpers take of the numbers before a program gets its own: `runc init` and its threads. */
const RUNC_PIDS = 5;

/** Process numbers as those inside see them. The first process is 1, adopts orphans, and takes all others with it. */
export class PidNamespace {
  readonly processes = new Map<number, Proc>();
  readonly host: boolean;
  #next: number;

  constructor({ host = false }: { readonly host?: boolean } = {}) {
    this.host = host;
    this.#next = host ? 1_000 : 1;
  }

  get init(): Proc | undefined {
    return this.host ? undefined : this.processes.get(1);
  }

  /** The number of a process that another one starts. */
  next(): number {
    return this.#next++;
  }

  /** The number of a process that the runtime starts from outside. */
  enter(): number {
    if (this.#next > 1) this.#next += RUNC_PIDS;
    return this.#next++;
  }
}

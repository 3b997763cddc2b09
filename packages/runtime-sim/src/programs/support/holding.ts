import type { Process } from '@tabernetes/node-api';
import { Failure } from './command.ts';

/** What a program may keep at most, whatever the container's limit: the host's own memory must last. */
const MOST_HELD_BYTES = 32 * 1024 ** 2;
/** How long one text may become. */
export const LONGEST_TEXT = MOST_HELD_BYTES / 4;
const STEP_BYTES = 1024 ** 2;

/**
 * Counts what a program keeps, and says so: who keeps more than its container may is killed for it. Who keeps more than
 * the host can bear is killed as if its machine had no more.
 */
export class Holding {
  readonly #usage: Process['usage'];
  #bytes = 0;
  #told = 0;

  constructor(process: Pick<Process, 'usage'>) {
    this.#usage = (use) => process.usage(use);
  }

  /** @throws {Failure} where nobody kills: machines outside of the cluster */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (Math.abs(this.#bytes - this.#told) < STEP_BYTES) return;
    this.#told = this.#bytes;
    if (this.#bytes > MOST_HELD_BYTES) outOfMemory({ usage: this.#usage });
    this.#usage({ memoryBytes: STEP_BYTES + this.#bytes });
  }
}

/** Takes more memory than there is. @throws {Failure} where nobody kills for it */
export function outOfMemory(process: Pick<Process, 'usage'>): never {
  process.usage({ memoryBytes: Number.MAX_SAFE_INTEGER });
  throw new Failure('out of memory');
}

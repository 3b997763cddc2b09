import type { Process } from '@tabernetes/node-api';
import { attempt, complain } from '../support/command.ts';
import { type LineBatch, LineReader, openBytes } from '../support/input.ts';

/** The lines of all files as one stream that can be asked whether it is at its end. */
export class Lines {
  readonly #process: Process;
  readonly #paths: readonly string[];
  readonly #beforeWait: () => Promise<void>;
  #nextPath = 0;
  #reader: LineReader | undefined;
  #batch: LineBatch | undefined;
  #at = 0;
  failed = false;
  path = '-';

  constructor(process: Process, paths: readonly string[], beforeWait: () => Promise<void>) {
    this.#process = process;
    this.#paths = paths.length === 0 ? ['-'] : paths;
    this.#beforeWait = beforeWait;
  }

  async next(): Promise<{ readonly text: string; readonly terminated: boolean } | undefined> {
    if (!(await this.#fill())) return undefined;
    const { lines, terminated } = this.#batch ?? { lines: [], terminated: true };
    const text = lines[this.#at++] ?? '';
    return { text, terminated: terminated || this.#at < lines.length };
  }

  async isLast(): Promise<boolean> {
    return !(await this.#fill());
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      if (this.#batch !== undefined && this.#at < this.#batch.lines.length) return true;
      await this.#beforeWait();
      if (this.#reader === undefined) {
        const path = this.#paths[this.#nextPath++];
        if (path === undefined) return false;
        const opened = attempt(() => openBytes(this.#process, path));
        if ('error' in opened) {
          await complain(this.#process, `${path}: ${opened.error.message}`);
          this.failed = true;
          continue;
        }
        this.path = path;
        this.#reader = new LineReader(opened.value);
      }
      this.#batch = await this.#reader.next();
      this.#at = 0;
      if (this.#batch === undefined) this.#reader = undefined;
    }
  }
}

import type { LineReader } from '../support/input.ts';

/** Records of an input, one by one. */
export class LineQueue {
  readonly #reader: LineReader | undefined;
  #lines: readonly string[] = [];
  #at = 0;

  constructor(reader: LineReader | undefined) {
    this.#reader = reader;
  }

  /**
   * The next record.
   *
   * @param separator RS: a newline, any other text, or empty for paragraphs
   * @param beforeWait called before it waits for more
   */
  async next(separator: string, beforeWait: () => Promise<void>): Promise<string | undefined> {
    if (separator === '\n') return this.#line(beforeWait);
    const lines: string[] = [];
    for (let line = await this.#line(beforeWait); line !== undefined; line = await this.#line(beforeWait)) {
      if (separator === '') {
        if (line === '' && lines.length === 0) continue;
        if (line === '') return lines.join('\n');
        lines.push(line);
        continue;
      }
      const end = line.indexOf(separator);
      if (end < 0) {
        lines.push(line);
        continue;
      }
      lines.push(line.slice(0, end));
      // What follows the separator is put back as a line of its own.
      this.#lines = [line.slice(end + separator.length), ...this.#lines.slice(this.#at)];
      this.#at = 0;
      return lines.join('\n');
    }
    return lines.length === 0 || (lines.length === 1 && lines[0] === '') ? undefined : lines.join('\n');
  }

  async #line(beforeWait: () => Promise<void>): Promise<string | undefined> {
    while (this.#at >= this.#lines.length) {
      if (this.#reader === undefined) return undefined;
      await beforeWait();
      const batch = await this.#reader.next();
      if (batch === undefined) return undefined;
      this.#lines = batch.lines;
      this.#at = 0;
    }
    return this.#lines[this.#at++];
  }
}

/** Space between columns, and the least width of one. */
const PADDING = 3;
const MIN_WIDTH = 6;

/**
 * Lines of cells in columns, as kubectl's tabwriter sets them: each column as wide as its widest cell and three spaces, as long as
 * one line after another has a cell in it. The last cell of a line belongs to no column; a line break in a cell begins a line. Widths may be remembered, so that what follows later stands below.
 *
 * @see https://pkg.go.dev/github.com/liggitt/tabwriter
 */
export class TabWriter {
  readonly #write: (text: string) => void;
  #lines: (readonly string[])[] = [];
  #remembered: number[] = [];
  readonly #remembers: boolean;

  constructor(write: (text: string) => void, { remembers = true }: { readonly remembers?: boolean } = {}) {
    this.#write = write;
    this.#remembers = remembers;
  }

  line(cells: readonly string[]): void {
    if (!cells.some((cell) => cell.includes('\n'))) this.#lines.push(cells);
    else for (const part of cells.join('\t').split('\n')) this.#lines.push(part.split('\t'));
  }

  /** Writes what there is. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#block(this.#lines, []);
    this.#lines = [];
    this.#write(text);
  }

  /** Lines that share the columns whose widths are known; those that go on below each other share the next one. */
  #block(lines: readonly (readonly string[])[], widths: readonly number[]): string {
    const column = widths.length;
    let text = '';
    for (let at = 0; at < lines.length; ) {
      const first = at;
      let width = MIN_WIDTH;
      for (; at < lines.length && column < (lines[at]?.length ?? 0) - 1; at++) {
        width = Math.max(width, lengthOf(lines[at]?.[column] ?? '') + PADDING);
      }
      if (at > first) {
        text += this.#block(lines.slice(first, at), [...widths, this.#widened(column, width)]);
      } else {
        text += (lines[at] ?? []).map((cell, i) => cell + ' '.repeat(padding(widths[i], cell))).join('') + '\n';
        at++;
      }
    }
    return text;
  }

  /** The width of a column, which is not less than it was. */
  #widened(column: number, width: number): number {
    if (!this.#remembers) return width;
    const widest = Math.max(width, this.#remembered[column] ?? 0);
    this.#remembered[column] = widest;
    return widest;
  }

  /** A new table begins: widths of the last one do not count. */
  forget(): void {
    this.#remembered = [];
  }
}

/** Characters, not bytes; what is plain is counted at once. */
const lengthOf = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length);

const padding = (width: number | undefined, cell: string): number =>
  width === undefined ? 0 : Math.max(0, width - lengthOf(cell));

/** Control characters made visible, so that a cell cannot steer the terminal. */
export const escapeTerminal = (text: string): string => text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');

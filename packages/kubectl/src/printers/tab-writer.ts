/** Space between columns, and the least width of one. */
const PADDING = 3;
const MIN_WIDTH = 6;

/**
 * Lines of cells in columns, as kubectl's tabwriter sets them: each column as wide as its widest cell and three spaces.
 * The last cell of a line belongs to no column. Widths may be remembered, so that what follows later stands below.
 *
 * @see https://pkg.go.dev/github.com/liggitt/tabwriter
 */
export class TabWriter {
  readonly #write: (text: string) => void;
  #lines: (readonly string[])[] = [];
  #remembered: readonly number[] = [];
  readonly #remembers: boolean;

  constructor(write: (text: string) => void, { remembers = true }: { readonly remembers?: boolean } = {}) {
    this.#write = write;
    this.#remembers = remembers;
  }

  line(cells: readonly string[]): void {
    this.#lines.push(cells);
  }

  /** Writes what there is. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const widths: number[] = [...this.#remembered];
    for (const cells of this.#lines) {
      for (let at = 0; at < cells.length - 1; at++) {
        widths[at] = Math.max(widths[at] ?? MIN_WIDTH, lengthOf(cells[at] ?? '') + PADDING);
      }
    }
    if (this.#remembers) this.#remembered = widths;
    let text = '';
    for (const cells of this.#lines) {
      const last = cells.length - 1;
      cells.forEach((cell, at) => {
        text += at === last ? cell : cell + ' '.repeat((widths[at] ?? 0) - lengthOf(cell));
      });
      text += '\n';
    }
    this.#lines = [];
    this.#write(text);
  }

  /** A new table begins: widths of the last one do not count. */
  forget(): void {
    this.#remembered = [];
  }
}

/** Characters, not bytes; what is plain is counted at once. */
const lengthOf = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length);

/** Control characters made visible, so that a cell cannot steer the terminal. */
export const escapeTerminal = (text: string): string => text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');

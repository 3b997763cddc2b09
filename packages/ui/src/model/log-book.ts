/** One line that a container has printed. */
export interface LogLine {
  /** Counts up: what tells lines apart. */
  readonly id: number;
  /** Who printed it. */
  readonly source: string;
  /** RFC 3339, as the server sent it. */
  readonly time: string;
  readonly text: string;
}

/** Lines that are kept of all sources together. */
const MOST_LINES = 2_000;

/**
 * Logs of several containers as one, in the order of their timestamps. A source that is heard again tells nothing twice: what is not
 * newer than its last line is left out.
 */
export class LogBook {
  #lines: LogLine[] = [];
  #snapshot: readonly LogLine[] = [];
  readonly #last = new Map<string, string>();
  readonly #rest = new Map<string, string>();
  /** Sources that are heard again, until they tell something new. */
  readonly #again = new Set<string>();
  #isChanged = false;
  #ids = 0;
  /** Lines that were dropped because there are too many. */
  dropped = 0;

  /** Takes a piece of a log with timestamps; it may end in the middle of a line. */
  add(source: string, piece: string): void {
    const lines = ((this.#rest.get(source) ?? '') + piece).split('\n');
    this.#rest.set(source, lines.pop() ?? '');
    for (const line of lines) {
      const space = line.indexOf(' ');
      const time = space < 0 ? line : line.slice(0, space);
      const key = orderOf(time);
      const last = this.#last.get(source) ?? '';
      if (this.#again.has(source) && key <= last) continue;
      this.#again.delete(source);
      this.#last.set(source, key);
      this.#insert({ id: ++this.#ids, source, time, text: space < 0 ? '' : line.slice(space + 1) });
    }
    if (this.#lines.length > MOST_LINES) {
      this.dropped += this.#lines.length - MOST_LINES;
      this.#lines = this.#lines.slice(-MOST_LINES);
    }
    this.#isChanged = true;
  }

  /** The source is read from its last second on; undefined: it has said nothing yet. */
  resume(source: string): string | undefined {
    const last = this.#last.get(source);
    if (last === undefined) return undefined;
    this.#again.add(source);
    this.#rest.delete(source);
    return `${last.slice(0, 19)}Z`;
  }

  /** In order of time; the same array until something is added. */
  get lines(): readonly LogLine[] {
    if (this.#isChanged) this.#snapshot = [...this.#lines];
    this.#isChanged = false;
    return this.#snapshot;
  }

  /** Nearly always at the end: only what comes late is looked up a place for. */
  #insert(line: LogLine): void {
    const key = orderOf(line.time);
    let at = this.#lines.length;
    while (at > 0 && orderOf(this.#lines[at - 1]?.time ?? '') > key) at--;
    this.#lines.splice(at, 0, line);
  }
}

/** Fractions have as many digits as they need; with all nine, texts compare as times do. */
function orderOf(time: string): string {
  const [, second = '', fraction = ''] = /^(.{19})(?:\.(\d+))?/.exec(time) ?? [];
  return `${second}.${fraction.padEnd(9, '0')}`;
}

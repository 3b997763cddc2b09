import { elasticTabs } from '../../printers/elastic-tabs.ts';
import { escapeTerminal } from '../../printers/tab-writer.ts';

/** The text of a description while it is written: indented lines, in columns where they have tabs. */
export class Description {
  readonly #indent: number;
  readonly #sink: { done: string; open: string };

  constructor(indent = 0, sink = { done: '', open: '' }) {
    this.#indent = indent;
    this.#sink = sink;
  }

  /** Writes text at a level of indentation; the newline is part of the text. */
  write(level: number, text: string): void {
    this.#sink.open += escapeTerminal('  '.repeat(level + this.#indent) + text);
  }

  /** Ends a line that has been begun. */
  line(text: string): void {
    this.#sink.open += `${'  '.repeat(this.#indent)}${escapeTerminal(text)}\n`;
  }

  /** `Name:<tab>value` */
  field(level: number, name: string, value: unknown): void {
    this.write(level, `${name}:\t${String(value)}\n`);
  }

  /** Ends all columns; those that follow are set on their own. */
  flush(): void {
    this.#sink.done += elasticTabs(this.#sink.open);
    this.#sink.open = '';
  }

  /** The same text, further to the right. */
  indented(levels: number): Description {
    return new Description(this.#indent + levels, this.#sink);
  }

  text(): string {
    this.flush();
    return this.#sink.done;
  }
}

/** A table inside of a description: titles, underlined. */
export function heads(d: Description, level: number, titles: readonly string[], lines?: readonly string[]): void {
  d.write(level, `${titles.join('\t')}\n`);
  d.write(level, `${(lines ?? titles.map((title) => '-'.repeat(title.length))).join('\t')}\n`);
}

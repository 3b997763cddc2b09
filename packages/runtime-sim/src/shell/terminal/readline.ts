import { toText } from '../../file-system/content.ts';
import type { Pty } from '../../process/pty.ts';
import { type Candidate, type Candidates, candidatesFor } from '../completion/candidates.ts';
import { Interrupted } from '../control.ts';
import type { Shell } from '../shell.ts';
import { LineEditor } from './line-editor.ts';
import { widthOf } from './text-width.ts';

/** Terminals answer where their cursor is, by keys that the editor passes over. */
const ASK_FOR_CURSOR = '\u001b[6n';

/** Lists longer than this are shown to those who say yes. */
const MANY = 100;

/** Lines that somebody types at a terminal, with editing, history and completion. */
export class Readline {
  readonly #shell: Shell;
  readonly #terminal: Pty;
  readonly #editor: LineEditor;
  #printed = '';

  constructor(shell: Shell, terminal: Pty) {
    this.#shell = shell;
    this.#terminal = terminal;
    this.#editor = new LineEditor((text) => (this.#printed += text), {
      columns: this.#columns,
      history: shell.history,
    });
  }

  get #columns(): number {
    const { columns } = this.#terminal;
    return columns > 1 ? columns : 80;
  }

  /** The next line with its newline; undefined after Ctrl-D, or when the keyboard is gone. @throws {Interrupted} */
  async line(prompt: string): Promise<string | undefined> {
    const terminal = this.#terminal;
    const editor = this.#editor;
    const { proc } = this.#shell;
    terminal.foreground = proc;
    terminal.mode = 'raw';
    const resized = terminal.onResize((columns) => {
      editor.resize(columns);
      void this.#flush();
    });
    try {
      editor.begin(prompt, this.#columns);
      // busybox wants to know where on the line its prompt begins, unless somebody types already.
      if (this.#shell.applet !== 'bash' && !terminal.hasKeys) this.#printed += ASK_FOR_CURSOR;
      await this.#flush();
      for (;;) {
        const keys = await proc.stdin.readChunk();
        if (keys === undefined) return undefined;
        let rest = toText(keys);
        for (let fed = editor.feed(rest); ; fed = editor.feed(rest)) {
          await this.#flush();
          if (fed === undefined) break;
          ({ rest } = fed);
          if (fed.event.type === 'complete') {
            await this.#complete(fed.event.text);
            continue;
          }
          terminal.unread(rest);
          if (fed.event.type === 'interrupt') throw new Interrupted();
          return fed.event.type === 'end' ? undefined : `${fed.event.text}\n`;
        }
      }
    } finally {
      resized.dispose();
      terminal.mode = 'line';
    }
  }

  async #flush(): Promise<void> {
    const text = this.#printed;
    this.#printed = '';
    if (text !== '') await this.#terminal.show(text);
  }

  async #complete(line: string): Promise<void> {
    const found = await candidatesFor(this.#shell, line);
    const [first] = found.list;
    if (first === undefined) {
      await this.#terminal.show('\u0007');
      return;
    }
    const { length, word } = found.typed;
    const common = found.list.map(({ value }) => value).reduce(commonPrefix);
    if (found.list.length === 1) this.#editor.complete(length, whole(found, first));
    else if (common.length > word.length) this.#editor.complete(length, quoted(found, common));
    else await this.#list(found.list);
    await this.#flush();
  }

  async #list(list: readonly Candidate[]): Promise<void> {
    const terminal = this.#terminal;
    if (list.length > MANY) {
      await terminal.show(`\r\nDisplay all ${list.length} possibilities? (y or n)`);
      const answer = await this.#shell.proc.stdin.readChunk(1);
      if (!['y', 'Y', ' ', '\t'].includes(toText(answer ?? ''))) {
        await terminal.show('\r\n');
        this.#editor.redraw();
        return;
      }
    }
    await terminal.show(
      `\r\n${inColumns(
        list.map(({ shown }) => shown),
        this.#columns,
      )}`,
    );
    this.#editor.redraw();
  }
}

function whole(found: Candidates, { value, isWhole }: Candidate): string {
  return quoted(found, value) + (isWhole ? `${found.typed.quote} ` : '');
}

/** As it has to be written so that it stays one word. */
function quoted({ typed: { quote } }: Candidates, value: string): string {
  if (quote !== '') return quote + value;
  return value.replace(/[\s'"\\|&;()<>*?[\]#!`]/g, '\\$&');
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

/** Names below each other in as many columns as fit. */
function inColumns(names: readonly string[], columns: number): string {
  const widths = names.map((name) => [...name].reduce((sum, each) => sum + widthOf(each), 0));
  const width = Math.max(...widths) + 2;
  const perLine = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(names.length / perLine);
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let at = row; at < names.length; at += rows) {
      const isLast = at + rows >= names.length;
      text += (names[at] ?? '') + (isLast ? '\r\n' : ' '.repeat(width - (widths[at] ?? 0)));
    }
  }
  return text;
}

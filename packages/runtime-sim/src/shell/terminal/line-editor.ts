import { MOVES, nextKey, wordEnd, wordStart } from './keys.ts';
import { placeAfter } from './text-width.ts';

/** What a person did at the prompt. */
export type EditorEvent =
  | { readonly type: 'line'; readonly text: string }
  /** Ctrl-C: the line is given up. */
  | { readonly type: 'interrupt' }
  /** Ctrl-D on an empty line. */
  | { readonly type: 'end' }
  /** Tab: the text up to the cursor wants to be completed; answer with {@link LineEditor.complete}. */
  | { readonly type: 'complete'; readonly text: string };

/**
 * One line of input on a terminal, with the keys that readline has: arrows, Home, End, Ctrl-A E B F U K W Y T L, Alt-B F D .,
 * history by arrows and Ctrl-R. Takes what the terminal sends and gives back what to print; does nothing else.
 *
 * ```
 *   row 0   ~ $ kubectl get pods -l app=we     what was drawn: prompt and line, over as many rows as they take;
 *   row 1   b,tier=front_                      #row remembers on which of them the cursor was left
 * ```
 */
export class LineEditor {
  readonly #print: (text: string) => void;
  readonly #history: string[];
  #prompt = '';
  #columns: number;
  #line: readonly string[] = [];
  #cursor = 0;
  #killed: readonly string[] = [];
  #place = 0;
  #draft = '';
  #search: { text: string; at: number } | undefined;
  /** Row of the cursor below the row of the prompt, as it was drawn. */
  #row = 0;
  #waiting = '';
  #event: EditorEvent | undefined;

  /** @param history oldest first; lines are added to it */
  constructor(
    print: (text: string) => void,
    { columns = 80, history = [] }: { columns?: number; history?: string[] } = {},
  ) {
    this.#print = print;
    this.#columns = knownColumns(columns);
    this.#history = history;
  }

  /** Shows the prompt and an empty line behind it, on a screen of that width. */
  begin(prompt: string, columns: number = this.#columns): void {
    this.#columns = knownColumns(columns);
    this.#prompt = prompt;
    this.#line = [];
    this.#cursor = 0;
    this.#row = placeAfter(prompt, this.#columns).row;
    this.#place = this.#history.length;
    this.#search = undefined;
    this.#print(visible(prompt));
  }

  /** Draws the line again where the cursor is: after something was printed below it. */
  redraw(): void {
    this.#row = 0;
    this.#draw();
  }

  /** The screen has another width: draws the line again where it now stands. */
  resize(columns: number): void {
    const known = knownColumns(columns);
    this.#columns = known;
    const typed = this.#line.slice(0, this.#cursor).join('');
    this.#row = wrapped(placeAfter(typed, known, placeAfter(this.#prompt, known)), known).row;
    if (this.#search === undefined) this.#draw();
    else this.#drawSearch();
  }

  /** What the terminal sent, up to the first event; `rest` are the keys behind it. */
  feed(input: string): { readonly event: EditorEvent; readonly rest: string } | undefined {
    let rest = this.#waiting + input;
    this.#waiting = '';
    while (rest !== '') {
      const key = nextKey(rest);
      if (key === undefined) {
        this.#waiting = rest;
        return undefined;
      }
      rest = rest.slice(key.length);
      this.#event = undefined;
      this.#key(key);
      if (this.#event !== undefined) return { event: this.#event, rest };
    }
    return undefined;
  }

  /** Puts a completion in place of the last `length` characters before the cursor. */
  complete(length: number, text: string): void {
    this.#replace(Math.max(0, this.#cursor - length), this.#cursor, [...text]);
    this.#draw();
  }

  #key(key: string): void {
    if (this.#search !== undefined && this.#searchKey(key)) return;
    const move = MOVES[key];
    if (move !== undefined) {
      this.#cursor = move(this.#line, this.#cursor);
      this.#draw();
      return;
    }
    switch (key) {
      case '\r':
      case '\n':
        this.#submit();
        return;
      case '\u0003':
        this.#leave('^C');
        this.#event = { type: 'interrupt' };
        return;
      case '\u0004':
        if (this.#line.length === 0) this.#event = { type: 'end' };
        else this.#erase(this.#cursor, this.#cursor + 1);
        return;
      case '\t':
        this.#event = { type: 'complete', text: this.#line.slice(0, this.#cursor).join('') };
        return;
      case '\u007f':
      case '\b':
        this.#erase(this.#cursor - 1, this.#cursor);
        return;
      case '\u001b[3~':
        this.#erase(this.#cursor, this.#cursor + 1);
        return;
      case '\u000b':
        this.#kill(this.#cursor, this.#line.length);
        return;
      case '\u0015':
        this.#kill(0, this.#cursor);
        return;
      case '\u0017':
      case '\u001b\u007f':
        this.#kill(wordStart(this.#line, this.#cursor), this.#cursor);
        return;
      case '\u001bd':
        this.#kill(this.#cursor, wordEnd(this.#line, this.#cursor));
        return;
      case '\u0019':
        this.#insert(this.#killed);
        return;
      case '\u0014':
        this.#transpose();
        return;
      case '\u001b.':
      case '\u001b_':
        this.#insert([...(this.#history.at(-1)?.trim().split(/\s+/).at(-1) ?? '')]);
        return;
      case '\u000c':
        this.#print('\u001b[2J\u001b[H');
        this.redraw();
        return;
      case '\u001b[A':
      case '\u001bOA':
      case '\u0010':
        this.#recall(this.#place - 1);
        return;
      case '\u001b[B':
      case '\u001bOB':
      case '\u000e':
        this.#recall(this.#place + 1);
        return;
      case '\u0012':
        this.#search = { text: '', at: this.#history.length };
        this.#drawSearch();
        return;
      default:
        if (key >= ' ' && !key.startsWith('\u001b')) this.#insert([key]);
    }
  }

  #submit(): void {
    const text = this.#line.join('');
    this.#leave('');
    this.#event = { type: 'line', text };
  }

  /** Moves below the line, `mark` behind it. */
  #leave(mark: string): void {
    if (this.#cursor !== this.#line.length) {
      this.#cursor = this.#line.length;
      this.#draw();
    }
    this.#print(`${mark}\r\n`);
    this.#row = 0;
  }

  #insert(characters: readonly string[]): void {
    const isAtEnd = this.#cursor === this.#line.length;
    const before = this.#end();
    this.#replace(this.#cursor, this.#cursor, characters);
    const after = this.#end();
    // What is typed at the end of a line is drawn by itself.
    if (!isAtEnd || before.row !== after.row || after.column >= this.#columns) this.#draw();
    else this.#print(characters.join(''));
  }

  #erase(from: number, to: number): void {
    if (from < 0 || to > this.#line.length) return;
    this.#replace(from, to, []);
    this.#draw();
  }

  #kill(from: number, to: number): void {
    this.#killed = this.#line.slice(from, to);
    this.#replace(from, to, []);
    this.#draw();
  }

  #transpose(): void {
    const at = Math.min(this.#cursor, this.#line.length - 1);
    const [before, under] = [this.#line[at - 1], this.#line[at]];
    if (before === undefined || under === undefined) return;
    this.#replace(at - 1, at + 1, [under, before]);
    this.#draw();
  }

  #replace(from: number, to: number, characters: readonly string[]): void {
    this.#line = [...this.#line.slice(0, from), ...characters, ...this.#line.slice(to)];
    this.#cursor = from + characters.length;
  }

  #recall(place: number): void {
    if (place < 0 || place > this.#history.length) return;
    if (this.#place === this.#history.length) this.#draft = this.#line.join('');
    this.#place = place;
    this.#line = [...(this.#history[place] ?? this.#draft)];
    this.#cursor = this.#line.length;
    this.#draw();
  }

  /** True when the key belonged to the search. */
  #searchKey(key: string): boolean {
    const search = this.#search;
    if (search === undefined) return false;
    if (key === '\u0012') this.#find(search.text, search.at - 1);
    else if (key === '\u007f' || key === '\b') this.#find(search.text.slice(0, -1), this.#history.length - 1);
    else if (key >= ' ' && !key.startsWith('\u001b'))
      this.#find(search.text + key, Math.min(search.at, this.#history.length - 1));
    else {
      this.#search = undefined;
      this.#draw();
      // Enter runs what was found, Ctrl-C gives the line up; Ctrl-G and Escape give up the search; all else goes on with it.
      return key === '\u0007' || key === '\u001b';
    }
    this.#drawSearch();
    return true;
  }

  #find(text: string, from: number): void {
    for (let at = from; at >= 0; at--) {
      const entry = this.#history[at];
      if (entry?.includes(text)) {
        this.#search = { text, at };
        this.#place = at;
        this.#line = [...entry];
        this.#cursor = [...entry.slice(0, entry.indexOf(text))].length;
        return;
      }
    }
    this.#search = { text, at: this.#search?.at ?? 0 };
  }

  #end() {
    return placeAfter(this.#line.join(''), this.#columns, placeAfter(this.#prompt, this.#columns));
  }

  #draw(): void {
    this.#show(this.#prompt);
  }

  #drawSearch(): void {
    this.#show(`(reverse-i-search)\`${this.#search?.text ?? ''}': `);
  }

  /** Goes back to where the prompt began, and writes prompt, line and cursor anew. */
  #show(prompt: string): void {
    const columns = this.#columns;
    const text = this.#line.join('');
    const prompted = placeAfter(prompt, columns);
    const end = wrapped(placeAfter(text, columns, prompted), columns);
    const at = wrapped(placeAfter(this.#line.slice(0, this.#cursor).join(''), columns, prompted), columns);
    const up = this.#row > 0 ? `\u001b[${this.#row}A` : '';
    // At the right edge terminals wait with the next line until there is something on it.
    const edge = end.column === 0 && end.row > 0 && !text.endsWith('\n') ? '\r\n' : '';
    const back = end.row > at.row ? `\u001b[${end.row - at.row}A` : '';
    const right = at.column > 0 ? `\u001b[${at.column}C` : '';
    const place = end.row === at.row && end.column === at.column ? '' : `${back}\r${right}`;
    this.#row = at.row;
    this.#print(`${up}\r${visible(prompt)}${text.replaceAll('\n', '\r\n')}${edge}\u001b[J${place}`);
  }
}

/** Terminals that nobody has told their size say that they have no columns, or one: they are taken for as wide as terminals are. */
const knownColumns = (columns: number): number => (columns > 1 ? columns : 80);

const wrapped = ({ row, column }: { row: number; column: number }, columns: number) =>
  column >= columns ? { row: row + 1, column: 0 } : { row, column };

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks that readline puts around what takes no room.
const visible = (prompt: string): string => prompt.replace(/[\u0001\u0002]/g, '').replaceAll('\n', '\r\n');

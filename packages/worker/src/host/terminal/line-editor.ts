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
 * One line of input on a terminal, with the keys that readline has: arrows, Home, End, Ctrl-A E B F U K W Y L, Alt-B F D,
 * history by arrows and Ctrl-R. Takes what the terminal sends and gives back what to print; does nothing else.
 */
export class LineEditor {
  readonly #emit: (event: EditorEvent) => void;
  readonly #print: (text: string) => void;
  #prompt = '';
  #columns: number;
  #line: readonly string[] = [];
  #cursor = 0;
  #killed: readonly string[] = [];
  readonly #history: string[] = [];
  #place = 0;
  #draft = '';
  #search: { text: string; at: number } | undefined;
  /** Row of the cursor below the row of the prompt, as it was drawn. */
  #row = 0;
  #waiting = '';

  constructor(
    deps: { readonly emit: (event: EditorEvent) => void; readonly print: (text: string) => void },
    columns = 80,
  ) {
    this.#emit = deps.emit;
    this.#print = deps.print;
    this.#columns = columns;
  }

  /** Shows the prompt and an empty line behind it. */
  begin(prompt: string): void {
    this.#prompt = prompt;
    this.#line = [];
    this.#cursor = 0;
    this.#row = 0;
    this.#place = this.#history.length;
    this.#search = undefined;
    this.#draw();
  }

  /** Draws the line again: after the terminal was cleared, resized, or written over. */
  redraw(): void {
    this.#draw();
  }

  resize(columns: number): void {
    this.#columns = Math.max(1, columns);
  }

  get history(): readonly string[] {
    return this.#history;
  }

  /** What the terminal sent. */
  feed(input: string): void {
    let rest = this.#waiting + input;
    this.#waiting = '';
    while (rest !== '') {
      const key = nextKey(rest);
      if (key === undefined) {
        this.#waiting = rest;
        return;
      }
      rest = rest.slice(key.length);
      this.#key(key);
    }
  }

  /** Puts a completion in place of the last `length` characters before the cursor. */
  complete(length: number, text: string): void {
    const start = Math.max(0, this.#cursor - length);
    this.#replace(start, this.#cursor, [...text]);
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
        this.#emit({ type: 'interrupt' });
        return;
      case '\u0004':
        if (this.#line.length === 0) this.#emit({ type: 'end' });
        else this.#erase(this.#cursor, this.#cursor + 1);
        return;
      case '\t':
        this.#emit({ type: 'complete', text: this.#line.slice(0, this.#cursor).join('') });
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
        this.#kill(wordStart(this.#line, this.#cursor), this.#cursor);
        return;
      case '\u001bd':
        this.#kill(this.#cursor, wordEnd(this.#line, this.#cursor));
        return;
      case '\u0019':
        this.#insert(this.#killed);
        return;
      case '\u000c':
        this.#print('\u001b[2J\u001b[H');
        this.#row = 0;
        this.#draw();
        return;
      case '\u001b[A':
      case '\u0010':
        this.#recall(this.#place - 1);
        return;
      case '\u001b[B':
      case '\u000e':
        this.#recall(this.#place + 1);
        return;
      case '\u0012':
        this.#search = { text: '', at: this.#history.length };
        this.#drawSearch();
        return;
      default:
        if (key >= ' ' && !key.startsWith('\u001b')) this.#insert([...key]);
    }
  }

  #submit(): void {
    const text = this.#line.join('');
    this.#leave('');
    if (text.trim() !== '' && this.#history.at(-1) !== text) this.#history.push(text);
    this.#emit({ type: 'line', text });
  }

  /** Moves below the line, `mark` behind it. */
  #leave(mark: string): void {
    this.#cursor = this.#line.length;
    this.#draw();
    this.#print(`${mark}\r\n`);
    this.#row = 0;
  }

  #insert(characters: readonly string[]): void {
    this.#replace(this.#cursor, this.#cursor, characters);
    this.#draw();
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
      // Enter runs what was found; Ctrl-C, Ctrl-G and Escape give it up; all else goes on with it.
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
        this.#line = [...entry];
        this.#cursor = entry.indexOf(text);
        return;
      }
    }
    this.#search = { text, at: this.#search?.at ?? 0 };
  }

  #draw(): void {
    this.#show(this.#prompt);
  }

  #drawSearch(): void {
    this.#show(`(reverse-i-search)\`${this.#search?.text ?? ''}': `);
  }

  /** Goes back to where the prompt began, and writes prompt, line and cursor anew. */
  #show(prompt: string): void {
    const up = this.#row > 0 ? `\u001b[${this.#row}A` : '';
    const promptWidth = widthOf(prompt);
    const end = promptWidth + this.#line.length;
    const at = promptWidth + this.#cursor;
    const endRow = Math.floor(end / this.#columns);
    this.#row = Math.floor(at / this.#columns);
    // At the right edge terminals wait with the next line until there is something on it.
    const edge = end > 0 && end % this.#columns === 0 ? '\r\n' : '';
    const back = endRow - this.#row > 0 ? `\u001b[${endRow - this.#row}A` : '';
    const column = at % this.#columns;
    const right = column > 0 ? `\u001b[${column}C` : '';
    this.#print(`${up}\r\u001b[J${prompt}${this.#line.join('')}${edge}${back}\r${right}`);
  }
}

/** Columns of a text, colour codes aside. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colour codes begin with.
const widthOf = (text: string): number => [...text.replace(/\u001b\[[0-9;]*m/g, '')].length;

/** The next key of what a terminal sent; undefined while a sequence is not complete. */
function nextKey(text: string): string | undefined {
  if (!text.startsWith('\u001b')) return String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (text.length === 1) return text;
  if (text[1] === '[') {
    for (let at = 2; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character >= '@' && character <= '~') return text.slice(0, at + 1);
    }
    return undefined;
  }
  if (text[1] === 'O') return text.length < 3 ? undefined : text.slice(0, 3);
  return text.slice(0, 2);
}

type Move = (line: readonly string[], cursor: number) => number;
const start: Move = () => 0;
const end: Move = (line) => line.length;
const left: Move = (_, cursor) => Math.max(0, cursor - 1);
const right: Move = (line, cursor) => Math.min(line.length, cursor + 1);

const MOVES: Readonly<Record<string, Move>> = {
  '\u0001': start,
  '\u001b[H': start,
  '\u001bOH': start,
  '\u001b[1~': start,
  '\u0005': end,
  '\u001b[F': end,
  '\u001bOF': end,
  '\u001b[4~': end,
  '\u0002': left,
  '\u001b[D': left,
  '\u0006': right,
  '\u001b[C': right,
  '\u001bb': wordStart,
  '\u001b[1;5D': wordStart,
  '\u001bf': wordEnd,
  '\u001b[1;5C': wordEnd,
};

function wordStart(line: readonly string[], cursor: number): number {
  let at = cursor;
  while (at > 0 && line[at - 1] === ' ') at--;
  while (at > 0 && line[at - 1] !== ' ') at--;
  return at;
}

function wordEnd(line: readonly string[], cursor: number): number {
  let at = cursor;
  while (at < line.length && line[at] === ' ') at++;
  while (at < line.length && line[at] !== ' ') at++;
  return at;
}

import { ShellError } from './control.ts';
import { quotePattern } from './pattern.ts';

/** Words that a command may have. More are more than there is memory for. */
const MOST_FIELDS = 1_000_000;

/** Adds words to those of a command. @throws {ShellError} */
export function append(words: string[], more: readonly string[]): void {
  if (words.length + more.length > MOST_FIELDS) throw new ShellError('out of memory');
  for (const word of more) words.push(word);
}

/** Puts fields together out of pieces, cutting unquoted text at IFS. */
export class Fields {
  readonly #ifs: string | undefined;
  readonly #fields: string[] = [];
  #current: string | undefined;

  constructor(ifs: string | undefined) {
    this.#ifs = ifs;
  }

  get splits(): boolean {
    return this.#ifs !== undefined;
  }

  quoted(text: string): void {
    this.#current = (this.#current ?? '') + quotePattern(text);
  }

  /** A wildcard as the script has it. */
  pattern(text: string): void {
    this.#current = (this.#current ?? '') + text;
  }

  /** Text of an unquoted expansion: wildcards in it are live. */
  split(text: string): void {
    const ifs = this.#ifs;
    if (ifs === undefined || ifs === '') {
      if (text !== '') this.#current = (this.#current ?? '') + text.replaceAll('\\', '\\\\');
      return;
    }
    let piece = '';
    let any = false;
    for (let i = 0; i < text.length; i++) {
      const char = text[i] as string;
      if (!ifs.includes(char)) {
        piece += char === '\\' ? '\\\\' : char;
        any = true;
        continue;
      }
      if (char === ' ' || char === '\t' || char === '\n') {
        if (any || this.#current !== undefined) this.#end(piece);
        // White space around another separator belongs to it.
        let next = i;
        while (next + 1 < text.length && isSpace(text[next + 1] as string, ifs)) next++;
        const after = text[next + 1];
        i = after !== undefined && ifs.includes(after) && (any || this.#justEnded) ? next + 1 : next;
      } else {
        this.#end(piece);
      }
      while (i + 1 < text.length && isSpace(text[i + 1] as string, ifs)) i++;
      piece = '';
      any = false;
    }
    if (any) this.#current = (this.#current ?? '') + piece;
  }

  /** The field ends here, whatever comes next (`"$@"`). */
  cut(): void {
    if (this.#current !== undefined) this.#end('');
  }

  #justEnded = false;

  #end(piece: string): void {
    this.#fields.push((this.#current ?? '') + piece);
    this.#current = undefined;
    this.#justEnded = true;
  }

  finish(): string[] {
    if (this.#current !== undefined) this.#fields.push(this.#current);
    return this.#fields;
  }
}

function isSpace(char: string, ifs: string): boolean {
  return (char === ' ' || char === '\t' || char === '\n') && ifs.includes(char);
}

import { goQuote } from '../go/quote.ts';
import { put } from '../patch/json-tree.ts';
import type { Duplicate } from './number-texts.ts';
import { SyntaxProblem } from './problems.ts';

/** Go gives up at 10,000; nothing real comes near, and every later walk over the value is recursive. */
export const MAX_DEPTH = 1000;

/**
 * A JSON parser that knows what `JSON.parse` forgets: Go's messages, fields that are set twice, how numbers were
 * written. For bodies where that matters; the others never come here.
 */
export class JsonReader {
  readonly numbers = new Map<object, Map<string | number, string>>();
  readonly duplicates = new Map<object, Duplicate[]>();
  /** Paths of the fields that were set twice, each once. */
  readonly duplicateFields = new Set<string>();
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws {SyntaxProblem} with Go's text */
  read(): unknown {
    this.#space();
    const value = this.#value(ROOT, '', '');
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return value;
  }

  #value(parent: object, key: string | number, path: string): unknown {
    const char = this.#text.charAt(this.#at);
    switch (char) {
      case '{':
        return this.#object(path);
      case '[':
        return this.#array(path);
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
    }
    if (char === '-' || isDigit(char)) return this.#number(parent, key);
    throw this.#unexpected('looking for beginning of value');
  }

  #object(path: string): unknown {
    const out: Record<string, unknown> = {};
    this.#open();
    this.#space();
    if (this.#take('}')) return this.#close(out);
    let count = 0;
    for (;;) {
      if (this.#text.charAt(this.#at) !== '"') throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      const at = path === '' ? key : `${path}.${key}`;
      this.#space();
      if (!this.#take(':')) throw this.#unexpected('after object key');
      this.#space();
      const seen = Object.hasOwn(out, key);
      if (seen) this.#duplicate(out, key, count, at);
      else count++;
      put(out, key, this.#value(out, key, at));
      this.#space();
      if (this.#take('}')) return this.#close(out);
      if (!this.#take(',')) throw this.#unexpected('after object key:value pair');
      this.#space();
    }
  }

  #duplicate(out: Record<string, unknown>, key: string, after: number, path: string): void {
    const known = this.duplicates.get(out) ?? [];
    // More are not told of, and a hostile body may hold very many.
    if (known.length < MAX_DUPLICATES) known.push({ key, after, earlier: out[key] });
    this.duplicates.set(out, known);
    if (this.duplicateFields.size < MAX_DUPLICATES) this.duplicateFields.add(path);
    this.numbers.get(out)?.delete(key);
  }

  #array(path: string): unknown {
    const out: unknown[] = [];
    this.#open();
    this.#space();
    if (this.#take(']')) return this.#close(out);
    for (;;) {
      out.push(this.#value(out, out.length, `${path}[${out.length}]`));
      this.#space();
      if (this.#take(']')) return this.#close(out);
      if (!this.#take(',')) throw this.#unexpected('after array element');
      this.#space();
    }
  }

  #open(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#unexpected('exceeded max depth');
    this.#at++;
  }

  #close<T>(value: T): T {
    this.#depth--;
    return value;
  }

  #string(): string {
    const start = ++this.#at;
    for (; ; this.#at++) {
      const char = this.#text.charAt(this.#at);
      if (char === '"') break;
      if (char === '\\') this.#escape();
      else if (char === '') throw new SyntaxProblem(END);
      else if (char < ' ') throw this.#unexpected('in string literal');
    }
    const raw = this.#text.slice(start, this.#at++);
    const value = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    // Go decodes half a surrogate pair as the replacement character.
    return LONE_SURROGATE.test(value) ? value.replace(LONE_SURROGATES, '\ufffd') : value;
  }

  #escape(): void {
    const char = this.#text.charAt(++this.#at);
    if (char === 'u') {
      for (let i = 0; i < 4; i++) {
        const digit = this.#text.charAt(++this.#at);
        if (!/^[\da-fA-F]$/.test(digit)) throw this.#unexpected('in \\u hexadecimal character escape');
      }
    } else if (char === '' || !'"\\/bfnrt'.includes(char)) throw this.#unexpected('in string escape code');
  }

  #literal<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      const expected = word.charAt(i);
      if (this.#text.charAt(this.#at) !== expected)
        throw this.#unexpected(`in literal ${word} (expecting '${expected}')`);
    }
    this.#at++;
    return value;
  }

  #number(parent: object, key: string | number): number {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0')) this.#digits('in numeric literal');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    const text = this.#text.slice(start, this.#at);
    const value = Number(text);
    if (String(value) !== text) {
      const texts = this.numbers.get(parent) ?? new Map<string | number, string>();
      texts.set(key, text);
      this.numbers.set(parent, texts);
    }
    return value;
  }

  #digits(context: string): void {
    if (!isDigit(this.#text.charAt(this.#at))) throw this.#unexpected(context);
    while (isDigit(this.#text.charAt(this.#at))) this.#at++;
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }

  #unexpected(context: string): SyntaxProblem {
    const code = this.#text.codePointAt(this.#at);
    return new SyntaxProblem(code === undefined ? END : `invalid character ${quoted(code)} ${context}`);
  }
}

const ROOT = {};
const MAX_DUPLICATES = 100;
const END = 'unexpected end of JSON input';
const LONE_SURROGATE = /\p{Cs}/u;
const LONE_SURROGATES = /\p{Cs}/gu;

const isDigit = (char: string): boolean => char >= '0' && char <= '9';

/** Go quotes the first byte of what it met, as if it were a character. */
function quoted(codePoint: number): string {
  const byte = new TextEncoder().encode(String.fromCodePoint(codePoint))[0] ?? 0;
  if (byte === 0x27) return "'\\''";
  if (byte === 0x22) return `'"'`;
  return `'${goQuote(String.fromCharCode(byte)).slice(1, -1)}'`;
}

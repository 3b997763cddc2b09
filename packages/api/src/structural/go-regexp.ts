/** Go's text for a pattern that it cannot read: `error parsing regexp: missing closing ): …`. */
export class RegexpProblem extends Error {}

/**
 * A pattern of Go's regular expressions as JavaScript's. Undefined: a pattern that is fine in Go and cannot be written
 * in JavaScript, so that nothing can be said of texts.
 * @throws {RegexpProblem}
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function goRegexp(pattern: string): RegExp | undefined {
  const source = new Translator(pattern).translate();
  if (source === undefined) return undefined;
  try {
    return new RegExp(source.text, source.flags);
  } catch {
    return undefined;
  }
}

const MAX_REPEAT = 1000;
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\0-\\x7f',
  blank: '\\t ',
  cntrl: '\\0-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

class Translator {
  readonly #pattern: string;
  #at = 0;
  #out = '';
  #depth = 0;
  #flags = 'u';
  #dotAll = false;
  /** What a repetition may follow. */
  #operand = false;
  /** Where the last repetition began; a second one may not follow. */
  #repeated: number | undefined;
  /** Holds what JavaScript has no words for. */
  #foreign = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): { readonly text: string; readonly flags: string } | undefined {
    while (this.#at < this.#pattern.length) this.#next();
    if (this.#depth > 0) throw problem('missing closing )', this.#pattern);
    return this.#foreign ? undefined : { text: this.#out, flags: this.#flags };
  }

  #next(): void {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    const count = character === '{' ? /^\{(\d+)(?:,(\d*))?\}/.exec(this.#pattern.slice(this.#at)) : null;
    if ('*+?'.includes(character)) this.#repeat(character);
    else if (count) this.#repeatCount(count);
    else if (character === '(') this.#open();
    else if (character === ')') this.#close();
    else if (character === '[') this.#class();
    else if (character === '\\') this.#escape();
    else if (character === '.') this.#put(this.#dotAll ? '[\\s\\S]' : '[^\\n]', 1);
    else {
      this.#put('{]}/'.includes(character) ? `\\${character}` : character, character.length);
      this.#operand = character !== '|' && character !== '^';
    }
  }

  #close(): void {
    if (this.#depth === 0) throw problem('unexpected )', this.#pattern);
    this.#depth -= 1;
    this.#put(')', 1);
  }

  #put(text: string, length: number): void {
    this.#out += text;
    this.#at += length;
    this.#operand = true;
    this.#repeated = undefined;
  }

  #repeat(operator: string): void {
    const start = this.#at;
    const lazy = this.#pattern[start + 1] === '?' ? '?' : '';
    this.#repetition(start, operator + lazy, operator + lazy);
  }

  #repeatCount(count: RegExpExecArray): void {
    const [text, low = '', high] = count;
    const lazy = this.#pattern[this.#at + text.length] === '?' ? '?' : '';
    const [min, max] = [Number(low), high ? Number(high) : 0];
    if (min > MAX_REPEAT || max > MAX_REPEAT || (high && max < min)) throw problem('invalid repeat count', text);
    this.#repetition(this.#at, text + lazy, text + lazy);
  }

  #repetition(start: number, text: string, out: string): void {
    if (!this.#operand) throw problem('missing argument to repetition operator', text);
    if (this.#repeated !== undefined) {
      throw problem('invalid nested repetition operator', this.#pattern.slice(this.#repeated, start + text.length));
    }
    this.#put(out, text.length);
    this.#repeated = start;
  }

  #open(): void {
    const rest = this.#pattern.slice(this.#at);
    const named = /^\(\?P?<([^>]*)>/.exec(rest);
    if (named && !/^\(\?<[=!]/.test(rest)) {
      if (!/^\w+$/.test(named[1] ?? '')) throw problem('invalid named capture', named[0]);
      this.#enter(`(?<${/^\d/.test(named[1] ?? '') ? '_' : ''}${named[1]}>`, named[0].length);
      return;
    }
    if (/^\(\?P?</.test(rest) && !/^\(\?<[=!]/.test(rest) && !named) throw problem('invalid named capture', rest);
    if (!rest.startsWith('(?')) {
      this.#enter('(', 1);
      return;
    }
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (flags === null || (flags[1] === '' && flags[2] === undefined && flags[3] === ')')) {
      throw problem('invalid or unsupported Perl syntax', /^\(\?(?:P?<?.|.)?/u.exec(rest)?.[0] ?? '(?');
    }
    const [text, on = '', off = '', end] = flags;
    // Only at the beginning do flags mean the same in JavaScript; elsewhere they change a part alone.
    if (on !== '' && this.#at === 0 && end === ')') this.#setFlags(on);
    else if (on !== '' || off !== '') this.#foreign = true;
    if (end === ':') this.#enter('(?:', text.length);
    else this.#at += text.length;
  }

  #setFlags(flags: string): void {
    if (flags.includes('s')) this.#dotAll = true;
    for (const flag of 'im') if (flags.includes(flag)) this.#flags += flag;
  }

  #enter(out: string, length: number): void {
    this.#depth += 1;
    this.#put(out, length);
    this.#operand = false;
  }

  #escape(): void {
    const rest = this.#pattern.slice(this.#at);
    if (rest.length === 1) throw problem('trailing backslash at end of expression', '');
    const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest);
    const [text, out] = quoted
      ? [quoted[0], (quoted[1] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')]
      : escaped(rest, false);
    this.#put(out, text.length);
  }

  #class(): void {
    const pattern = this.#pattern;
    const start = this.#at;
    let at = start + 1;
    let out = '[';
    if (pattern[at] === '^') {
      out += '^';
      at += 1;
    }
    for (let first = true; first || pattern[at] !== ']'; first = false) {
      if (at >= pattern.length) throw problem('missing closing ]', pattern.slice(start));
      const rest = pattern.slice(at);
      const posix = /^\[:(\^?)(\w+):\]/.exec(rest);
      if (posix) {
        const set = POSIX[posix[2] ?? ''];
        if (set === undefined) throw problem('invalid character class range', posix[0]);
        if (posix[1] === '^') this.#foreign = true;
        out += set;
        at += posix[0].length;
        continue;
      }
      const [low, lowOut] = item(rest);
      at += low.length;
      if (pattern[at] !== '-' || pattern[at + 1] === ']' || pattern[at + 1] === undefined || isSet(lowOut)) {
        out += lowOut;
        continue;
      }
      const [high, highOut] = item(pattern.slice(at + 1));
      const range = `${low}-${high}`;
      if (isSet(highOut) || pointOf(lowOut) > pointOf(highOut)) throw problem('invalid character class range', range);
      at += 1 + high.length;
      out += `${lowOut}-${highOut}`;
    }
    this.#put(`${out}]`, at + 1 - start);
  }
}

/** One character or escape in a class, and how JavaScript writes it. */
function item(rest: string): [text: string, out: string] {
  if (rest.startsWith('\\')) return escaped(rest, true);
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [character, /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character];
}

const isSet = (out: string): boolean => /^\\[dDsSwWpP]/.test(out) || out.startsWith('\\t\\n');

function pointOf(out: string): number {
  const code = /^\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\})/i.exec(out);
  if (code) return Number.parseInt(code[1] ?? code[2] ?? '', 16);
  const control = /^\\([fnrtv0])$/.exec(out)?.[1];
  if (control !== undefined) return { f: 12, n: 10, r: 13, t: 9, v: 11, '0': 0 }[control] ?? 0;
  return out.codePointAt(out.startsWith('\\') ? 1 : 0) ?? 0;
}

const SPACE = '\\t\\n\\f\\r ';

function escaped(rest: string, inClass: boolean): [text: string, out: string] {
  const property = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest);
  if (property) return [property[0], propertyOut(property)];
  const hex = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest);
  if (hex) return [hex[0], `\\u{${hex[1] ?? hex[2]}}`];
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal) return [octal[0], `\\u{${Number.parseInt(octal[1] ?? '0', 8).toString(16)}}`];
  const letter = String.fromCodePoint(rest.codePointAt(1) ?? 0);
  const text = `\\${letter}`;
  if (/[dDwWfnrtv]/.test(letter)) return [text, text];
  if (letter === 'a') return [text, '\\x07'];
  if (letter === 's') return [text, inClass ? SPACE : `[${SPACE}]`];
  if (letter === 'S') return [text, inClass ? '\\S' : `[^${SPACE}]`];
  if (!inClass && /[bB]/.test(letter)) return [text, text];
  if (!inClass && letter === 'A') return [text, '(?<![\\s\\S])'];
  if (!inClass && letter === 'z') return [text, '(?![\\s\\S])'];
  if (/[\w\u0080-\u{10ffff}]/u.test(letter) || letter === '\0') throw problem('invalid escape sequence', text);
  return [text, /[\\^$.*+?()[\]{}|/]/.test(letter) || (inClass && letter === '-') ? text : letter];
}

function propertyOut([text, letter = 'p', not, long, short]: RegExpExecArray): string {
  const name = long ?? short ?? '';
  const negated = (letter === 'P') !== (not === '^') ? 'P' : 'p';
  for (const key of [name, `Script=${name}`]) {
    try {
      new RegExp(`\\p{${key}}`, 'u');
      return `\\${negated}{${key}}`;
    } catch {
      // Not a property of that name: the next one may be.
    }
  }
  throw problem('invalid character class range', text);
}

const problem = (what: string, where: string): RegexpProblem =>
  new RegexpProblem(`error parsing regexp: ${what}: \`${where}\``);

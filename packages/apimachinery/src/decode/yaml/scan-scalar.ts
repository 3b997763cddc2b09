import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, type YamlSource } from './source.ts';

/** `'…'` or `"…"`, from the opening quote on. */
export function scanQuoted(source: YamlSource, quote: string): string {
  source.skip();
  let text = '';
  for (;;) {
    if (source.documentIndicator() !== undefined) throw source.problem('found unexpected document indicator');
    if (source.char() === '') throw source.problem('found unexpected end of stream');
    let folded = false;
    while (!isBlankOrEnd(source.char())) {
      const char = source.char();
      if (char === quote) {
        if (quote === '"' || source.char(1) !== quote) break;
        text += quote;
        source.skip(2);
      } else if (char === '\\' && quote === '"') {
        if (isBreak(source.char(1))) {
          source.skip();
          source.lineBreak();
          folded = true;
          break;
        }
        text += scanEscape(source);
      } else {
        text += source.take(quote === '"' ? IN_DOUBLE_QUOTES : IN_SINGLE_QUOTES);
      }
    }
    if (source.char() === quote) {
      source.skip();
      return text;
    }
    text += scanSpace(source, folded);
  }
}

/** What means itself between quotes, one letter at least. */
const IN_DOUBLE_QUOTES = /[^"\\ \t\n\r\u0085\u2028\u2029]+/y;
const IN_SINGLE_QUOTES = /[^' \t\n\r\u0085\u2028\u2029]+/y;
/** What never ends a plain text. */
const IN_PLAIN = /[^:,?[\]{} \t\n\r\u0085\u2028\u2029]*/y;
/** The rest of a line. */
const LINE = /[^\n\r\u0085\u2028\u2029]*/y;

/** Blanks stay, unless a line break is among them: it folds into a space, more of them into one less. */
function scanSpace(source: YamlSource, escapedBreak: boolean): string {
  let blanks = '';
  let first: string | undefined = escapedBreak ? '' : undefined;
  let rest = '';
  while (isBlank(source.char()) || isBreak(source.char())) {
    if (isBreak(source.char())) {
      if (first === undefined) first = source.lineBreak();
      else rest += source.lineBreak();
    } else {
      blanks += source.char();
      source.skip();
    }
  }
  return first === undefined ? blanks : fold(first, rest);
}

/** An escaped line break is no line break at all. */
function fold(first: string, rest: string): string {
  if (first !== '\n') return first + rest;
  return rest === '' ? ' ' : rest;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(source: YamlSource): string {
  const letter = source.char(1);
  const length = Object.hasOwn(CODE_LENGTHS, letter) ? CODE_LENGTHS[letter] : undefined;
  if (length === undefined) {
    const escaped = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (escaped === undefined) throw source.problem('found unknown escape character');
    source.skip(2);
    return escaped;
  }
  source.skip(2);
  const digits = source.text.slice(source.at, source.at + length);
  if (digits.length < length || !/^[\da-fA-F]+$/.test(digits)) {
    throw source.problem('did not find expected hexdecimal number');
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw source.problem('found invalid Unicode character escape code');
  }
  source.skip(length);
  return String.fromCodePoint(code);
}

export interface PlainScalar {
  readonly text: string;
  /** It ended on a later line than its last character: a key may follow. */
  readonly atNewLine: boolean;
}

/** `parentIndent` is that of the collection around it; `inFlow` inside brackets or braces. */
export function scanPlain(source: YamlSource, parentIndent: number, inFlow: boolean): PlainScalar {
  const indent = parentIndent + 1;
  let text = '';
  let space = '';
  let atNewLine = false;
  for (;;) {
    if (source.documentIndicator() !== undefined || source.char() === '#') break;
    const start = source.at;
    while (!isBlankOrEnd(source.char()) && !endsPlain(source, inFlow)) {
      source.skip();
      source.take(IN_PLAIN);
    }
    if (source.at > start) {
      text += space + source.text.slice(start, source.at);
      space = '';
      atNewLine = false;
    }
    if (!isBlank(source.char()) && !isBreak(source.char())) break;
    let blanks = '';
    let first: string | undefined;
    let rest = '';
    while (isBlank(source.char()) || isBreak(source.char())) {
      if (isBreak(source.char())) {
        if (first === undefined) first = source.lineBreak();
        else rest += source.lineBreak();
        continue;
      }
      if (first !== undefined && source.column < indent && source.char() === '\t') {
        throw source.problem('found a tab character that violates indentation');
      }
      blanks += source.char();
      source.skip();
    }
    space = first === undefined ? blanks : fold(first, rest);
    atNewLine = first !== undefined;
    if (!inFlow && source.column < indent) break;
  }
  return { text, atNewLine };
}

function endsPlain(source: YamlSource, inFlow: boolean): boolean {
  const char = source.char();
  if (char === ':') return isBlankOrEnd(source.char(1));
  return inFlow && ',?[]{}'.includes(char);
}

/** `|` or `>`, from the indicator on. */
export function scanBlock(source: YamlSource, parentIndent: number): string {
  const literal = source.char() === '|';
  source.skip();
  const { chomp, increment } = scanHeader(source);
  const breaks = new BlockBreaks(source, parentIndent, increment);
  let text = '';
  let leading = '';
  let leadingBlank = false;
  let trailing = breaks.scan();
  while (source.column === breaks.indent && source.char() !== '') {
    const startsBlank = isBlank(source.char());
    const folds = !literal && leading === '\n' && !leadingBlank && !startsBlank;
    if (!folds) text += leading;
    else if (trailing === '') text += ' ';
    text += trailing;
    leadingBlank = startsBlank;
    text += source.take(LINE);
    leading = isBreak(source.char()) ? source.lineBreak() : '';
    trailing = breaks.scan();
  }
  if (chomp === '-') return text;
  return chomp === '+' ? text + leading + trailing : text + leading;
}

/** Chomping and indentation indicators, in either order, to the end of the line. */
function scanHeader(source: YamlSource): { readonly chomp: string; readonly increment: number } {
  let chomp = '';
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    const char = source.char();
    if (chomp === '' && (char === '+' || char === '-')) chomp = char;
    else if (increment === 0 && /^\d$/.test(char)) {
      if (char === '0') throw source.problem('found an indentation indicator equal to 0');
      increment = Number(char);
    } else break;
    source.skip();
  }
  while (isBlank(source.char())) source.skip();
  if (source.char() === '#') while (!isBreakOrEnd(source.char())) source.skip();
  if (!isBreakOrEnd(source.char())) throw source.problem('did not find expected comment or line break');
  if (isBreak(source.char())) source.lineBreak();
  return { chomp, increment };
}

/** Empty lines and indentation between the lines of a block; the first line with content decides the indentation. */
class BlockBreaks {
  /** 0 until it is known. */
  indent: number;
  readonly #source: YamlSource;
  readonly #parentIndent: number;

  constructor(source: YamlSource, parentIndent: number, increment: number) {
    this.#source = source;
    this.#parentIndent = parentIndent;
    this.indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  }

  scan(): string {
    const source = this.#source;
    let text = '';
    let widest = 0;
    for (;;) {
      while ((this.indent === 0 || source.column < this.indent) && source.char() === ' ') source.skip();
      widest = Math.max(widest, source.column);
      if ((this.indent === 0 || source.column < this.indent) && source.char() === '\t') {
        throw source.problem('found a tab character where an indentation space is expected');
      }
      if (!isBreak(source.char())) break;
      text += source.lineBreak();
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.#parentIndent + 1, 1);
    return text;
  }
}

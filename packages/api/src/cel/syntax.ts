import { CelScanProblem, type CelToken, scanCel } from '../kinds/rules/cel-scan.ts';

/**
 * What the grammar of the parser has not got, taken out of a text, and where it stood. The text keeps its length, so that
 * every position stays what it is:
 *
 *     .object.name        ->   object.name        leading dots
 *     [?a, b]  {?k: v}    ->  [ a, b]  { k: v}    optional entries
 *     Pair{a: 1, ?b: 2}   ->  Pair(   1,     2)   objects of a type
 *     .25                 ->    5                 numbers without a digit in front
 */
export interface PlainSyntax {
  readonly text: string;
  /** Where names begin that had a dot in front. */
  readonly absolute: ReadonlySet<number>;
  /** Which entries are optional, by where the bracket stands. */
  readonly optional: ReadonlyMap<number, ReadonlySet<number>>;
  /** Where the braces of objects stand. */
  readonly messages: ReadonlySet<number>;
  /** By where what is left of them stands. */
  readonly doubles: ReadonlyMap<number, number>;
}

const NONE: Omit<PlainSyntax, 'text'> = {
  absolute: new Set(),
  optional: new Map(),
  messages: new Set(),
  doubles: new Map(),
};

/** Whether a text can hold any of it; most hold none, and are not looked at twice. */
const SUSPECT = /(?:^|[^\w)\]}"'\s])\s*\.|\bin\s*\.|\s\.\d|[[{,]\s*\?|\w\s*\{|\/\//;

interface Bracket {
  readonly at: number;
  readonly kind: 'list' | 'map' | 'message' | 'other';
  index: number;
}

/** @see https://github.com/google/cel-go/blob/v0.22.0/parser/gen/CEL.g4 */
export function plainSyntax(text: string): PlainSyntax {
  if (!SUSPECT.test(text)) return { text, ...NONE };
  let tokens: readonly CelToken[];
  try {
    tokens = scanCel(text);
  } catch (error) {
    // The parser has its own words for what is no token.
    if (error instanceof CelScanProblem) return { text, ...NONE };
    throw error;
  }
  return new Rewriting(text, tokens).result();
}

class Rewriting {
  readonly #text: string;
  readonly #tokens: readonly CelToken[];
  readonly #chars: string[];
  readonly #absolute = new Set<number>();
  readonly #optional = new Map<number, Set<number>>();
  readonly #messages = new Set<number>();
  readonly #doubles = new Map<number, number>();
  readonly #open: Bracket[] = [];
  /** Whether what stands before is nothing but names and dots. */
  #isName = false;

  constructor(text: string, tokens: readonly CelToken[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#chars = text.split('');
  }

  result(): PlainSyntax {
    for (let i = 0; i < this.#tokens.length; i++) this.#look(i);
    return {
      text: this.#chars.join(''),
      absolute: this.#absolute,
      optional: this.#optional,
      messages: this.#messages,
      doubles: this.#doubles,
    };
  }

  #look(i: number): void {
    const token = this.#token(i);
    const before = this.#token(i - 1);
    if (token.kind === 'identifier') this.#isName = before.text === '.' ? this.#isName : true;
    else if (token.kind === 'double' && token.text.startsWith('.')) this.#double(token);
    if (token.kind !== 'symbol') {
      if (token.kind !== 'identifier') this.#isName = false;
      return;
    }
    switch (token.text) {
      case '.':
        if (endsOperand(before)) return;
        // One dot behind another, or behind `.?`, is in front of no name of its own.
        if (isSymbol(before, '.') || (isSymbol(before, '?') && isSymbol(this.#token(i - 2), '.'))) return;
        this.#isName = true;
        if (this.#token(i + 1).kind !== 'identifier') return;
        this.#blank(token);
        this.#absolute.add(this.#token(i + 1).at);
        return;
      case '{': {
        const isMessage = before.kind === 'identifier' && this.#isName;
        this.#begin(token, isMessage ? 'message' : 'map');
        if (isMessage) {
          this.#messages.add(token.at);
          this.#chars[token.at] = '(';
        }
        this.#entry(i + 1);
        break;
      }
      case '[':
        this.#begin(token, endsOperand(before) ? 'other' : 'list');
        this.#entry(i + 1);
        break;
      case '(':
        this.#begin(token, 'other');
        break;
      case ',': {
        const top = this.#open.at(-1);
        if (top === undefined) break;
        top.index++;
        if (top.kind === 'message' && this.#token(i + 1).text === '}') this.#blank(token);
        else this.#entry(i + 1);
        break;
      }
      case '}':
        if (this.#open.pop()?.kind === 'message') this.#chars[token.at] = ')';
        break;
      case ']':
      case ')':
        this.#open.pop();
        break;
      default:
    }
    this.#isName = false;
  }

  #token(i: number): CelToken {
    return this.#tokens[i] ?? { kind: 'end', text: '', at: this.#text.length };
  }

  #begin({ at }: CelToken, kind: Bracket['kind']): void {
    this.#open.push({ at, kind, index: 0 });
  }

  /** What may stand in front of an entry: a question mark, and the name of a field. */
  #entry(from: number): void {
    const top = this.#open.at(-1);
    if (top === undefined || top.kind === 'other') return;
    let i = from;
    if (isSymbol(this.#token(i), '?')) {
      this.#blank(this.#token(i));
      const known = this.#optional.get(top.at) ?? new Set();
      this.#optional.set(top.at, known.add(top.index));
      i++;
    }
    if (top.kind !== 'message' || this.#token(i).kind !== 'identifier' || !isSymbol(this.#token(i + 1), ':')) return;
    this.#blank(this.#token(i));
    this.#blank(this.#token(i + 1));
  }

  #double(token: CelToken): void {
    const last = token.at + token.text.length - 1;
    for (let at = token.at; at < last; at++) this.#chars[at] = ' ';
    this.#doubles.set(last, Number(token.text));
  }

  #blank({ at, text }: CelToken): void {
    for (let i = at; i < at + text.length; i++) this.#chars[i] = ' ';
  }
}

const isSymbol = (token: CelToken, text: string): boolean => token.kind === 'symbol' && token.text === text;

const endsOperand = ({ kind, text }: CelToken): boolean =>
  kind === 'symbol' ? text === ')' || text === ']' || text === '}' : kind !== 'end';

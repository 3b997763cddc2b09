import { isPrintable } from '@tabernetes/apimachinery';
import { unquote } from './unquote.ts';

/** One step of an expression. */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | {
      readonly type: 'array';
      readonly from?: number;
      readonly to?: number;
      readonly single: boolean;
      readonly step?: number;
    }
  | {
      readonly type: 'filter';
      readonly left: readonly Node[];
      readonly operator: string;
      readonly right: readonly Node[];
    }
  | { readonly type: 'literal'; readonly value: GoNumberLiteral | boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly members: readonly (readonly Node[])[] }
  | { readonly type: 'identifier'; readonly name: string };

/** Go tells whole numbers from others by how they are written: `1` and `1.0` differ in kind. */
export interface GoNumberLiteral {
  readonly number: number;
  readonly isFloat: boolean;
}

/** A template: text that stands as it is, and actions in braces, each a list of nodes. */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly nodes: readonly Node[] };

export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/**
 * Reads a template of kubectl's JSONPath dialect.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 * @throws {JsonPathError} with client-go's text
 */
export function parseJsonPath(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    const end = open < 0 ? template.length : open;
    if (end > at) pieces.push({ type: 'text', text: template.slice(at, end) });
    if (open < 0) break;
    const scanner = new Scanner(template, open + 1);
    pieces.push({ type: 'action', nodes: scanner.action() });
    at = scanner.at;
  }
  return pieces;
}

const TERMINATORS = new Set([' ', '\t', '\r', '\n', '', '.', ',', '[', ']', '$', '@', '{', '}']);
const ALPHANUMERIC = /^[\p{L}\p{Nd}_]$/u;
const DIGIT = /^\p{Nd}$/u;

class Scanner {
  readonly #input: string;
  at: number;

  constructor(input: string, at: number) {
    this.#input = input;
    this.at = at;
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #next(): string {
    const character = this.#peek();
    this.at += character.length;
    return character;
  }

  /** What stands between braces; ends behind the closing one. */
  action(): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      if (this.#input.startsWith('[?(', this.at)) {
        nodes.push(this.#filter());
        continue;
      }
      if (this.#input.startsWith('..', this.at)) {
        if (nodes.at(-1)?.type === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
        this.at += 2;
        nodes.push({ type: 'recursive' });
        if (ALPHANUMERIC.test(this.#peek())) nodes.push(this.#field());
        continue;
      }
      const character = this.#next();
      if (character === '}') return nodes;
      if (character === '' || character === '\r' || character === '\n') throw new JsonPathError('unclosed action');
      if (character === ' ' || character === '@' || character === '$') continue;
      if (character === '[') nodes.push(...this.#brackets());
      else if (character === '"' || character === "'") nodes.push(this.#quoted(character));
      else if (character === '.') nodes.push(this.#field());
      else if (character === '+' || character === '-' || DIGIT.test(character)) nodes.push(this.#number(character));
      else if (ALPHANUMERIC.test(character)) nodes.push(this.#identifier(character));
      else throw new JsonPathError(`unrecognized character in action: ${unicodeText(character)}`);
    }
  }

  #field(): Node {
    const start = this.at;
    for (;;) {
      const character = this.#peek();
      if (character === '\\') {
        this.at++;
        this.#next();
        continue;
      }
      if (TERMINATORS.has(character)) break;
      this.#next();
    }
    const text = this.#input.slice(start, this.at);
    return text === '*' ? { type: 'wildcard' } : { type: 'field', name: text.replaceAll('\\', '') };
  }

  #identifier(first: string): Node {
    let text = first;
    while (!TERMINATORS.has(this.#peek())) text += this.#next();
    if (text === 'true' || text === 'false') return { type: 'literal', value: text === 'true' };
    return { type: 'identifier', name: text };
  }

  #number(first: string): Node {
    let text = first;
    while (this.#peek() === '.' || DIGIT.test(this.#peek())) text += this.#next();
    if (/^[+-]?[0-9]+$/.test(text)) return { type: 'literal', value: { number: Number(text), isFloat: false } };
    if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) {
      return { type: 'literal', value: { number: Number(text), isFloat: true } };
    }
    throw new JsonPathError(`cannot parse number ${text}`);
  }

  #quoted(quote: string): Node {
    const start = this.at - 1;
    for (;;) {
      const character = this.#next();
      if (character === '' || character === '\n') throw new JsonPathError('unterminated quoted string');
      if (character === quote && this.#input[this.at - 2] !== '\\') break;
    }
    const text = this.#input.slice(start, this.at);
    const value = unquote(text);
    if (value === undefined) throw new JsonPathError(`unquote string ${text} error invalid syntax`);
    return { type: 'text', text: value };
  }

  #brackets(): readonly Node[] {
    const start = this.at;
    for (;;) {
      const character = this.#next();
      if (character === '' || character === '\n') throw new JsonPathError('unterminated array');
      if (character === ']') break;
    }
    const text = this.#input.slice(start, this.at - 1);
    return bracketNodes(text === '*' ? ':' : text);
  }

  #filter(): Node {
    this.at += 3;
    const start = this.at;
    let quote = '';
    let isClosed = false;
    for (;;) {
      const character = this.#next();
      if (character === '' || character === '\n') throw new JsonPathError('unterminated filter');
      if (character === '"' || character === "'") {
        if (quote === '') quote = character;
        else if (this.#input[this.at - 2] !== '\\' && character === quote) isClosed = true;
      } else if (character === ')' && (quote !== '') === isClosed) break;
    }
    if (this.#next() !== ']') throw new JsonPathError('unclosed array expect ]');
    const text = this.#input.slice(start, this.at - 2);
    const match = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    if (match === null) return { type: 'filter', left: expression(text), operator: 'exists', right: [] };
    const [, left = '', operator = '', right = ''] = match;
    return { type: 'filter', left: expression(left), operator, right: expression(right) };
  }
}

/** The nodes of an expression without braces. */
const expression = (text: string): readonly Node[] => new Scanner(`{${text}}`, 1).action();

function bracketNodes(text: string): readonly Node[] {
  const parts = text.split(',');
  if (parts.length > 1) {
    return [{ type: 'union', members: parts.map((part) => expression(`[${part.replace(/^ +| +$/g, '')}]`)) }];
  }
  const key = /^'([^']*)'$/.exec(text);
  if (key !== null) return expression(`.${key[1] ?? ''}`);
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (slice === null) throw new JsonPathError(`invalid array index ${text}`);
  const [from, to, step] = [slice[1], slice[2]?.slice(1), slice[3]?.slice(1)].map((part) => {
    if (part === undefined || part === '') return undefined;
    if (part === '-') throw new JsonPathError('array index - is not a number');
    return Number(part);
  });
  return [
    {
      type: 'array',
      single: slice[2] === undefined,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(step !== undefined && { step }),
    },
  ];
}

/** Go's `%#U`: `U+002A '*'`. */
function unicodeText(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(character) ? `${code} '${character}'` : code;
}

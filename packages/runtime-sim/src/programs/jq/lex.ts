import { Failure } from '../support/command.ts';
import type { Filter } from './ast.ts';

export interface Token {
  readonly kind: 'punct' | 'name' | 'field' | 'variable' | 'format' | 'number' | 'string' | 'end';
  readonly text: string;
  readonly parts?: readonly (string | Filter)[];
}

/** Reads what stands in a string: `"a\(.b)"`. */
type Parse = (tokens: readonly Token[]) => Filter;

/** Takes a program apart. @throws {Failure} exit 3 */
export function lexJq(source: string, parse: Parse): readonly Token[] {
  return lex(source, 0, false, parse).tokens;
}

/** @throws {Failure} exit 3 */
export function refuse(what: string): never {
  throw new Failure(`error: syntax error, unexpected ${what}\njq: 1 compile error`, 3);
}

function lex(
  source: string,
  start: number,
  nested: boolean,
  parse: Parse,
): { readonly tokens: readonly Token[]; readonly end: number } {
  const tokens: Token[] = [];
  const pattern =
    /\s+|#[^\n]*|(\.\.|\?\/\/=?|\/\/=|\/\/|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|[.|,:;()[\]{}=<>+\-*/%?])|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(@\w+)|\$(\w+)|([A-Za-z_]\w*(?:::\w+)*)/y;
  let at = start;
  let depth = 0;
  while (at < source.length) {
    const field = /^\.([A-Za-z_]\w*)/.exec(source.slice(at, at + 200));
    if (field !== null) {
      tokens.push({ kind: 'field', text: field[1] ?? '' });
      at += field[0].length;
      continue;
    }
    if (source[at] === '"') {
      const string = lexString(source, at + 1, parse);
      tokens.push({ kind: 'string', text: '', parts: string.parts });
      at = string.end;
      continue;
    }
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) return refuse('INVALID_CHARACTER');
    const [whole, punct, number, format, variable, name] = match;
    if (punct === '(') depth++;
    if (punct === ')' && --depth < 0 && nested) return { tokens: [...tokens, { kind: 'end', text: '' }], end: at + 1 };
    if (punct !== undefined) tokens.push({ kind: 'punct', text: punct });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (format !== undefined) tokens.push({ kind: 'format', text: format });
    else if (variable !== undefined) tokens.push({ kind: 'variable', text: variable });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    at += whole.length;
  }
  return { tokens: [...tokens, { kind: 'end', text: '' }], end: at };
}

function lexString(
  source: string,
  start: number,
  parse: Parse,
): { readonly parts: readonly (string | Filter)[]; readonly end: number } {
  const parts: (string | Filter)[] = [];
  let literal = '';
  for (let at = start; at < source.length; at++) {
    const char = source[at] ?? '';
    if (char === '"') return { parts: literal === '' && parts.length > 0 ? parts : [...parts, literal], end: at + 1 };
    if (char !== '\\') {
      literal += char;
      continue;
    }
    const next = source[++at] ?? '';
    if (next === '(') {
      const inner = lex(source, at + 1, true, parse);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(parse(inner.tokens));
      at = inner.end - 1;
    } else if (next === 'u') {
      literal += String.fromCharCode(Number.parseInt(source.slice(at + 1, at + 5), 16));
      at += 4;
    } else literal += { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[next] ?? next;
  }
  return refuse('end of file');
}

import { Failure } from '../support/command.ts';
import { replaceEscapes } from '../support/escapes.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'call' | 'keyword' | 'punct' | 'newline' | 'end';
  readonly text: string;
  /** Blanks came before it. */
  readonly spaced: boolean;
}

const KEYWORDS = new Set(
  'BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print printf'.split(
    ' ',
  ),
);

/** Takes an awk program apart. A slash where an operand is due begins a regular expression. @throws {Failure} */
export function lexAwk(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /([ \t\r]|\\\n)+|#[^\n]*|(\n)|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|"((?:[^"\\\n]|\\[\s\S])*)"|(\*\*=|\*\*|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|>>|!~|[-+*/%^!<>|?:,;{}()[\]=~$])/y;
  let spaced = false;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    if (source[at] === '/' && operandDue(tokens.at(-1))) {
      const match = /^\/((?:[^/\\\n[]|\\.|\[\^?\]?(?:[^\]\\]|\\.)*\])*)\//.exec(source.slice(at));
      if (match === null) throw new Failure('unterminated regex');
      tokens.push({ kind: 'regex', text: match[1] ?? '', spaced });
      pattern.lastIndex = at + match[0].length;
      spaced = false;
      continue;
    }
    const match = pattern.exec(source);
    if (match === null) throw new Failure(`cmd. line:${source.slice(0, at).split('\n').length}: Unexpected token`);
    const [whole, , newline, number, name, string, punct] = match;
    if (newline !== undefined) tokens.push({ kind: 'newline', text: '\n', spaced });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, spaced });
    else if (name !== undefined) {
      const kind = KEYWORDS.has(name) ? 'keyword' : source[pattern.lastIndex] === '(' ? 'call' : 'name';
      tokens.push({ kind, text: name === 'func' ? 'function' : name, spaced });
    } else if (string !== undefined) tokens.push({ kind: 'string', text: unquote(string), spaced });
    else if (punct !== undefined)
      tokens.push({ kind: 'punct', text: punct === '**' ? '^' : punct === '**=' ? '^=' : punct, spaced });
    else {
      spaced = whole !== '';
      continue;
    }
    spaced = false;
  }
  tokens.push({ kind: 'end', text: '', spaced });
  return tokens;
}

/** The escapes of a string; an unknown one keeps its backslash, so that `"\\."` and `"\."` are the same expression. */
export function unquote(text: string): string {
  return text.includes('\\')
    ? replaceEscapes(text.replaceAll('\\\n', '').replaceAll('\\"', '"').replaceAll('\\/', '/'), false).text
    : text;
}

function operandDue(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'punct') return before.text !== ')' && before.text !== ']' && before.text !== '$';
  return before.kind === 'newline' || before.kind === 'keyword';
}

/** A token of the Common Expression Language; literals have the name of their type as their kind. */
export interface CelToken {
  readonly kind: string;
  readonly text: string;
  /** Index of its first character. */
  readonly at: number;
}

/** A text that holds what is no token. */
export class CelScanProblem extends Error {}

/**
 * The tokens of an expression, an `end` last.
 * @param skip told of what is no token, which is left out then; absent: that is refused
 * @throws {CelScanProblem}
 */
export function scanCel(text: string, skip?: (problem: CelToken) => void): CelToken[] {
  const tokens: CelToken[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      if (skip === undefined) throw new CelScanProblem(`at ${at}`);
      const problem = unreadable(text, at);
      skip(problem);
      at += problem.text.length;
      continue;
    }
    const [token] = match;
    const [name] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? ['space'];
    if (name !== 'space') tokens.push({ kind: kindOf(name, token), text: token, at });
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
  return tokens;
}

/** What could have become a token, with the character at which it could not any more. */
function unreadable(text: string, at: number): CelToken {
  BEGUN.lastIndex = at;
  const begun = BEGUN.exec(text)?.[0].length ?? 0;
  const [next = ''] = text.slice(at + begun);
  return { kind: 'unreadable', text: text.slice(at, at + begun + next.length), at };
}

function kindOf(name: string, text: string): string {
  if (name === 'string') return /^[rR]?[bB]/.test(text) ? 'bytes' : 'string';
  if (name !== 'word') return name;
  if (text === 'true' || text === 'false') return 'bool';
  if (text === 'null') return 'null_type';
  if (text === 'in') return 'symbol';
  return 'identifier';
}

/** Words that no variable may be called; fields may. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
const QUOTED = ['"""', "'''"].flatMap((quote) => [
  `[rR]${quote}[\\s\\S]*?${quote}`,
  `${quote}(?:${ESCAPE}|[^\\\\])*?${quote}`,
]);
const LINE = ['"', "'"].flatMap((quote) => [
  `[rR]${quote}[^${quote}\\n\\r]*${quote}`,
  `${quote}(?:${ESCAPE}|[^\\\\${quote}\\n\\r])*${quote}`,
]);
const TOKEN = new RegExp(
  [
    String.raw`[\t\n\f\r ]+|//[^\n]*`,
    `(?<string>[bB]?(?:${[...QUOTED, ...LINE].join('|')}))`,
    String.raw`(?<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)`,
    String.raw`(?<uint>(?:0x[0-9a-fA-F]+|\d+)[uU])`,
    String.raw`(?<int>0x[0-9a-fA-F]+|\d+)`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
    String.raw`(?<symbol>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]{}])`,
  ].join('|'),
  'y',
);

const PART = String.raw`(?:\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?)?`;
const BEGUN = new RegExp(
  [`"(?:${ESCAPE}|[^\\\\"\\n\\r])*${PART}`, `'(?:${ESCAPE}|[^\\\\'\\n\\r])*${PART}`, '[=&|]'].join('|'),
  'y',
);

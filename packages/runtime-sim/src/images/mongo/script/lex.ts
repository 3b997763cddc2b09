/** A script that cannot be read, or that holds what is not simulated. */
export class ScriptSyntaxError extends Error {}

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'template' | 'pattern' | 'mark' | 'end';
  /** Of a string its value, of a template what stands between the ticks as it is written. */
  readonly text: string;
  /** A new line begins before it. */
  readonly fresh: boolean;
  readonly line: number;
  readonly at: number;
}

const MARK =
  /^(?:>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()[\];,<>+\-*/%&|^!~?:=.])/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** Takes a script apart. @throws {ScriptSyntaxError} */
export function tokens(script: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  let line = 1;
  let fresh = true;
  const add = (kind: Token['kind'], text: string, length: number): void => {
    found.push({ kind, text, fresh, line, at });
    for (let i = at; i < at + length; i++) if (script[i] === '\n') line++;
    at += length;
    fresh = false;
  };
  while (at < script.length) {
    if (script[at] === '\n') {
      at++;
      line++;
      fresh = true;
      continue;
    }
    // Pieces of a bounded size: no copy of the rest of the script for each word.
    const rest = script.slice(at, at + 200);
    const space = /^[^\S\n]+/.exec(rest)?.[0].length ?? 0;
    if (space > 0) {
      at += space;
      continue;
    }
    if (rest.startsWith('//')) {
      const end = script.indexOf('\n', at);
      at = end < 0 ? script.length : end;
      continue;
    }
    if (rest.startsWith('/*')) {
      const end = script.indexOf('*/', at + 2);
      const stop = end < 0 ? script.length : end + 2;
      for (; at < stop; at++) {
        if (script[at] !== '\n') continue;
        line++;
        fresh = true;
      }
      continue;
    }
    const char = rest[0] ?? '';
    const name = /^[\p{L}$_][\p{L}\p{N}$_]*/u.exec(rest)?.[0];
    const number = /^(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(
      rest,
    )?.[0];
    if (name !== undefined) add('name', name, name.length);
    else if (number !== undefined) add('number', number.replaceAll('_', ''), number.length);
    else if (char === '"' || char === "'") {
      const read = quoted(script, at, line);
      add('string', read.text, read.length);
    } else if (char === '`') {
      const end = endOfTemplate(script, at + 1, line);
      add('template', script.slice(at + 1, end), end + 1 - at);
    } else if (char === '/' && !endsValue(found.at(-1))) {
      const match = /^\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/.exec(rest);
      if (match === null) throw new ScriptSyntaxError(`Unterminated regular expression. (${line}:0)`);
      add('pattern', match[1] ?? '', match[0].length);
    } else {
      const mark = MARK.exec(rest)?.[0];
      if (mark === undefined) throw new ScriptSyntaxError(`Unexpected character '${char}'. (${line}:0)`);
      add('mark', mark, mark.length);
    }
  }
  found.push({ kind: 'end', text: '', fresh: true, line, at });
  return found;
}

/** A division may follow. */
function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'mark') return token.text === ')' || token.text === ']' || token.text === '}';
  return token.kind !== 'name' || !/^(?:return|typeof|case|in|of|delete|void|throw|new)$/.test(token.text);
}

/** What the escapes of a text stand for. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\n)|([\s\S]))/g, (_, ...groups) => {
    const [braced, four, two, newline, char] = groups as (string | undefined)[];
    const code = braced ?? four ?? two;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    return newline !== undefined ? '' : (ESCAPES[char ?? ''] ?? char ?? '');
  });
}

function quoted(script: string, start: number, line: number): { readonly text: string; readonly length: number } {
  const quote = script[start];
  for (let at = start + 1; at < script.length; at++) {
    if (script[at] === '\\') at++;
    else if (script[at] === quote) return { text: unescaped(script.slice(start + 1, at)), length: at + 1 - start };
    else if (script[at] === '\n') break;
  }
  throw new ScriptSyntaxError(`Unterminated string constant. (${line}:0)`);
}

function endOfTemplate(script: string, start: number, line: number): number {
  let depth = 0;
  for (let at = start; at < script.length; at++) {
    if (script[at] === '\\') at++;
    else if (depth === 0 && script[at] === '`') return at;
    else if (script.startsWith('${', at)) depth++;
    else if (depth > 0 && script[at] === '}') depth--;
  }
  throw new ScriptSyntaxError(`Unterminated template. (${line}:0)`);
}

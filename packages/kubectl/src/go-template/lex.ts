import { goQuote } from '@tabernetes/apimachinery';
import { TemplateError } from './errors.ts';

export type TokenType =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'pipe'
  | 'leftParen'
  | 'rightParen'
  | 'comma'
  | 'assign'
  | 'declare'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'string'
  | 'rawString'
  | 'char'
  | 'other'
  /** What cannot be cut; `text` says why. Whoever reads up to it is told. */
  | 'error'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
  readonly line: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;

/** Cuts a template into tokens; a mistake is the last one, so that what stands before it is judged first. */
export function lex(template: string): readonly Token[] {
  const tokens: Token[] = [];
  try {
    cut(template, tokens);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    tokens.push({ type: 'error', text: error.message, at: template.length, line: 1 });
  }
  return tokens;
}

function cut(template: string, tokens: Token[]): void {
  let at = 0;
  let line = 1;
  const push = (type: TokenType, end: number): void => {
    const text = template.slice(at, end);
    tokens.push({ type, text, at, line });
    line += text.split('\n').length - 1;
    at = end;
  };
  const fail = (message: string): TemplateError => new TemplateError(`template: output:${line}: ${message}`);

  let trimNext = false;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    const end = open < 0 ? template.length : open;
    const trimmed = open >= 0 && template[open + 2] === '-' && SPACE.test(template[open + 3] ?? '');
    let text = template.slice(at, end);
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '');
    const start = at + (end - at - text.length);
    if (trimmed) text = text.replace(/[ \t\r\n]+$/, '');
    line += template.slice(at, start).split('\n').length - 1;
    if (text !== '') tokens.push({ type: 'text', text, at: start, line });
    line += template.slice(start, end).split('\n').length - 1;
    at = end;
    if (open < 0) break;
    trimNext = false;
    const inside = open + 2 + (trimmed ? 2 : 0);
    if (template.startsWith('/*', inside)) {
      const close = template.indexOf('*/', inside);
      if (close < 0) throw fail('unclosed comment');
      const rest = template.slice(close + 2);
      const closing = /^(\s+-)?\}\}/.exec(rest);
      if (closing === null) throw fail('comment ends before closing delimiter');
      trimNext = closing[1] !== undefined;
      line += template.slice(at, close).split('\n').length - 1;
      at = close + 2 + closing[0].length;
      continue;
    }
    push('open', inside);
    trimNext = action();
  }
  tokens.push({ type: 'eof', text: '', at, line });

  /** What stands between the braces; true when the text behind is trimmed. */
  function action(): boolean {
    let depth = 0;
    for (;;) {
      const rest = template.slice(at, at + 4);
      const trims = /^[ \t\r\n]-\}\}/.test(rest);
      if (trims || rest.startsWith('}}')) {
        if (depth > 0) throw fail('unclosed left paren');
        push('close', at + (trims ? 4 : 2));
        return trims;
      }
      const character = template[at];
      if (character === undefined) throw fail('unclosed action');
      if (SPACE.test(character)) {
        let end = at;
        while (SPACE.test(template[end] ?? '') && !/^[ \t\r\n]-\}\}/.test(template.slice(end, end + 4))) end++;
        push('space', end);
      } else if (character === '(' || character === ')') {
        depth += character === '(' ? 1 : -1;
        if (depth < 0) throw fail('unexpected right paren');
        push(character === '(' ? 'leftParen' : 'rightParen', at + 1);
      } else if (character === '|') push('pipe', at + 1);
      else if (character === ',') push('comma', at + 1);
      else if (character === '=') push('assign', at + 1);
      else if (character === ':') {
        if (template[at + 1] !== '=') throw fail('expected :=');
        push('declare', at + 2);
      } else if (character === '"') push('string', quoted('"', 'unterminated quoted string'));
      else if (character === '`') {
        const end = template.indexOf('`', at + 1);
        if (end < 0) throw fail('unterminated raw quoted string');
        push('rawString', end + 1);
      } else if (character === "'") push('char', quoted("'", 'unterminated character constant'));
      else if (character === '.' && !/[0-9]/.test(template[at + 1] ?? '')) {
        const end = terminated(wordEnd(at + 1));
        push(end === at + 1 ? 'dot' : 'field', end);
      } else if (character === '$') push('variable', terminated(wordEnd(at + 1)));
      else if (/[0-9+.-]/.test(character)) {
        const end = numberEnd(at);
        const next = template[end] ?? '';
        // A sign behind it may begin the imaginary part, which no number here has.
        if (WORD.test(next) || next === '+' || next === '-') {
          throw fail(`bad number syntax: ${goQuote(template.slice(at, WORD.test(next) ? end + 1 : numberEnd(end)))}`);
        }
        push('number', end);
      } else if (WORD.test(character)) {
        const end = terminated(wordEnd(at));
        const word = template.slice(at, end);
        const type: TokenType = KEYWORDS.has(word)
          ? 'keyword'
          : word === 'true' || word === 'false'
            ? 'bool'
            : word === 'nil'
              ? 'nil'
              : 'identifier';
        push(type, end);
      } else if (/[ -~]/.test(character)) push('other', at + 1);
      else throw fail(`unrecognized character in action: ${unicodeText(character)}`);
    }
  }

  /** Words end where something else may begin. */
  function terminated(end: number): number {
    const character = template[end];
    if (character === undefined || /[ \t\r\n.,|:()]/.test(character) || template.startsWith('}}', end)) return end;
    throw fail(`bad character ${unicodeText(character)}`);
  }

  function wordEnd(start: number): number {
    let end = start;
    while (WORD.test(template[end] ?? '')) end++;
    return end;
  }

  /** @see https://pkg.go.dev/text/template/parse scanNumber */
  function numberEnd(start: number): number {
    const number =
      /^[+-]?(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][+-]?[0-9_]*)?|0[bB][01_]*\.?[01_]*|0[oO][0-7_]*\.?[0-7_]*|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]*)?)i?/.exec(
        template.slice(start),
      );
    return start + (number?.[0].length ?? 0);
  }

  function quoted(quote: string, message: string): number {
    for (let end = at + 1; ; end++) {
      const character = template[end];
      if (character === undefined || character === '\n') throw fail(message);
      if (character === '\\') end++;
      else if (character === quote) return end + 1;
    }
  }
}

/** `U+003F '?'` */
function unicodeText(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} '${character}'`;
}

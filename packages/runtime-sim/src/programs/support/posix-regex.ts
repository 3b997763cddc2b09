import { Failure } from './command.ts';
import { safeRegExp } from './linear-regexp.ts';

export interface RegexOptions {
  /** ERE, otherwise BRE. */
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** All matches. */
  readonly global?: boolean;
  /** `^` and `$` match at newlines inside the text. */
  readonly multiline?: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/**
 * A POSIX regular expression with GNU's additions (`\w \s \b \< \> \+ \? \|`) as one of JavaScript. Alternatives match
 * in their order instead of the longest.
 *
 * @throws {Failure} when it is none
 */
export function toPosixRegExp(
  pattern: string,
  { extended, ignoreCase = false, global = false, multiline = false }: RegexOptions,
): RegExp {
  const flags = `${global ? 'g' : ''}${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}s`;
  const source = translate(pattern, extended);
  try {
    return safeRegExp(source, flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`bad regex '${pattern}': ${reason(pattern)}`, 2);
  }
}

function reason(pattern: string): string {
  if ((pattern.match(/\[/g)?.length ?? 0) > (pattern.match(/\]/g)?.length ?? 0))
    return 'Unmatched [, [^, [:, [., or [=';
  if (/\(/.test(pattern) || /\)/.test(pattern)) return 'Unmatched ( or \\(';
  return 'Invalid preceding regular expression';
}

function translate(pattern: string, extended: boolean): string {
  let out = '';
  // At the start of an expression a BRE's star and an ERE's plus stand for themselves.
  let starting = true;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '[') {
      const end = bracketEnd(pattern, i);
      if (end < 0) return '['; // refused by the caller
      out += bracket(pattern.slice(i + 1, end));
      i = end;
      starting = false;
      continue;
    }
    let operator = char;
    let special = extended && '+?(){}|'.includes(char);
    if (char === '\\') {
      operator = pattern[++i] ?? '\\';
      special = !extended && '+?(){}|'.includes(operator);
      if (!special) {
        out += escaped(operator);
        starting = false;
        continue;
      }
    } else if (!special && '+?(){}|'.includes(char)) {
      out += `\\${char}`;
      starting = false;
      continue;
    }
    if (special) {
      if (operator === '(' || operator === '|') {
        out += operator;
        starting = true;
        continue;
      }
      if (operator === '{') {
        const close = pattern.indexOf(extended ? '}' : '\\}', i);
        const bounds = close < 0 ? '' : pattern.slice(i + 1, close);
        if (/^\d*(,\d*)?$/.test(bounds) && bounds !== '' && !starting) {
          out += `{${bounds.startsWith(',') ? `0${bounds}` : bounds}}`;
          i = extended ? close : close + 1;
        } else out += '\\{';
      } else if (operator === '}') out += '\\}';
      else if (operator === ')') out += ')';
      else if (starting) out += `\\${operator}`;
      // A repetition of a repetition, where JavaScript would match lazily.
      else if (/[^\\][*+?]$/.test(out)) out = `${out.slice(0, -1)}*`;
      else out += operator;
      starting = false;
      continue;
    }
    if (char === '*') {
      out += starting ? '\\*' : /[^\\][*+?]$/.test(out) ? '' : '*';
      starting = false;
    } else if (char === '^') {
      const anchors: boolean = extended || starting;
      out += anchors ? '^' : '\\^';
      starting = anchors;
    } else if (char === '$') {
      const last = i === pattern.length - 1 || /^(?:\\\)|\\\|)/.test(pattern.slice(i + 1));
      out += extended || last ? '$' : '\\$';
      starting = false;
    } else {
      out += '/'.includes(char) ? '\\/' : char;
      starting = false;
    }
  }
  return out;
}

function escaped(char: string): string {
  if (/[wWsSbB]/.test(char)) return `\\${char}`;
  if (/[1-9]/.test(char)) return `\\${char}(?:)`;
  if (char === '<') return '\\b(?=\\w)';
  if (char === '>') return '\\b(?<=\\w)';
  if (char === '`') return '(?<![\\s\\S])';
  if (char === "'") return '(?![\\s\\S])';
  if (/[ntrfv]/.test(char)) return `\\${char}`;
  return /[.*+?^${}()|[\]\\/]/.test(char) ? `\\${char}` : char;
}

function bracketEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === '[' && /[:.=]/.test(pattern[i + 1] ?? '')) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close >= 0) i = close + 1;
    } else if (pattern[i] === ']') return i;
  }
  return -1;
}

function bracket(content: string): string {
  const negated = content.startsWith('^');
  const body = negated ? content.slice(1) : content;
  const items = body.replace(
    /\[:(\w+):\]|\[[.=](.)[.=]\]|([\\[\]^])|(^-|-$)/g,
    (whole, name?: string, one?: string, special?: string) => {
      if (name !== undefined) return CLASSES[name] ?? whole;
      if (one !== undefined) return one.replace(/[\\\]^[-]/, '\\$&');
      return special === undefined ? '\\-' : `\\${special}`;
    },
  );
  return `[${negated ? '^' : ''}${items}]`;
}

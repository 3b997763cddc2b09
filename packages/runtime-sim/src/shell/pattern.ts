import { safeRegExp } from '../programs/support/linear-regexp.ts';

/** Shell patterns (`*`, `?`, `[…]`, backslash quotes) as regular expressions. Pure and kept: scripts use few of them often. */
const CACHE = new Map<string, RegExp>();
const CACHE_SIZE = 500;

/** Matches the whole of a text. */
export function wholePattern(pattern: string): RegExp {
  return cached(`^(?:${source(pattern)})$`);
}

/** Where `${x#…}` and its like cut: the part of the text to remove, from the start or the end. */
export function removeMatch(text: string, pattern: string, side: 'start' | 'end', longest: boolean): string {
  if (side === 'start') {
    // A pattern has no alternatives: who takes as much as it can at each star takes as much as it can altogether.
    const match = cached(`^(?:${source(pattern, longest ? '' : '?')})`).exec(text);
    return match === null ? text : text.slice(match[0].length);
  }
  // From the left the first match is the longest; as much as possible before it leaves the shortest.
  const match = cached(longest ? `(?:${source(pattern, '')})$` : `^(.*)(?:${source(pattern, '')})$`).exec(text);
  if (match === null) return text;
  return longest ? text.slice(0, match.index) : (match[1] ?? '');
}

/** `${x/pattern/text}`: the longest match at the first place, or at every place. */
export function replaceMatch(
  text: string,
  pattern: string,
  replacement: string,
  where: '/' | '//' | '/#' | '/%',
): string {
  if (pattern === '') return text;
  const body = source(pattern);
  const anchored = where === '/#' ? `^(?:${body})` : where === '/%' ? `(?:${body})$` : body;
  return text.replace(safeRegExp(anchored, where === '//' ? 'gs' : 's'), () => replacement);
}

/** True of what a shell would look up in directories. */
export function hasGlob(pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '*' || char === '?' || char === '[') return true;
  }
  return false;
}

/** Makes characters that mean something in patterns mean themselves. */
export function quotePattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** The text that a pattern without wildcards stands for. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

function cached(expression: string): RegExp {
  let found = CACHE.get(expression);
  if (found === undefined) {
    found = safeRegExp(expression, 's');
    if (CACHE.size >= CACHE_SIZE) CACHE.clear();
    CACHE.set(expression, found);
  }
  return found;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
};

/** @param lazy what follows a star: `?` takes as little as possible */
function source(pattern: string, lazy = ''): string {
  let out = '';
  // Behind it no bracket ends a set: who looks for its end at each `[` looks at the text again and again.
  const lastEnd = pattern.lastIndexOf(']');
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') out += `.*${lazy}`;
    else if (char === '?') out += '.';
    else if (char === '\\') {
      i++;
      out += literal(pattern[i] ?? '\\');
    } else if (char === '[') {
      const set = i < lastEnd ? bracket(pattern, i) : undefined;
      if (set === undefined) out += '\\[';
      else {
        out += set.source;
        i = set.end;
      }
    } else out += literal(char);
  }
  return out;
}

function bracket(pattern: string, from: number): { readonly source: string; readonly end: number } | undefined {
  let i = from + 1;
  let negated = '';
  if (pattern[i] === '!' || pattern[i] === '^') {
    negated = '^';
    i++;
  }
  let body = '';
  for (let first = true; i < pattern.length; i++, first = false) {
    const char = pattern[i] as string;
    if (char === ']' && !first) return { source: `[${negated}${body}]`, end: i };
    const named = char === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i, i + 11)) : null;
    if (named !== null) {
      body += CLASSES[named[1] ?? ''] ?? '';
      i += named[0].length - 1;
    } else if (char === '\\') {
      i++;
      body += inSet(pattern[i] ?? '\\');
    } else body += char === '-' ? '-' : inSet(char);
  }
  return undefined;
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function inSet(char: string): string {
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}

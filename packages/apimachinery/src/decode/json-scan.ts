import { MAX_DEPTH } from './json-reader.ts';

/**
 * Whether `JSON.parse` lost nothing that matters: no field is set twice, every number says all that its text said, no
 * half surrogate pairs, and the nesting is sane. One pass over the text that leaps over strings, one over the value.
 */
export function isPlainJson(text: string, value: unknown): boolean {
  const keys = countKeys(text);
  return keys >= 0 && keys === countMembers(value);
}

/** Fields in the text; -1 when it holds something that only the careful parser gets right. The text is valid JSON. */
function countKeys(text: string): number {
  let keys = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === COLON) keys++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return -1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfInteger(text, at);
      if (end < 0) return -1;
      at = end;
    }
  }
  return keys;
}

/** Index of the closing quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  // A backslash before the quote: it is escaped unless the backslash is.
  while (text.charCodeAt(end - 1) === BACKSLASH) {
    let first = end - 1;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end;
}

/** Index of the last digit; -1: no integer, or one of more digits than a JavaScript number surely keeps. */
function endOfInteger(text: string, start: number): number {
  let end = start + 1;
  let code = text.charCodeAt(end);
  while (code >= ZERO && code <= NINE) code = text.charCodeAt(++end);
  if (end - start > 15 || code === DOT || code === LOWER_E || code === UPPER_E) return -1;
  // -0 is 0 to Go.
  return text.charCodeAt(start) === MINUS && text.charCodeAt(start + 1) === ZERO ? -1 : end - 1;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    count++;
    if (typeof item === 'object') count += countMembers(item);
  }
  return count;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

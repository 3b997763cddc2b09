/*
 * Name rules as scans over character classes rather than regular expressions: linear on any input, however long, and
 * several times as fast on the short names that are the rule.
 */

export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const DASH = 8;
export const UNDERSCORE = 16;
export const DOT = 32;
export const LOWER_ALNUM = LOWER | DIGIT;
export const ALNUM = LOWER | UPPER | DIGIT;

const CLASSES = new Uint8Array(128);
const mark = (first: string, last: string, bit: number): void => {
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) CLASSES[code] = bit;
};
mark('a', 'z', LOWER);
mark('A', 'Z', UPPER);
mark('0', '9', DIGIT);
mark('-', '-', DASH);
mark('_', '_', UNDERSCORE);
mark('.', '.', DOT);

const classAt = (text: string, at: number): number => CLASSES[text.charCodeAt(at)] ?? 0;

/** Every character of text[from, to) is of one of the classes. True of nothing. */
export function consistsOf(text: string, classes: number, from = 0, to = text.length): boolean {
  for (let at = from; at < to; at++) if ((classAt(text, at) & classes) === 0) return false;
  return true;
}

/** `edge ( inner* edge )?`: not empty, the ends of a narrower kind than what is between. */
export function isFramed(text: string, edge: number, inner: number, from = 0, to = text.length): boolean {
  return (
    from < to &&
    (classAt(text, from) & edge) !== 0 &&
    (classAt(text, to - 1) & edge) !== 0 &&
    consistsOf(text, inner, from + 1, to - 1)
  );
}

/** Parts between dots, each of which passes. */
export function isDotted(text: string, part: (text: string, from: number, to: number) => boolean, start = 0): boolean {
  for (let from = start; ; ) {
    const dot = text.indexOf('.', from);
    if (!part(text, from, dot < 0 ? text.length : dot)) return false;
    if (dot < 0) return true;
    from = dot + 1;
  }
}

/** Length in bytes of UTF-8, which is what Go's `len` counts and limits mean. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // A surrogate pair is two units here and four bytes there; each half counts one more, as does a two-byte letter.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Spares most texts the count: no text has fewer bytes than units, nor more than three per unit. */
export const longerThan = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && byteLength(text) > bytes);

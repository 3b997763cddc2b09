const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** A text whose escapes were replaced; `stopped` when `\c` ended it. */
export interface Unescaped {
  readonly text: string;
  readonly stopped: boolean;
}

/**
 * Replaces the escapes of `echo -e` and `printf`: `\n`, `\0ooo`, `\ooo`, `\xhh`; others stay as they are.
 *
 * @param stops true when `\c` ends the text
 */
export function unescape(text: string, stops = true): Unescaped {
  if (!text.includes('\\')) return { text, stopped: false };
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char !== '\\') {
      out += char;
      continue;
    }
    const next = text[i + 1] ?? '';
    if (next === 'c' && stops) return { text: out, stopped: true };
    const simple = SIMPLE[next];
    const coded = /^(?:0([0-7]{1,3})|([0-7]{1,3})|x([0-9a-fA-F]{1,2}))/.exec(text.slice(i + 1, i + 5));
    if (simple !== undefined) {
      out += simple;
      i++;
    } else if (coded !== null) {
      const octal = coded[1] ?? coded[2];
      out += String.fromCharCode(
        octal === undefined ? Number.parseInt(coded[3] ?? '', 16) : Number.parseInt(octal, 8) & 255,
      );
      i += coded[0].length;
    } else out += char;
  }
  return { text: out, stopped: false };
}

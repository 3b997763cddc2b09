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
export function replaceEscapes(text: string, stops = true): Unescaped {
  if (!text.includes('\\')) return { text, stopped: false };
  let out = '';
  // Codes are bytes: several of them may make one character.
  let bytes: number[] = [];
  const settle = (): void => {
    if (bytes.length > 0) out += textOf(bytes);
    bytes = [];
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    const next = char === '\\' ? (text[i + 1] ?? '') : '';
    if (next === 'c' && stops) {
      settle();
      return { text: out, stopped: true };
    }
    const coded =
      next === '' ? null : /^(?:0([0-7]{1,3})|([0-7]{1,3})|x([0-9a-fA-F]{1,2}))/.exec(text.slice(i + 1, i + 5));
    if (coded !== null) {
      const octal = coded[1] ?? coded[2];
      bytes.push(octal === undefined ? Number.parseInt(coded[3] ?? '', 16) : Number.parseInt(octal, 8) & 255);
      i += coded[0].length;
      continue;
    }
    settle();
    const simple = SIMPLE[next];
    if (simple === undefined) out += char;
    else {
      out += simple;
      i++;
    }
  }
  settle();
  return { text: out, stopped: false };
}

/** Bytes that are no characters stand in a text as what no character is: halves of pairs. */
function textOf(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return String.fromCharCode(...bytes.map((byte) => (byte < 0x80 ? byte : RAW + byte)));
  }
}

const RAW = 0xdc00;
const HAS_RAW = /[\u{dc80}-\u{dcff}]/u;

/** A text of {@link replaceEscapes} as it is written. */
export function rawText(text: string): string | Uint8Array {
  if (!HAS_RAW.test(text)) return text;
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= RAW + 0x80 && code <= RAW + 0xff) bytes.push(code - RAW);
    else bytes.push(...new TextEncoder().encode(char));
  }
  return Uint8Array.from(bytes);
}

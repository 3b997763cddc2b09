/** The text is not base64. The message is Go's `base64.CorruptInputError`. */
export class Base64Problem extends Error {
  override readonly name = 'Base64Problem';
  constructor(offset: number) {
    super(`illegal base64 data at input byte ${offset}`);
  }
}

/**
 * Base64 as the server prints it after reading it: without line breaks, unused bits cleared.
 * @throws {Base64Problem}
 * @see https://pkg.go.dev/encoding/base64#Encoding.Decode
 */
export function canonicalBase64(text: string): string {
  // The last character before padding carries unused bits; those that are clear are listed.
  if (text.length % 4 === 0 && CLEAN.test(text)) return text;
  return encodeBase64(decodeBase64(text));
}

const CLEAN = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?$/;

/** @throws {Base64Problem} */
export function decodeBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let at = 0;
  for (;;) {
    let bits = 0;
    let filled = 0;
    while (filled < 4) {
      if (at === text.length) {
        if (filled === 0) return out.subarray(0, length);
        throw new Base64Problem(at - filled);
      }
      const code = text.charCodeAt(at++);
      const value = code < 128 ? (VALUES[code] ?? -1) : -1;
      if (value >= 0) {
        bits = (bits << 6) | value;
        filled++;
      } else if (code === 61) {
        at = padding(text, at, filled);
        bits <<= 6 * (4 - filled);
        break;
      } else if (code !== 10 && code !== 13) throw new Base64Problem(at - 1);
    }
    out[length++] = bits >> 16;
    if (filled > 2) out[length++] = bits >> 8;
    if (filled > 3) out[length++] = bits;
    if (filled < 4) return out.subarray(0, length);
  }
}

/** Checks what may follow the first `=`, and returns where the text ends. */
function padding(text: string, start: number, filled: number): number {
  let at = start;
  if (filled < 2) throw new Base64Problem(at - 1);
  if (filled === 2) {
    at = skipLines(text, at);
    if (at === text.length) throw new Base64Problem(text.length);
    if (text.charCodeAt(at) !== 61) throw new Base64Problem(at - 1);
    at++;
  }
  at = skipLines(text, at);
  if (at < text.length) throw new Base64Problem(at);
  return at;
}

function skipLines(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13) at++;
  return at;
}

/** Standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((bits >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(bits & 63) : '=';
  }
  return text;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

import { SyntaxProblem } from '../problems.ts';

/**
 * The text of UTF-8 bytes, for YAML, which does not replace what is wrong but refuses it.
 * @throws {SyntaxProblem} `yaml: invalid leading UTF-8 octet`
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    throw new SyntaxProblem(`yaml: ${problemOf(bytes)}`);
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function problemOf(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const width =
      lead < 0x80 ? 1 : (lead & 0xe0) === 0xc0 ? 2 : (lead & 0xf0) === 0xe0 ? 3 : (lead & 0xf8) === 0xf0 ? 4 : 0;
    if (width === 0) return 'invalid leading UTF-8 octet';
    if (at + width > bytes.length) return 'incomplete UTF-8 octet sequence';
    let code = width === 1 ? lead : lead & (0xff >> (width + 1));
    for (let i = 1; i < width; i++) {
      const next = bytes[at + i] ?? 0;
      if ((next & 0xc0) !== 0x80) return 'invalid trailing UTF-8 octet';
      code = (code << 6) | (next & 0x3f);
    }
    if (code < (LEAST[width] ?? 0)) return 'invalid length of a UTF-8 sequence';
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 'invalid Unicode character';
    at += width;
  }
  return 'invalid Unicode character';
}

/** The least code point that needs so many bytes. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

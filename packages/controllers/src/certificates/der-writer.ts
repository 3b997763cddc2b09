/*
 * As much of ASN.1's distinguished encoding as it takes to write certificates.
 * @see https://www.itu.int/rec/T-REC-X.690
 */

/** One element: tag byte, length, contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { length }) => sum + length, 0);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | bytesOf(length).length, ...bytesOf(length)];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of contents) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const sequence = (...elements: readonly Uint8Array[]): Uint8Array => der(0x30, ...elements);
/** Elements of a SET stand in the order of their bytes. */
export const setOf = (elements: readonly Uint8Array[]): Uint8Array => der(0x31, ...[...elements].sort(compareBytes));
export const boolean = (value: boolean): Uint8Array => der(1, Uint8Array.of(value ? 0xff : 0));
export const octets = (...contents: readonly Uint8Array[]): Uint8Array => der(4, ...contents);
/** `[n]`, around the element (explicit). */
export const tagged = (n: number, ...elements: readonly Uint8Array[]): Uint8Array => der(0xa0 | n, ...elements);
/** `[n]`, instead of the element's own tag (implicit, primitive). */
export const context = (n: number, contents: Uint8Array): Uint8Array => der(0x80 | n, contents);

/** Of an unsigned number, first byte first. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const value = bytes.subarray(from);
  return (value[0] ?? 0) >= 0x80 ? der(2, Uint8Array.of(0), value) : der(2, value);
}

/** `unusedBits`: how many of the last byte do not count. */
export const bits = (contents: Uint8Array, unusedBits = 0): Uint8Array => der(3, Uint8Array.of(unusedBits), contents);

/** `1.2.840.10045.4.3.2` */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const groups = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(6, Uint8Array.from(bytes));
}

/** PrintableString where its letters do, else UTF8String: as Go writes names. */
export function text(value: string): Uint8Array {
  return der(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c, utf8(value));
}

/** UTCTime up to 2049, then GeneralizedTime; whole seconds. */
export function time(ms: number): Uint8Array {
  const iso = new Date(ms).toISOString();
  const digits = `${iso.slice(0, 19).replace(/\D/g, '')}Z`;
  return Number(iso.slice(0, 4)) < 2050 ? der(0x17, utf8(digits.slice(2))) : der(0x18, utf8(digits));
}

export const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

function bytesOf(length: number): readonly number[] {
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left & 0xff);
  return bytes;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

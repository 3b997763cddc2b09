/*
 * As much of ASN.1's distinguished encoding as it takes to see whether a certificate or a request for one is well formed.
 * @see https://www.itu.int/rec/T-REC-X.690
 */

/** One element: `30 0c …` is a sequence of twelve bytes. */
export interface DerElement {
  /** 0 universal, 1 application, 2 context, 3 private. */
  readonly tagClass: number;
  readonly constructed: boolean;
  readonly tag: number;
  /** Offset of the first byte of the contents. */
  readonly start: number;
  /** Offset behind the contents. */
  readonly end: number;
}

export const SEQUENCE = 16;
export const INTEGER = 2;
export const BIT_STRING = 3;

/** Bytes that are no good encoding. The message is Go's, as refusals quote it. */
export class DerProblem extends Error {}

/** The element at an offset. @throws {DerProblem} */
export function derElement(bytes: Uint8Array, at: number, limit = bytes.length): DerElement {
  let next = at;
  const byte = (what: string): number => {
    if (next >= limit) throw syntax(what);
    return bytes[next++] ?? 0;
  };
  const first = byte('truncated tag or length');
  let tag = first & 0x1f;
  if (tag === 0x1f) tag = longTag(() => byte('truncated base 128 integer'));
  let length = byte('truncated tag or length');
  if (length === 0x80) throw syntax('indefinite length found (not DER)');
  if (length > 0x80) {
    const count = length & 0x7f;
    length = 0;
    for (let i = 0; i < count; i++) {
      const part = byte('truncated tag or length');
      if (length >= 1 << 23) throw structure('length too large');
      length = length * 256 + part;
      if (length === 0) throw structure('superfluous leading zeros in length');
    }
    if (length < 0x80) throw structure('non-minimal length');
  }
  if (next + length > limit) throw syntax('data truncated');
  return { tagClass: first >> 6, constructed: (first & 0x20) !== 0, tag, start: next, end: next + length };
}

/** The elements that a constructed one holds. @throws {DerProblem} */
export function derChildren(bytes: Uint8Array, { start, end }: DerElement): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let at = start; at < end; ) {
    const child = derElement(bytes, at, end);
    children.push(child);
    at = child.end;
  }
  return children;
}

/**
 * Refuses an element of another type. `what` is how Go names the one that it wants.
 * @throws {DerProblem}
 */
export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element === undefined) throw syntax('sequence truncated');
  const constructed = tag === SEQUENCE;
  if (element.tagClass === 0 && element.tag === tag && element.constructed === constructed) return element;
  const { tagClass, tag: got, start, end, constructed: compound } = element;
  throw structure(
    `tags don't match (${tag} vs {class:${tagClass} tag:${got} length:${end - start} isCompound:${compound}}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} ${what}`,
  );
}

/** Refuses what stands behind the one element that should be all. @throws {DerProblem} */
export function expectEnd(bytes: Uint8Array, { end }: DerElement): void {
  if (end < bytes.length) throw syntax('trailing data');
}

function longTag(byte: () => number): number {
  let tag = 0;
  for (let i = 0; ; i++) {
    if (i === 4) throw structure('base 128 integer too large');
    const part = byte();
    if (i === 0 && part === 0x80) throw syntax('integer is not minimally encoded');
    tag = tag * 128 + (part & 0x7f);
    if (part < 0x80) break;
  }
  if (tag < 0x1f) throw syntax('non-minimal tag');
  return tag;
}

const syntax = (text: string): DerProblem => new DerProblem(`asn1: syntax error: ${text}`);
const structure = (text: string): DerProblem => new DerProblem(`asn1: structure error: ${text}`);

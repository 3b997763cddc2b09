import { BIT_STRING, type DerElement, DerProblem, derChildren, expectTag, SEQUENCE } from '../kinds/rules/der.ts';
import { type DistinguishedName, derHex, derRoot, derText, distinguishedName } from './distinguished-name.ts';

/** What it takes to check a certificate and to tell whom it names. */
export interface Certificate {
  readonly subject: DistinguishedName;
  /** DER of the names, to be compared byte for byte. */
  readonly subjectBytes: Uint8Array;
  readonly issuerBytes: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Object identifier of the key's algorithm and its parameters (the curve), in hexadecimal. */
  readonly keyAlgorithm: string;
  /** Of elliptic curves the point. */
  readonly key: Uint8Array;
  /** May issue others. */
  readonly isAuthority: boolean;
  /** Extended key usages in hexadecimal; undefined: good for everything. */
  readonly usages: readonly string[] | undefined;
  /** SHA-256 of the whole is what upstream calls the credential's id. */
  readonly bytes: Uint8Array;
  /** What was signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/** 1.3.6.1.5.5.7.3.2 */
export const CLIENT_AUTH = '2b06010505070302';
/** 2.5.29.37.0 */
export const ANY_USAGE = '551d2500';
const EXTENDED_KEY_USAGE = '551d25';
const BASIC_CONSTRAINTS = '551d13';

/** @throws {DerProblem} where it is not well formed */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const [body, algorithm, signature] = derChildren(bytes, expectTag(derRoot(bytes), SEQUENCE, 'certificate @2'));
  const tbs = expectTag(body, SEQUENCE, 'tbsCertificate @2');
  const parts = derChildren(bytes, tbs);
  // The version is there unless it is 1.
  const first = parts[0]?.tagClass === 2 ? 1 : 0;
  const [, , issuer, validity, subject, keyInfo, ...rest] = parts.slice(first);
  const sequence = (part: DerElement | undefined): DerElement => expectTag(part, SEQUENCE, 'certificate @2');
  const [notBefore, notAfter] = derChildren(bytes, sequence(validity));
  const [keyType, key] = derChildren(bytes, sequence(keyInfo));
  const extensions = extensionsOf(bytes, rest);
  const usages = extensions.get(EXTENDED_KEY_USAGE);
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  const whole = (part: DerElement | undefined): Uint8Array => bytes.subarray(headOf(sequence(part)), part?.end);
  return {
    subject: distinguishedName(bytes, sequence(subject)),
    subjectBytes: whole(subject),
    issuerBytes: whole(issuer),
    notBeforeMs: timeOf(bytes, notBefore),
    notAfterMs: timeOf(bytes, notAfter),
    keyAlgorithm: derHex(bytes, sequence(keyType)),
    key: bitString(bytes, key),
    isAuthority: constraints !== undefined && isAuthority(constraints),
    usages: usages && derChildren(usages, derRoot(usages)).map((usage) => derHex(usages, usage)),
    bytes,
    signedBytes: whole(tbs),
    signatureAlgorithm: derHex(bytes, sequence(algorithm)),
    signature: bitString(bytes, signature),
  };
}

/** Where an element begins, with its tag and length: lengths are in their shortest form. */
function headOf({ start, end }: DerElement): number {
  const length = end - start;
  if (length < 0x80) return start - 2;
  let size = 0;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size++;
  return start - 2 - size;
}

/** A BIT STRING without the count of unused bits in front, which is 0 for keys and signatures. */
function bitString(bytes: Uint8Array, element: DerElement | undefined): Uint8Array {
  const { start, end } = expectTag(element, BIT_STRING, 'BitString @2');
  return bytes.subarray(start + 1, end);
}

function isAuthority(value: Uint8Array): boolean {
  const [flag] = derChildren(value, derRoot(value));
  return flag?.tag === 1 && value[flag.start] !== 0;
}

/** Values of extensions by object identifier. */
function extensionsOf(bytes: Uint8Array, rest: readonly DerElement[]): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const wrapper = rest.find(({ tagClass, tag }) => tagClass === 2 && tag === 3);
  const [list] = wrapper ? derChildren(bytes, wrapper) : [];
  for (const extension of list ? derChildren(bytes, list) : []) {
    const fields = derChildren(bytes, extension);
    const [type] = fields;
    const value = fields.at(-1);
    if (type !== undefined && value !== undefined)
      found.set(derHex(bytes, type), bytes.subarray(value.start, value.end));
  }
  return found;
}

/** UTCTime (two digits of the year) or GeneralizedTime, in UTC. */
function timeOf(bytes: Uint8Array, element: DerElement | undefined): number {
  const text = element ? derText(bytes, element) : '';
  const found = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) throw new DerProblem('asn1: syntax error: invalid time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const full = found[1]?.length === 4 ? year : year < 50 ? 2000 + year : 1900 + year;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

import type { Certificate } from '@tabernetes/api';

/** What extensions say of a certificate's names and keys. */
export interface CertificateNames {
  /** DNS names and addresses of subjectAltName; without any the common name, which OpenSSL takes then. */
  readonly all: readonly string[];
  /** In hexadecimal. */
  readonly keyId: string | undefined;
  readonly issuerKeyId: string | undefined;
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1 */
export function certificateNames(certificate: Certificate): CertificateNames {
  const known = remembered.get(certificate);
  if (known !== undefined) return known;
  const { signedBytes: body } = certificate;
  const alternatives: string[] = [];
  for (const { tag, value } of elements(sequence(extension(body, 0x11)))) {
    if (tag === DNS_NAME) alternatives.push(latin1(value));
    else if (tag === IP_ADDRESS && value.length === 4) alternatives.push(value.join('.'));
  }
  const common = commonName(certificate.subjectBytes);
  const issuer = elements(sequence(extension(body, 0x23))).find(({ tag }) => tag === KEY_ID)?.value;
  const own = elements(extension(body, 0x0e) ?? NOTHING)[0]?.value;
  const names: CertificateNames = {
    all: alternatives.length > 0 ? alternatives : common === undefined ? [] : [common],
    keyId: own && hex(own),
    issuerKeyId: issuer && hex(issuer),
  };
  remembered.set(certificate, names);
  return names;
}

const remembered = new WeakMap<Certificate, CertificateNames>();

interface Element {
  readonly tag: number;
  readonly value: Uint8Array;
}

const NOTHING = new Uint8Array(0);
/** [2] and [7] of GeneralName, [0] of AuthorityKeyIdentifier; all primitive. */
const [DNS_NAME, IP_ADDRESS, KEY_ID] = [0x82, 0x87, 0x80];
const [BOOLEAN, OCTETS, SEQUENCE] = [0x01, 0x04, 0x30];

/** The value of the extension 2.5.29.N: what its OCTET STRING holds. */
function extension(body: Uint8Array, last: number): Uint8Array | undefined {
  const id = [0x06, 0x03, 0x55, 0x1d, last];
  for (let at = 0; at + id.length < body.length; at++) {
    if (id.some((byte, i) => body[at + i] !== byte)) continue;
    const [first, second] = elements(body.subarray(at + id.length), 2);
    const value = first?.tag === BOOLEAN ? second : first;
    if (value?.tag === OCTETS) return value.value;
  }
  return undefined;
}

const sequence = (value: Uint8Array | undefined): Uint8Array => {
  const [only] = elements(value ?? NOTHING, 1);
  return only?.tag === SEQUENCE ? only.value : NOTHING;
};

/** The elements that follow each other in DER; what is not well formed ends it. */
function elements(bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): readonly Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && found.length < limit) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + (bytes[at + i] ?? 0);
      at += size;
    }
    if (at + length > bytes.length) break;
    found.push({ tag, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

/** 2.5.4.3 */
function commonName(subject: Uint8Array): string | undefined {
  for (let at = 0; at + 5 < subject.length; at++) {
    if (
      subject[at] === 6 &&
      subject[at + 1] === 3 &&
      subject[at + 2] === 0x55 &&
      subject[at + 3] === 4 &&
      subject[at + 4] === 3
    ) {
      const [value] = elements(subject.subarray(at + 5), 1);
      return value && new TextDecoder().decode(value.value);
    }
  }
  return undefined;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

import { type DerElement, DerProblem, derChildren, derElement } from '../kinds/rules/der.ts';
import { type PemBlock, pemBlocks } from '../kinds/rules/pem.ts';
import { parseCertificate } from './certificate.ts';

/** Object identifiers as their contents in hexadecimal. */
const RSA = '2a864886f70d010101';
const ELLIPTIC = '2a8648ce3d0201';

/** What a certificate says of its key, and a private key of its public one. */
interface KeyFacts {
  readonly algorithm: string;
  /** Modulus, or point, in hexadecimal; undefined where the file leaves it to be computed. */
  readonly publicPart: string | undefined;
}

/**
 * Why a certificate and a private key (PEM) do not belong together, with the text of Go's crypto/tls; undefined: they do. Points of
 * elliptic curves are compared where the key's file holds them, as those of openssl do.
 *
 * @see https://pkg.go.dev/crypto/tls#X509KeyPair
 */
export function keyPairProblem(certificate: string, key: string): string | undefined {
  const [leaf, own] = [blockOf(certificate, CERTIFICATE), blockOf(key, KEY)];
  if (Array.isArray(leaf)) return noCertificate(leaf);
  if (Array.isArray(own)) return noKey(own);
  const shown = wellFormed(() => publicKey(leaf.bytes));
  if (shown === undefined) return 'x509: malformed certificate';
  const held = wellFormed(() => privateKey(own.bytes));
  if (held === undefined) return 'tls: failed to parse private key';
  if (held.algorithm !== shown.algorithm) return 'tls: private key type does not match public key type';
  if (held.publicPart === undefined || held.publicPart === shown.publicPart) return undefined;
  return 'tls: private key does not match public key';
}

const CERTIFICATE = /^CERTIFICATE$/;
const KEY = /(?:^| )PRIVATE KEY$/;

/** The first block of a type, or else the types that there are. */
function blockOf(text: string, wanted: RegExp): PemBlock | string[] {
  const blocks = pemBlocks(text);
  return blocks.find(({ type }) => wanted.test(type)) ?? blocks.map(({ type }) => type);
}

function noCertificate(types: readonly string[]): string {
  const [first] = types;
  if (first === undefined) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && first.endsWith('PRIVATE KEY')) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function noKey(types: readonly string[]): string {
  const [first] = types;
  if (first === undefined) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && first === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

/** @throws {DerProblem} */
function publicKey(certificate: Uint8Array): KeyFacts {
  const { keyAlgorithm, key: bytes } = parseCertificate(certificate);
  const algorithm = [RSA, ELLIPTIC].find((known) => keyAlgorithm.includes(known)) ?? keyAlgorithm.slice(4);
  return { algorithm, publicPart: algorithm === RSA ? modulus(bytes) : hex(bytes) };
}

/** Undefined: it is not. */
function wellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerProblem) return undefined;
    throw error;
  }
}

/** PKCS #8, or what stood alone before it: PKCS #1 and SEC 1. @throws {DerProblem} */
function privateKey(bytes: Uint8Array): KeyFacts {
  const [, second, third, fourth] = childrenOf(bytes);
  // PKCS #8 holds the other two behind the name of their algorithm.
  if (second?.constructed && third !== undefined) {
    const names = hex(bytes.subarray(second.start, second.end));
    const algorithm = [RSA, ELLIPTIC].find((known) => names.includes(known));
    const inner = bytes.subarray(third.start, third.end);
    if (algorithm === undefined) return { algorithm: names.slice(4), publicPart: undefined };
    return algorithm === RSA ? rsaKey(inner) : ellipticKey(inner);
  }
  if (second?.tag === OCTET_STRING) return ellipticKey(bytes);
  if (fourth === undefined) throw new DerProblem('no private key');
  return rsaKey(bytes);
}

const OCTET_STRING = 4;

function rsaKey(bytes: Uint8Array): KeyFacts {
  const [, n] = childrenOf(bytes);
  return { algorithm: RSA, publicPart: n && hex(bytes.subarray(n.start, n.end)) };
}

function ellipticKey(bytes: Uint8Array): KeyFacts {
  const wrapper = childrenOf(bytes).find(({ tagClass, tag }) => tagClass === 2 && tag === 1);
  const [point] = wrapper ? derChildren(bytes, wrapper) : [];
  // A BIT STRING begins with the count of its unused bits.
  return { algorithm: ELLIPTIC, publicPart: point && hex(bytes.subarray(point.start + 1, point.end)) };
}

/** Of the public key inside a certificate. */
function modulus(bytes: Uint8Array): string {
  const [n] = childrenOf(bytes);
  return n === undefined ? '' : hex(bytes.subarray(n.start, n.end));
}

const childrenOf = (bytes: Uint8Array): readonly DerElement[] => derChildren(bytes, derElement(bytes, 0));

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

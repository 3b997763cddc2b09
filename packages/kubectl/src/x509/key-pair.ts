import { DerProblem, parseCertificate, pemBlocks } from '@tabernetes/api';
import { type DerElement, derChildren, derElement } from '@tabernetes/api/der';

/** Object identifiers as their contents in hexadecimal. */
const RSA = '2a864886f70d010101';
const ELLIPTIC = '2a8648ce3d0201';

/** What a private key says of its public one. */
interface PrivateKey {
  readonly algorithm: string;
  /** Modulus, or point, in hexadecimal; undefined where the file leaves it to be computed. */
  readonly publicPart: string | undefined;
}

/**
 * Whether a certificate and a private key (PEM) belong together. Points of elliptic curves are compared where the key's
 * file holds them, as those of openssl do.
 *
 * @throws {Error} with the text of Go's crypto/tls
 * @see https://pkg.go.dev/crypto/tls#X509KeyPair
 */
export function checkKeyPair(certificate: string, key: string): void {
  const leaf = wellFormed('x509: malformed certificate', () => {
    const { keyAlgorithm, key: bytes } = parseCertificate(bodyOf(certificate, /^CERTIFICATE$/));
    const algorithm = [RSA, ELLIPTIC].find((known) => keyAlgorithm.includes(known)) ?? keyAlgorithm.slice(4);
    return { algorithm, publicPart: algorithm === RSA ? modulus(bytes) : hex(bytes) };
  });
  const own = wellFormed('tls: failed to parse private key', () => privateKey(bodyOf(key, /(?:^| )PRIVATE KEY$/)));
  if (own.algorithm !== leaf.algorithm) throw new Error('tls: private key type does not match public key type');
  if (own.publicPart === undefined || own.publicPart === leaf.publicPart) return;
  throw new Error('tls: private key does not match public key');
}

function wellFormed<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerProblem) throw new Error(text);
    throw error;
  }
}

/** @throws {DerProblem} where the block is no good PEM */
function bodyOf(text: string, wanted: RegExp): Uint8Array {
  const block = pemBlocks(text).find(({ type }) => wanted.test(type));
  if (block === undefined) throw new DerProblem('no PEM block');
  return block.bytes;
}

/** PKCS #8, or what stood alone before it: PKCS #1 and SEC 1. @throws {DerProblem} */
function privateKey(bytes: Uint8Array): PrivateKey {
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

function rsaKey(bytes: Uint8Array): PrivateKey {
  const [, n] = childrenOf(bytes);
  return { algorithm: RSA, publicPart: n && hex(bytes.subarray(n.start, n.end)) };
}

function ellipticKey(bytes: Uint8Array): PrivateKey {
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

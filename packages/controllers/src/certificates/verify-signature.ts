import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { derChildren, derElement } from '@tabernetes/api/der';
import { type CertificateRequest, hex } from './certificate-request.ts';

type Hash = (message: Uint8Array) => Uint8Array;

/** By object identifier, contents in hexadecimal: how it is hashed, and the DER in front of an RSA hash. */
const ALGORITHMS: Readonly<Record<string, { readonly hash: Hash; readonly digestInfo?: string }>> = {
  '2a864886f70d010105': { hash: sha1, digestInfo: '3021300906052b0e03021a05000414' },
  '2a864886f70d01010b': { hash: sha256, digestInfo: '3031300d060960864801650304020105000420' },
  '2a864886f70d01010c': { hash: sha384, digestInfo: '3041300d060960864801650304020205000430' },
  '2a864886f70d01010d': { hash: sha512, digestInfo: '3051300d060960864801650304020305000440' },
  '2a8648ce3d0401': { hash: sha1 },
  '2a8648ce3d040302': { hash: sha256 },
  '2a8648ce3d040303': { hash: sha384 },
  '2a8648ce3d040304': { hash: sha512 },
};
const ED25519 = '2b6570';
const CURVES = { '2a8648ce3d030107': p256, '2b81040022': p384, '2b81040023': p521 } as const;

/**
 * Whether who asks holds the key: undefined when the signature is good, else Go's words for what is wrong.
 * RSA (PKCS #1 v1.5), ECDSA over the NIST curves and Ed25519; RSA-PSS is not known.
 */
export function signatureProblem(request: CertificateRequest): string | undefined {
  const { publicKey, signed, signature, signatureAlgorithm } = request;
  const [algorithm, bits] = derChildren(publicKey, derElement(publicKey, 0));
  if (algorithm === undefined || bits === undefined) return 'x509: malformed public key';
  const key = publicKey.subarray(bits.start + 1, bits.end);
  if (signatureAlgorithm === ED25519)
    return ed25519.verify(signature, signed, key) ? undefined : 'x509: Ed25519 verification failure';
  const known = ALGORITHMS[signatureAlgorithm];
  if (known === undefined) return 'x509: cannot verify signature: algorithm unimplemented';
  const digest = known.hash(signed);
  if (known.digestInfo !== undefined)
    return rsaVerifies(key, signature, `${known.digestInfo}${hex(digest)}`)
      ? undefined
      : 'crypto/rsa: verification error';
  const [, curve] = derChildren(publicKey, algorithm);
  const name = curve === undefined ? '' : hex(publicKey.subarray(curve.start, curve.end));
  const ecdsa = CURVES[name as keyof typeof CURVES];
  if (ecdsa === undefined) return 'x509: unsupported elliptic curve';
  return ecdsaVerifies(ecdsa, key, signature, digest) ? undefined : 'x509: ECDSA verification failure';
}

function ecdsaVerifies(curve: typeof p256, key: Uint8Array, signature: Uint8Array, digest: Uint8Array): boolean {
  try {
    return curve.verify(signature, digest, key, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false; // No signature of this curve, or no point of it: as bad as a wrong one.
  }
}

/** EMSA-PKCS1-v1_5. @see https://www.rfc-editor.org/rfc/rfc8017#section-8.2.2 */
function rsaVerifies(key: Uint8Array, signature: Uint8Array, expected: string): boolean {
  const [n, e] = derChildren(key, derElement(key, 0)).map(({ start, end }) => number(key.subarray(start, end)));
  if (n === undefined || e === undefined || n === 0n) return false;
  const size = Math.ceil(n.toString(2).length / 8);
  const padding = 'ff'.repeat(Math.max(size - 3 - expected.length / 2, 8));
  return (
    power(number(signature), e, n)
      .toString(16)
      .padStart(size * 2, '0') === `0001${padding}00${expected}`
  );
}

const number = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes) || '0'}`);

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

import { p256 } from '@noble/curves/nist.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64url } from './base64url.ts';

/** Signs with ECDSA over P-256 and SHA-256 (ES256); the same text gives the same signature (RFC 6979). */
export interface SigningKey {
  /** How the key is named in tokens: the hash of the public key, as upstream derives it. */
  readonly id: string;
  readonly publicKey: PublicKey;
  sign(bytes: Uint8Array): Uint8Array;
  verify(signature: Uint8Array, bytes: Uint8Array): boolean;
}

/** A JSON Web Key, fields in upstream's order. @see https://www.rfc-editor.org/rfc/rfc7517 */
export interface PublicKey {
  readonly use: 'sig';
  readonly kty: 'EC';
  readonly kid: string;
  readonly crv: 'P-256';
  readonly alg: 'ES256';
  readonly x: string;
  readonly y: string;
}

/** SubjectPublicKeyInfo of a P-256 key up to the point: what its id is the hash of. */
const SPKI_HEAD = hexToBytes('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const OPTIONS = { prehash: true, lowS: false };

/** @param secret any text; the key is a function of it */
export function signingKey(secret: string): SigningKey {
  const secretKey = p256.utils.randomSecretKey(sha512(utf8ToBytes(secret)).subarray(0, 48));
  const point = p256.getPublicKey(secretKey, false);
  const id = base64url(sha256(concatBytes(SPKI_HEAD, point)));
  return {
    id,
    publicKey: {
      use: 'sig',
      kty: 'EC',
      kid: id,
      crv: 'P-256',
      alg: 'ES256',
      x: base64url(point.subarray(1, 33)),
      y: base64url(point.subarray(33)),
    },
    sign: (bytes) => p256.sign(bytes, secretKey, OPTIONS),
    verify: (signature, bytes) => signature.length === 64 && p256.verify(signature, bytes, point, OPTIONS),
  };
}

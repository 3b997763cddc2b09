import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeBase64 } from '@tabernetes/apimachinery';
import type { Rng } from '@tabernetes/base';
import { bits, boolean, context, octets, oid, sequence, setOf, tagged, text, time, unsigned } from './der-writer.ts';

/** Who signs for a cluster. What one seed gives is always the same authority. */
export interface CertificateAuthority {
  /** PEM: what others must trust. */
  readonly certificatePem: string;
  /** Its name, DER. */
  readonly name: Uint8Array;
  /** By which its certificates refer to its key. */
  readonly keyId: Uint8Array;
  /** Milliseconds since the epoch: nothing that it signs is valid longer. */
  readonly notAfterMs: number;
  /** Signs the body of a certificate: the certificate, DER. */
  sign(body: Uint8Array): Uint8Array;
}

/** ecdsa-with-SHA256 */
export const SIGNATURE_ALGORITHM: Uint8Array = sequence(oid('1.2.840.10045.4.3.2'));

// The library would prepare two thousand multiples of the base point before the first signature, which is longer than all of them take
// that a cluster makes; five hundred give the same signatures. Once, where it is loaded: tables that are there already are thrown away.
p256.Point.BASE.precompute(3);

const P256_KEY = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
/** So long that no clock of a cluster leaves it, and no two runs of one seed differ. */
const NOT_BEFORE_MS = Date.UTC(2000, 0, 1);
const NOT_AFTER_MS = Date.UTC(2100, 0, 1);

/**
 * A P-256 key and the certificate that it signed for itself, as `kubeadm` makes for a cluster. Made when somebody asks for it: a
 * cluster whose certificates nobody wants starts some tens of milliseconds sooner.
 */
export function certificateAuthority(rng: Rng, commonName = 'kubernetes'): CertificateAuthority {
  let made: CertificateAuthority | undefined;
  const authority = (): CertificateAuthority => {
    made ??= makeAuthority(rng, commonName);
    return made;
  };
  return {
    get certificatePem() {
      return authority().certificatePem;
    },
    get name() {
      return authority().name;
    },
    get keyId() {
      return authority().keyId;
    },
    notAfterMs: NOT_AFTER_MS,
    sign: (body) => authority().sign(body),
  };
}

function makeAuthority(rng: Rng, commonName: string): CertificateAuthority {
  const key = privateKey(rng);
  const publicKey = p256.getPublicKey(key, false);
  const keyId = sha256(publicKey).subarray(0, 20);
  const name = sequence(setOf([sequence(oid('2.5.4.3'), text(commonName))]));
  const sign = (body: Uint8Array): Uint8Array =>
    sequence(body, SIGNATURE_ALGORITHM, bits(p256.sign(body, key, { format: 'der' })));
  const certificate = sign(
    sequence(
      tagged(0, unsigned(Uint8Array.of(2))),
      unsigned(Uint8Array.of(0)),
      SIGNATURE_ALGORITHM,
      name,
      sequence(time(NOT_BEFORE_MS), time(NOT_AFTER_MS)),
      name,
      sequence(P256_KEY, bits(publicKey)),
      tagged(
        3,
        sequence(
          // digitalSignature, keyEncipherment, keyCertSign
          extension('2.5.29.15', bits(Uint8Array.of(0b1010_0100), 2), true),
          extension('2.5.29.19', sequence(boolean(true)), true),
          extension('2.5.29.14', octets(keyId)),
          extension('2.5.29.17', sequence(context(2, new TextEncoder().encode(commonName)))),
        ),
      ),
    ),
  );
  return { certificatePem: pem('CERTIFICATE', certificate), name, keyId, notAfterMs: NOT_AFTER_MS, sign };
}

export const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value));

export function pem(type: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`;
}

/** A number below the order of the curve; all but one in 2^32 draws are. */
function privateKey(rng: Rng): Uint8Array {
  for (;;) {
    const key = Uint8Array.from({ length: 32 }, () => rng.int(256));
    if (p256.utils.isValidSecretKey(key)) return key;
  }
}

import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ANY_USAGE, type Certificate, CLIENT_AUTH, DerProblem, parseCertificate, pemBlocks } from '@tabernetes/api';
import type { UserInfo } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Authentication } from './authentication.ts';

export interface ClientCertificatesDeps {
  readonly clock: Clock;
}

export interface ClientCertificatesOptions {
  /** PEM of the authorities that certificates of clients are taken from. Called once, when the first client comes. */
  readonly authorities: () => string;
}

/**
 * Knows clients by the certificate that they showed in the TLS handshake: the common name is the user, organizations are the groups.
 * That the client holds the key is for the transport to check, as TLS does; everything else is checked here.
 *
 * Authorities sign with ECDSA over P-256 and SHA-256, and directly: there are no intermediate ones.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
 */
export function clientCertificates(
  { clock }: ClientCertificatesDeps,
  { authorities }: ClientCertificatesOptions,
): (certificate: Uint8Array) => Authentication {
  let trusted: readonly Certificate[] | undefined;
  const roots = (): readonly Certificate[] => {
    trusted ??= pemBlocks(authorities())
      .filter(({ type }) => type === 'CERTIFICATE')
      .map(({ bytes }) => parseCertificate(bytes));
    return trusted;
  };
  /** By hash. Connections send many requests with one certificate; its time alone is looked at each time. */
  const known = new Map<string, Known>();

  return (bytes) => {
    const hash = bytesToHex(sha256(bytes));
    let found = known.get(hash);
    if (found === undefined) {
      found = identify(bytes, hash, roots());
      const [oldest] = known.keys();
      if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      known.set(hash, found);
    }
    const nowMs = clock.now();
    if (found.user === undefined || nowMs < found.notBeforeMs || nowMs > found.notAfterMs) return REFUSED;
    return found.user.name === '' ? ANONYMOUS : { kind: 'user', user: found.user };
  };
}

const MAX_KNOWN = 1000;

interface Known {
  /** Undefined: nobody that is trusted says who it is. */
  readonly user: UserInfo | undefined;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const REFUSED: Authentication = { kind: 'refused' };
/** Who shows a certificate without a name shows nothing. */
const ANONYMOUS: Authentication = { kind: 'anonymous' };
const UNKNOWN: Known = { user: undefined, notBeforeMs: 0, notAfterMs: 0 };
/** ecdsa-with-SHA256 and P-256, object identifiers as DER in hexadecimal. */
const ECDSA_SHA256 = '06082a8648ce3d040302';
const P256_KEY = '06072a8648ce3d020106082a8648ce3d030107';

function identify(bytes: Uint8Array, hash: string, roots: readonly Certificate[]): Known {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(bytes);
  } catch (error) {
    if (error instanceof DerProblem) return UNKNOWN;
    throw error;
  }
  const { usages, subject, notBeforeMs, notAfterMs } = certificate;
  const isForClients = usages === undefined || usages.includes(CLIENT_AUTH) || usages.includes(ANY_USAGE);
  if (!isForClients || !roots.some((root) => hasSigned(root, certificate))) return UNKNOWN;
  const user: UserInfo = {
    name: subject.commonName,
    groups: subject.organizations,
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${hash}`] },
  };
  return { user, notBeforeMs, notAfterMs };
}

function hasSigned(
  root: Certificate,
  { issuerBytes, signatureAlgorithm, signature, signedBytes }: Certificate,
): boolean {
  if (!root.isAuthority || root.keyAlgorithm !== P256_KEY || signatureAlgorithm !== ECDSA_SHA256) return false;
  if (bytesToHex(root.subjectBytes) !== bytesToHex(issuerBytes)) return false;
  try {
    return p256.verify(signature, signedBytes, root.key, { prehash: true, lowS: false, format: 'der' });
  } catch {
    return false; // what is no signature at all was not made by the authority
  }
}

import { type Certificate, DerProblem, parseCertificate, pemBlocks } from '@tabernetes/api';
import type { NetError, TlsIdentity } from '@tabernetes/node-api';
import { isAddress } from '../address/ipv4.ts';
import { netError } from '../net-error.ts';
import { certificateNames } from './names.ts';

/** What a server shows without holding a certificate: a name that an authority vouches for. How the sandbox's own servers do it. */
export interface VouchedIdentity {
  /** PEM of the authority: who trusts it, trusts the server. */
  readonly authorityPem: () => string;
  /** DNS names (`*.` in front for all of a level) and addresses. */
  readonly names: readonly string[];
}

export type ServerIdentity = TlsIdentity | VouchedIdentity;

/** Why a server is not trusted; the text of the error is OpenSSL's. */
export type DistrustReason =
  | 'not-tls'
  | 'malformed'
  | 'expired'
  | 'self-signed'
  | 'unknown-authority'
  | 'name-mismatch';

/** `ECERT`, with the reason for those who word it differently. */
export interface CertificateError extends NetError {
  readonly reason: DistrustReason;
  /** The names that the certificate is good for. */
  readonly names: readonly string[];
}

export function certificateError(
  address: string,
  reason: DistrustReason,
  names: readonly string[] = [],
): CertificateError {
  return Object.assign(netError('ECERT', address, TEXTS[reason]), { reason, names });
}

const TEXTS: Readonly<Record<DistrustReason, string>> = {
  'not-tls': 'wrong version number',
  malformed: 'bad certificate',
  expired: 'certificate has expired',
  'self-signed': 'self-signed certificate',
  'unknown-authority': 'unable to get local issuer certificate',
  'name-mismatch': 'subject name does not match target host name',
};

/**
 * Checks what a server shows: who issued it, for which names, and until when. Issuers are known by their name and the identifier of
 * their key; signatures are not computed, for nobody in a sandbox forges them.
 *
 * @param caPem authorities to trust; undefined trusts nobody, for the sandbox has none of the web's
 * @throws {CertificateError}
 */
export function checkServer(
  identity: ServerIdentity,
  {
    serverName,
    address,
    caPem,
    nowMs,
  }: { serverName: string; address: string; caPem: string | undefined; nowMs: number },
): void {
  if ('authorityPem' in identity) {
    if (!includesPem(caPem ?? '', identity.authorityPem())) {
      throw certificateError(address, 'unknown-authority', identity.names);
    }
    if (!matches(identity.names, serverName)) throw certificateError(address, 'name-mismatch', identity.names);
    return;
  }
  const chain = certificatesOf(identity.certificatePem);
  const [leaf] = chain;
  if (leaf === undefined) throw certificateError(address, 'malformed');
  const trusted = certificatesOf(caPem ?? '');
  const names = certificateNames(leaf);
  if (!isTrusted(leaf, chain.slice(1), trusted)) {
    const isSelfSigned = same(leaf.issuerBytes, leaf.subjectBytes);
    throw certificateError(address, isSelfSigned ? 'self-signed' : 'unknown-authority', names.all);
  }
  if (nowMs > leaf.notAfterMs) throw certificateError(address, 'expired', names.all);
  if (!matches(names.all, serverName)) throw certificateError(address, 'name-mismatch', names.all);
}

/** Up the chain, from who is shown to who is trusted. */
function isTrusted(leaf: Certificate, others: readonly Certificate[], trusted: readonly Certificate[]): boolean {
  let current = leaf;
  for (let steps = 0; steps <= others.length; steps++) {
    const at = current;
    if (trusted.some((each) => same(each.bytes, at.bytes) || isIssuer(each, at))) return true;
    const next = others.find((each) => each !== at && isIssuer(each, at));
    if (next === undefined) return false;
    current = next;
  }
  return false;
}

function isIssuer(issuer: Certificate, of: Certificate): boolean {
  if (!same(issuer.subjectBytes, of.issuerBytes)) return false;
  const [wanted, has] = [certificateNames(of).issuerKeyId, certificateNames(issuer).keyId];
  return wanted === undefined || has === undefined || wanted === has;
}

function certificatesOf(text: string): readonly Certificate[] {
  const found: Certificate[] = [];
  for (const { type, bytes } of pemBlocks(text)) {
    if (type !== 'CERTIFICATE') continue;
    try {
      found.push(parseCertificate(bytes));
    } catch (error) {
      if (!(error instanceof DerProblem)) throw error;
    }
  }
  return found;
}

function matches(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  if (isAddress(wanted)) return names.includes(wanted);
  return names.some((name) => {
    const lower = name.toLowerCase();
    if (!lower.startsWith('*.')) return lower === wanted;
    // The star stands for one label.
    return wanted.indexOf('.') > 0 && wanted.slice(wanted.indexOf('.')) === lower.slice(1);
  });
}

function includesPem(text: string, authority: string): boolean {
  const bare = (pem: string): string => pem.replace(/\s/g, '');
  return authority !== '' && bare(text).includes(bare(authority));
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

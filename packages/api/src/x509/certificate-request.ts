import { decodeBase64 } from '@tabernetes/apimachinery';
import { derChildren, expectTag, SEQUENCE } from '../kinds/rules/der.ts';
import { pemBlocks } from '../kinds/rules/pem.ts';
import { type DistinguishedName, derRoot, distinguishedName } from './distinguished-name.ts';

/**
 * Whom `spec.request` of a CertificateSigningRequest (PEM in base64) asks a certificate for.
 * @throws {DerProblem} where it is not well formed; validation has refused that of stored ones
 */
export function requestedSubject(request: string): DistinguishedName {
  const [block] = pemBlocks(new TextDecoder('latin1').decode(decodeBase64(request)));
  const bytes = block?.bytes ?? new Uint8Array();
  const [info] = derChildren(bytes, derRoot(bytes));
  const [, subject] = derChildren(bytes, expectTag(info, SEQUENCE, 'tbsCertificateRequest @2'));
  return distinguishedName(bytes, expectTag(subject, SEQUENCE, 'RawValue @2'));
}

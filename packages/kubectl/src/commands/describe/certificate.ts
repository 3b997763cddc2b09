import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { humanDuration } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { readCertificateRequest } from '../../x509/certificate-request.ts';
import { of } from './describer.ts';
import type { Description } from './description.ts';
import { events } from './events.ts';
import { inline } from './metadata.ts';

export const certificateSigningRequest = of<CertificateSigningRequest>(async (context, object, d) => {
  const { metadata, spec, status = {} } = object;
  const { subject, names } = readCertificateRequest(spec.request);
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Labels', inline(metadata.labels));
  d.field(0, 'Annotations', inline(metadata.annotations));
  d.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  d.field(0, 'Requesting User', spec.username ?? '');
  if (spec.signerName) d.field(0, 'Signer', spec.signerName);
  if (spec.expirationSeconds !== undefined) {
    d.field(0, 'Requested Duration', humanDuration(spec.expirationSeconds * 1_000));
  }
  d.field(0, 'Status', statusText(status));
  d.write(0, 'Subject:\n');
  d.field(0, '\tCommon Name', subject.commonName);
  d.field(0, '\tSerial Number', subject.serialNumber);
  list(d, 'Organization', subject.organization);
  list(d, 'Organizational Unit', subject.organizationalUnit);
  list(d, 'Country', subject.country);
  list(d, 'Locality', subject.locality);
  list(d, 'Province', subject.province);
  list(d, 'StreetAddress', subject.streetAddress);
  list(d, 'PostalCode', subject.postalCode);
  if (names.dns.length + names.email.length + names.ip.length + names.uri.length > 0) {
    d.write(0, 'Subject Alternative Names:\n');
    list(d, 'DNS Names', names.dns);
    list(d, 'Email Addresses', names.email);
    list(d, 'URIs', names.uri);
    list(d, 'IP Addresses', names.ip);
  }
  await events(context, object, d);
});

function list(d: Description, title: string, values: readonly string[]): void {
  if (values.length > 0) d.field(0, `\t${title}`, values.join('\n\t\t'));
}

/** `Approved,Issued` */
function statusText({ conditions = [], certificate = '' }: NonNullable<CertificateSigningRequest['status']>): string {
  const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
  let text = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  if (has('Failed')) text += ',Failed';
  if (certificate !== '') text += ',Issued';
  return text;
}

import { pemBlocks } from '@tabernetes/api';
import { type DerElement, derChildren, derElement } from '@tabernetes/api/der';
import { decodeBase64 } from '@tabernetes/apimachinery';

/** Whom a certificate is asked for, and for which names. */
export interface CertificateRequest {
  readonly subject: Subject;
  readonly names: {
    readonly dns: readonly string[];
    readonly email: readonly string[];
    readonly uri: readonly string[];
    readonly ip: readonly string[];
  };
}

export interface Subject {
  readonly commonName: string;
  readonly serialNumber: string;
  readonly organization: readonly string[];
  readonly organizationalUnit: readonly string[];
  readonly country: readonly string[];
  readonly locality: readonly string[];
  readonly province: readonly string[];
  readonly streetAddress: readonly string[];
  readonly postalCode: readonly string[];
}

/** Object identifiers as their contents in hexadecimal. @see https://www.itu.int/rec/T-REC-X.520 */
const OID = {
  commonName: '550403',
  serialNumber: '550405',
  country: '550406',
  locality: '550407',
  province: '550408',
  streetAddress: '550409',
  organization: '55040a',
  organizationalUnit: '55040b',
  postalCode: '550411',
  extensionRequest: '2a864886f70d01090e',
  subjectAltName: '551d11',
};

/** Reads `spec.request` (PEM in base64). @throws {Error} with kubectl's text when it is none */
export function readCertificateRequest(request: string): CertificateRequest {
  const [block] = pemBlocks(new TextDecoder('latin1').decode(decodeBase64(request)));
  if (block?.type !== 'CERTIFICATE REQUEST') {
    throw new Error('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST');
  }
  const { bytes } = block;
  const [info] = derChildren(bytes, derElement(bytes, 0));
  const [, subject, , attributes] = info === undefined ? [] : derChildren(bytes, info);
  const attributed = subject === undefined ? [] : attributesOf(bytes, subject);
  const all = (oid: string): readonly string[] => attributed.filter(([type]) => type === oid).map(([, value]) => value);
  const last = (oid: string): string => all(oid).at(-1) ?? '';
  return {
    subject: {
      commonName: last(OID.commonName),
      serialNumber: last(OID.serialNumber),
      organization: all(OID.organization),
      organizationalUnit: all(OID.organizationalUnit),
      country: all(OID.country),
      locality: all(OID.locality),
      province: all(OID.province),
      streetAddress: all(OID.streetAddress),
      postalCode: all(OID.postalCode),
    },
    names: alternativeNames(bytes, attributes),
  };
}

function attributesOf(bytes: Uint8Array, name: DerElement): readonly (readonly [type: string, value: string])[] {
  return derChildren(bytes, name)
    .flatMap((set) => derChildren(bytes, set))
    .flatMap((attribute) => {
      const [type, value] = derChildren(bytes, attribute);
      return type === undefined || value === undefined ? [] : [[hex(bytes, type), text(bytes, value)] as const];
    });
}

function alternativeNames(bytes: Uint8Array, attributes: DerElement | undefined): CertificateRequest['names'] {
  const found: Record<number, string[]> = { 1: [], 2: [], 6: [], 7: [] };
  for (const attribute of attributes === undefined ? [] : derChildren(bytes, attributes)) {
    const [type, values] = derChildren(bytes, attribute);
    if (type === undefined || values === undefined || hex(bytes, type) !== OID.extensionRequest) continue;
    for (const extension of derChildren(bytes, values).flatMap((list) => derChildren(bytes, list))) {
      const parts = derChildren(bytes, extension);
      const [id] = parts;
      const value = parts.at(-1);
      if (id === undefined || value === undefined || hex(bytes, id) !== OID.subjectAltName) continue;
      for (const name of derChildren(bytes, derElement(bytes, value.start))) {
        found[name.tag]?.push(name.tag === 7 ? address(bytes.subarray(name.start, name.end)) : text(bytes, name));
      }
    }
  }
  return { dns: found[2] ?? [], email: found[1] ?? [], uri: found[6] ?? [], ip: found[7] ?? [] };
}

const hex = (bytes: Uint8Array, { start, end }: DerElement): string =>
  [...bytes.subarray(start, end)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const text = (bytes: Uint8Array, { tag, start, end }: DerElement): string =>
  new TextDecoder(tag === 30 ? 'utf-16be' : 'utf-8').decode(bytes.subarray(start, end));

/** Four bytes are IPv4, sixteen IPv6 in its short form. */
function address(bytes: Uint8Array): string {
  if (bytes.length !== 16) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  const zeros = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  const whole = groups.join(':');
  if (zeros === undefined) return whole;
  return `${whole.slice(0, zeros.index).replace(/:$/, '')}::${whole.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`;
}

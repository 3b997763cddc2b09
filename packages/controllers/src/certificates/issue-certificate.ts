import type { Rng } from '@tabernetes/base';
import { type CertificateAuthority, extension, SIGNATURE_ALGORITHM } from './certificate-authority.ts';
import type { CertificateRequest } from './certificate-request.ts';
import { bits, context, der, oid, sequence, setOf, tagged, text, time, unsigned, utf8 } from './der-writer.ts';

export interface IssueOptions {
  /** As CertificateSigningRequests name them: `client auth`. */
  readonly usages: readonly string[];
  readonly ttlMs: number;
  readonly nowMs: number;
}

const MINUTE_MS = 60_000;
/** Valid from before now, as clocks differ; of what is valid for less than this, the end is not brought forward as well. */
const BACKDATE_MS = 5 * MINUTE_MS;
const SHORT_MS = 8 * 60 * MINUTE_MS;

/**
 * The certificate that a request gets, DER: its name and alternative names, the usages that were approved, and nothing
 * else of what it asks for.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/certificates/authority/policies.go
 */
export function issueCertificate(
  request: CertificateRequest,
  authority: CertificateAuthority,
  rng: Rng,
  { usages, ttlMs, nowMs }: IssueOptions,
): Uint8Array {
  const notBeforeMs = nowMs - BACKDATE_MS;
  const wanted = ttlMs < SHORT_MS ? nowMs + ttlMs : nowMs + ttlMs - BACKDATE_MS;
  const notAfterMs = Math.min(wanted, authority.notAfterMs);
  const subject = nameOf(request);
  const alternatives = alternativeNames(request);
  return authority.sign(
    sequence(
      tagged(0, unsigned(Uint8Array.of(2))),
      unsigned(Uint8Array.from({ length: 16 }, () => rng.int(256))),
      SIGNATURE_ALGORITHM,
      authority.name,
      sequence(time(notBeforeMs), time(notAfterMs)),
      subject,
      request.publicKey,
      tagged(
        3,
        sequence(
          ...usageExtensions(usages),
          extension('2.5.29.19', sequence(), true),
          extension('2.5.29.35', sequence(context(0, authority.keyId))),
          ...(alternatives.length > 0 ? [extension('2.5.29.17', sequence(...alternatives), subject.length === 2)] : []),
        ),
      ),
    ),
  );
}

/** In the order in which Go writes names, whatever order the request has; values of one type together. */
const NAME_TYPES = [
  ['550406', '2.5.4.6'],
  ['55040a', '2.5.4.10'],
  ['55040b', '2.5.4.11'],
  ['550407', '2.5.4.7'],
  ['550408', '2.5.4.8'],
  ['550409', '2.5.4.9'],
  ['550411', '2.5.4.17'],
  ['550403', '2.5.4.3'],
  ['550405', '2.5.4.5'],
] as const;
/** Of these only the last value counts. */
const SINGLE = new Set<string>(['550403', '550405']);

function nameOf({ subject }: CertificateRequest): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [type, id] of NAME_TYPES) {
    const all = subject.filter((attribute) => attribute.type === type).map(({ value }) => value);
    const values = SINGLE.has(type) ? all.slice(-1).filter((value) => value !== '') : all;
    if (values.length > 0) parts.push(setOf(values.map((value) => sequence(oid(id), text(value)))));
  }
  return sequence(...parts);
}

function alternativeNames({ dnsNames, emailAddresses, ipAddresses, uris }: CertificateRequest): readonly Uint8Array[] {
  return [
    ...dnsNames.map((name) => context(2, utf8(name))),
    ...emailAddresses.map((address) => context(1, utf8(address))),
    ...ipAddresses.map((address) => context(7, address)),
    ...uris.map((uri) => context(6, utf8(uri))),
  ];
}

/** Bits of the key usage, counted from the first. */
const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
};
/** In the order in which Go writes them. */
const EXTENDED_USAGES: readonly (readonly [readonly string[], string])[] = [
  [['any'], '2.5.29.37.0'],
  [['server auth'], '1.3.6.1.5.5.7.3.1'],
  [['client auth'], '1.3.6.1.5.5.7.3.2'],
  [['code signing'], '1.3.6.1.5.5.7.3.3'],
  [['email protection', 's/mime'], '1.3.6.1.5.5.7.3.4'],
  [['ipsec end system'], '1.3.6.1.5.5.7.3.5'],
  [['ipsec tunnel'], '1.3.6.1.5.5.7.3.6'],
  [['ipsec user'], '1.3.6.1.5.5.7.3.7'],
  [['timestamping'], '1.3.6.1.5.5.7.3.8'],
  [['ocsp signing'], '1.3.6.1.5.5.7.3.9'],
  [['microsoft sgc'], '1.3.6.1.4.1.311.10.3.3'],
  [['netscape sgc'], '2.16.840.1.113730.4.1'],
];

function usageExtensions(usages: readonly string[]): readonly Uint8Array[] {
  const extensions: Uint8Array[] = [];
  const positions = usages.flatMap((usage) => KEY_USAGES[usage] ?? []);
  if (positions.length > 0) {
    const last = Math.max(...positions);
    const bytes = new Uint8Array(last < 8 ? 1 : 2);
    for (const at of positions) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
    extensions.push(extension('2.5.29.15', bits(bytes, 7 - (last & 7)), true));
  }
  const ids = EXTENDED_USAGES.filter(([names]) => names.some((name) => usages.includes(name))).map(([, id]) => oid(id));
  if (ids.length > 0) extensions.push(extension('2.5.29.37', der(0x30, ...ids)));
  return extensions;
}

import { pemBlocks } from '@tabernetes/api';
import { type DerElement, derChildren, derElement } from '@tabernetes/api/der';
import { decodeBase64 } from '@tabernetes/apimachinery';

/** What somebody asks to have certified. */
export interface CertificateRequest {
  /** Attributes of the name by object identifier (contents in hexadecimal), in their order. */
  readonly subject: readonly { readonly type: string; readonly value: string }[];
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  /** 4 or 16 bytes each. */
  readonly ipAddresses: readonly Uint8Array[];
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** What the holder of the key signed. */
  readonly signed: Uint8Array;
  /** Object identifier, contents in hexadecimal. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

export const COMMON_NAME = '550403';
export const ORGANIZATION = '55040a';
const EXTENSION_REQUEST = '2a864886f70d01090e';
const SUBJECT_ALT_NAME = '551d11';

/**
 * Reads `spec.request`, PEM in base64.
 * @throws {DerProblem} where it is no good encoding; the API server has refused what is not one
 */
export function parseCertificateRequest(request: string): CertificateRequest {
  const [block] = pemBlocks(new TextDecoder('latin1').decode(decodeBase64(request)));
  const bytes = block?.bytes ?? new Uint8Array();
  const [info, algorithm, signature] = derChildren(bytes, derElement(bytes, 0));
  const [, subject, key, attributes] = children(bytes, info);
  const [signatureType] = children(bytes, algorithm);
  const names = alternativeNames(bytes, attributes);
  const text = (tag: number): readonly string[] => names.filter((n) => n.tag === tag).map((n) => utf8(n.bytes));
  return {
    subject: subjectOf(bytes, subject),
    emailAddresses: text(1),
    dnsNames: text(2),
    uris: text(6),
    ipAddresses: names.filter(({ tag }) => tag === 7).map((n) => n.bytes),
    publicKey: whole(bytes, key),
    signed: whole(bytes, info),
    signatureAlgorithm: hex(contents(bytes, signatureType)),
    signature: contents(bytes, signature).subarray(1),
  };
}

/** All values of one attribute of the subject. */
export const subjectValues = ({ subject }: CertificateRequest, type: string): readonly string[] =>
  subject.filter((attribute) => attribute.type === type).map(({ value }) => value);

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

const children = (bytes: Uint8Array, element: DerElement | undefined): readonly DerElement[] =>
  element === undefined ? [] : derChildren(bytes, element);

const contents = (bytes: Uint8Array, element: DerElement | undefined): Uint8Array =>
  element === undefined ? new Uint8Array() : bytes.subarray(element.start, element.end);

/** The element with its tag and its length, which is in the shortest form. */
function whole(bytes: Uint8Array, element: DerElement | undefined): Uint8Array {
  if (element === undefined) return new Uint8Array();
  const length = element.end - element.start;
  const lengthBytes = length < 0x80 ? 1 : 1 + Math.ceil(length.toString(16).length / 2);
  return bytes.subarray(element.start - 1 - lengthBytes, element.end);
}

function subjectOf(bytes: Uint8Array, subject: DerElement | undefined): CertificateRequest['subject'] {
  return children(bytes, subject).flatMap((set) =>
    children(bytes, set).map((attribute) => {
      const [type, value] = children(bytes, attribute);
      return { type: hex(contents(bytes, type)), value: utf8(contents(bytes, value)) };
    }),
  );
}

/** What the extension that is asked for names beside the subject, by its kind. */
function alternativeNames(
  bytes: Uint8Array,
  attributes: DerElement | undefined,
): readonly { readonly tag: number; readonly bytes: Uint8Array }[] {
  for (const attribute of children(bytes, attributes)) {
    const [type, values] = children(bytes, attribute);
    if (hex(contents(bytes, type)) !== EXTENSION_REQUEST) continue;
    for (const extension of children(bytes, children(bytes, values)[0])) {
      const fields = children(bytes, extension);
      if (hex(contents(bytes, fields[0])) !== SUBJECT_ALT_NAME) continue;
      const value = contents(bytes, fields.at(-1));
      return derChildren(value, derElement(value, 0)).map((name) => ({
        tag: name.tag,
        bytes: value.subarray(name.start, name.end),
      }));
    }
  }
  return [];
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

import { type DerElement, derChildren, derElement } from '../kinds/rules/der.ts';

/** Who a certificate is for, as far as Kubernetes reads it. */
export interface DistinguishedName {
  /** Of several the last; empty: none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Object identifiers as their DER contents in hexadecimal. */
const COMMON_NAME = '550403'; // 2.5.4.3
const ORGANIZATION = '55040a'; // 2.5.4.10

/** @throws {DerProblem} */
export function distinguishedName(bytes: Uint8Array, name: DerElement): DistinguishedName {
  let commonName = '';
  const organizations: string[] = [];
  for (const set of derChildren(bytes, name)) {
    for (const attribute of derChildren(bytes, set)) {
      const [type, value] = derChildren(bytes, attribute);
      if (type === undefined || value === undefined) continue;
      const oid = derHex(bytes, type);
      if (oid === COMMON_NAME) commonName = derText(bytes, value);
      else if (oid === ORGANIZATION) organizations.push(derText(bytes, value));
    }
  }
  return { commonName, organizations };
}

/** Contents of an element in hexadecimal: how object identifiers are compared. */
export function derHex(bytes: Uint8Array, { start, end }: DerElement): string {
  let hex = '';
  for (let at = start; at < end; at++) hex += (bytes[at] ?? 0).toString(16).padStart(2, '0');
  return hex;
}

/** Contents of a string element; BMPString (30) is UTF-16, the others are UTF-8 or a part of it. */
export function derText(bytes: Uint8Array, { tag, start, end }: DerElement): string {
  return new TextDecoder(tag === 30 ? 'utf-16be' : 'utf-8').decode(bytes.subarray(start, end));
}

/** One element that stands alone. @throws {DerProblem} */
export const derRoot = (bytes: Uint8Array): DerElement => derElement(bytes, 0);

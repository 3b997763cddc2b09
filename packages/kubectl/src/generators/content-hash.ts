import { sha256 } from '@noble/hashes/sha2.js';
import { goJson } from '../go-json.ts';

const FRIENDLY: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/**
 * The suffix of names that go with their content: ten letters of the SHA-256 of a JSON text, without vowels, so that no
 * words come out.
 *
 * @see k8s.io/kubectl/pkg/util/hash/hash.go
 */
export function contentHash(value: unknown): string {
  const bytes = sha256(new TextEncoder().encode(goJson(value)));
  const hex = [...bytes.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/[013ae]/g, (letter) => FRIENDLY[letter] ?? letter);
}

/** What counts of a ConfigMap, and its hash. */
export function configMapHash(
  name: string,
  data: Readonly<Record<string, string>>,
  binaryData: Readonly<Record<string, string>>,
  immutable?: boolean,
): string {
  return contentHash({
    kind: 'ConfigMap',
    name,
    data,
    ...(immutable !== undefined && { immutable }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
  });
}

/** What counts of a Secret, and its hash. */
export const secretHash = (
  name: string,
  type: string,
  data: Readonly<Record<string, string>>,
  immutable?: boolean,
): string => contentHash({ kind: 'Secret', type, name, data, ...(immutable !== undefined && { immutable }) });

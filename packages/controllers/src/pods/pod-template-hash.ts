import { schemaOf } from '@tabernetes/api';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { goDump } from './go-dump.ts';

/**
 * The hash that names ReplicaSets: FNV-1a, 32 bits, over a dump of the template's Go structs, then the collision count; written with an alphabet
 * that spells no words.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/controller_utils.go ComputeHash
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let hash = fnv1a(
    new TextEncoder().encode(goDump(schemaOf('io.k8s.api.core.v1.PodTemplateSpec'), template)),
    FNV_OFFSET,
  );
  if (collisionCount !== undefined) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, collisionCount, true);
    hash = fnv1a(bytes, hash);
  }
  return safeText(String(hash));
}

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;

function fnv1a(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME) >>> 0;
  return hash;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
/** @see staging/src/k8s.io/apimachinery/pkg/util/rand SafeEncodeString */
const safeText = (text: string): string =>
  [...text].map((c) => ALPHABET.charAt(c.charCodeAt(0) % ALPHABET.length)).join('');

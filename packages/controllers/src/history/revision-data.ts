import type { ControllerRevision } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { canonicalUntyped, encodeJson, safeEncode } from '@tabernetes/apimachinery';

/** What a ControllerRevision keeps of a template: the strategic merge patch that brings it back. */
export type RevisionData = NonNullable<ControllerRevision['data']>;

/** The patch that puts `template` in the place of whatever stands there. Its keys are sorted, as Go prints maps. */
export function revisionData(template: PodTemplateSpec): RevisionData {
  let data = known.get(template);
  if (data === undefined) {
    const patch = { spec: { template: { ...template, $patch: 'replace' } } };
    data = canonicalUntyped(patch, undefined, { sorted: true }) as RevisionData;
    if (Object.isFrozen(template)) known.set(template, data);
  }
  return data;
}

/** Pure data. Updates share the template that they do not change, so that the patch is made once per template. */
const known = new WeakMap<PodTemplateSpec, RevisionData>();

/** Whether two revisions hold the same bytes: upstream compares no deeper. */
export const sameData = (a: RevisionData | undefined, b: RevisionData | undefined): boolean =>
  a === b || encodeJson(a) === encodeJson(b);

/**
 * The hash that names a StatefulSet's revisions: FNV-1, 32 bits, over the patch as JSON and the decimal digits of the
 * collision count; written with an alphabet that spells no words.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/history/controller_history.go HashControllerRevision
 */
export function revisionHash(data: RevisionData, collisionCount: number): string {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(encodeJson(data) + collisionCount)) {
    hash = (Math.imul(hash, FNV_PRIME) ^ byte) >>> 0;
  }
  return safeEncode(String(hash));
}

const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;

/** `<owner>-<hash>`, not longer than a name may be. */
export const revisionName = (owner: string, hash: string): string => `${owner.slice(0, MAX_PREFIX_LENGTH)}-${hash}`;

const MAX_PREFIX_LENGTH = 223;

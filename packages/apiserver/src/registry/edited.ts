import type { KindDefinition } from '@tabernetes/api';
import { canonical, type Draft, type KubeObject } from '@tabernetes/apimachinery';

/**
 * A changed copy of a frozen object, sharing what did not change; the object itself when nothing did. Of kinds that share unchanged parts
 * (see KindDefinition.sharesUnchanged) the draft can be written to, and so can its metadata; what is below is replaced.
 */
export function edited(
  definition: KindDefinition,
  object: KubeObject,
  change: (draft: Draft<KubeObject>) => void,
): KubeObject {
  const draft = definition.sharesUnchanged ? sharingDraftOf(object) : draftOf(object);
  change(draft);
  return canonical(definition.schema, draft as KubeObject, object);
}

/** A mutable copy, all the way down. */
export const draftOf = (object: KubeObject): Draft<KubeObject> => copy(object) as Draft<KubeObject>;

const sharingDraftOf = (object: KubeObject): Draft<KubeObject> =>
  ({ ...object, metadata: { ...object.metadata } }) as Draft<KubeObject>;

/** Replaces the frozen parts of a draft by copies that can be written to. */
export function thaw(draft: object): void {
  const members = draft as Record<string, unknown>;
  for (const key of Object.keys(members)) {
    const value = members[key];
    if (typeof value !== 'object' || value === null) continue;
    if (Object.isFrozen(value)) members[key] = copy(value);
    else thaw(value);
  }
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) result[key] = copy((value as Readonly<Record<string, unknown>>)[key]);
  return result;
}

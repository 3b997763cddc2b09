import { canonical, type KubeObject } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import type { Resource } from '../kinds.ts';

/** A stored object as this resource's version shows it: the same reference when the version is the stored one. */
export function fromStored(resource: Resource, stored: KubeObject): KubeObject {
  const { storedAs } = resource.definition;
  if (storedAs === undefined) return stored;
  const known = converted.get(resource) ?? new WeakMap<KubeObject, KubeObject>();
  const object = known.get(stored) ?? canonical(resource.definition.schema, storedAs.fromStored(stored));
  known.set(stored, object);
  converted.set(resource, known);
  return object;
}

/** What is stored for an object of this resource's version. */
export function toStored(resource: Resource, object: KubeObject): KubeObject {
  const { storedAs } = resource.definition;
  if (storedAs === undefined) return object;
  const schema = resource.storedSchema();
  const stored = storedAs.toStored(object);
  return schema === undefined ? deepFreeze(stored) : canonical(schema, stored);
}

// Stored objects are frozen, so a conversion is made once and shared by every reader.
const converted = new WeakMap<Resource, WeakMap<KubeObject, KubeObject>>();

/**
 * The object with another resourceVersion. Its metadata already holds one, so the order of fields stays.
 */
export function withResourceVersion(object: KubeObject, revision: number): KubeObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}

/** The last state of a deleted object, as watchers see it: with the revision of its deletion. One object for all of them. */
export function atDeletion(stored: KubeObject, revision: number): KubeObject {
  const known = deleted.get(stored);
  if (known !== undefined && known.revision === revision) return known.object;
  const object = withResourceVersion(stored, revision);
  deleted.set(stored, { revision, object });
  return object;
}

const deleted = new WeakMap<KubeObject, { readonly revision: number; readonly object: KubeObject }>();

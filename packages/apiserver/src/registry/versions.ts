import { canonical, type KubeObject } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import type { Resource } from '../kinds.ts';

/**
 * A stored object as this resource's version shows it: the same reference when the version is the stored one. Where somebody else
 * converts, {@link shownSoon} comes first.
 */
export function fromStored(resource: Resource, stored: KubeObject): KubeObject {
  const { storedAs } = resource.definition;
  if (storedAs === undefined) return stored;
  const known = knownOf(resource);
  const found = known.get(stored);
  if (found !== undefined) return found;
  const object = canonical(resource.definition.schema, storedAs.fromStored(stored));
  known.set(stored, object);
  return object;
}

/**
 * Has stored objects converted, so that {@link fromStored} knows them. Undefined: there is nothing to wait for.
 * @throws {StatusError} whoever converts cannot
 */
export function shownSoon(resource: Resource, stored: readonly KubeObject[]): Promise<void> | undefined {
  const convert = resource.definition.storedAs?.convert;
  if (convert === undefined) return undefined;
  const known = knownOf(resource);
  const missing = stored.filter((each) => each.apiVersion !== resource.apiVersion && !known.has(each));
  return missing.length === 0 ? undefined : askFor(resource, convert, missing);
}

/** Each object is asked for once, however many wait for it. */
async function askFor(
  resource: Resource,
  convert: (objects: readonly KubeObject[], apiVersion: string) => Promise<readonly KubeObject[]>,
  missing: readonly KubeObject[],
): Promise<void> {
  const known = knownOf(resource);
  const asked = askedOf(resource);
  const fresh = missing.filter((each) => !asked.has(each));
  if (fresh.length > 0) {
    const answer = convert(fresh.map(withoutResourceVersion), resource.apiVersion).then(
      (objects) => {
        for (const [i, object] of objects.entries()) {
          const stored = fresh[i];
          if (stored === undefined) continue;
          known.set(stored, canonical(resource.definition.schema, likeRevision(object, stored)));
        }
      },
      (error: unknown) => {
        for (const each of fresh) asked.delete(each);
        throw error;
      },
    );
    for (const each of fresh) asked.set(each, answer);
  }
  for (const each of missing) await asked.get(each);
}

/** What is stored for an object of this resource's version: at once, unless somebody else converts. @throws {StatusError} */
export function toStored(resource: Resource, object: KubeObject): KubeObject | Promise<KubeObject> {
  const { storedAs } = resource.definition;
  if (storedAs === undefined) return object;
  if (storedAs.convert !== undefined && object.apiVersion !== storedVersionOf(resource)) {
    return storedAs
      .convert([withoutResourceVersion(object)], storedVersionOf(resource))
      .then(([stored = object]) => inStoredOrder(resource, likeRevision(stored, object)));
  }
  return inStoredOrder(resource, storedAs.toStored(object));
}

/** What was converted as it is stored: who converts is not shown at which revision that is. */
function likeRevision(object: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  if (resourceVersion === undefined) return object;
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

function inStoredOrder(resource: Resource, stored: KubeObject): KubeObject {
  const schema = resource.storedSchema();
  return schema === undefined ? deepFreeze(stored) : canonical(schema, stored);
}

/** Whether an object is stored in the version in which it would be stored now. */
export const isStoredVersion = (resource: Resource, { apiVersion }: KubeObject): boolean =>
  resource.definition.storedAs === undefined || apiVersion === storedVersionOf(resource);

function storedVersionOf({ definition, apiVersion }: Resource): string {
  const kind = definition.storedAs?.kind;
  if (kind === undefined) return apiVersion;
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/**
 * What was written, as its writer is told: what is stored now, which another version may have filled in.
 * @param object with the revision at which it was stored
 * @param stored of a dry run the object itself: it is converted there and back
 * @throws {StatusError} whoever converts cannot: the object is stored all the same
 */
export async function asWritten(resource: Resource, object: KubeObject, stored: KubeObject): Promise<KubeObject> {
  if (resource.definition.storedAs === undefined) return object;
  const kept = stored === object ? await toStored(resource, object) : stored;
  await shownSoon(resource, [kept]);
  const { sameInOtherNames } = resource.definition.storedAs;
  if (sameInOtherNames && !knownOf(resource).has(kept)) knownOf(resource).set(kept, object);
  return fromStored(resource, kept);
}

// Stored objects are frozen, so a conversion is made once and shared by every reader.
const converted = new WeakMap<Resource, WeakMap<KubeObject, KubeObject>>();
const beingConverted = new WeakMap<Resource, WeakMap<KubeObject, Promise<void>>>();

const knownOf = (resource: Resource): WeakMap<KubeObject, KubeObject> => ofResource(converted, resource);
const askedOf = (resource: Resource): WeakMap<KubeObject, Promise<void>> => ofResource(beingConverted, resource);

function ofResource<T>(maps: WeakMap<Resource, WeakMap<KubeObject, T>>, resource: Resource): WeakMap<KubeObject, T> {
  let found = maps.get(resource);
  if (found === undefined) {
    found = new WeakMap<KubeObject, T>();
    maps.set(resource, found);
  }
  return found;
}

/**
 * The object with another resourceVersion. Its metadata already holds one, so the order of fields stays.
 */
export function withResourceVersion(object: KubeObject, revision: number): KubeObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}

/** The object as it is before it is stored: a creation holds the field's place. */
export function withoutResourceVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return Object.freeze({ ...object, metadata: Object.freeze(metadata) });
}

/** The last state of a deleted object, as watchers see it: with the revision of its deletion. One object for all of them. */
export function atDeletion(resource: Resource, stored: KubeObject, revision: number): KubeObject {
  // What it was converted to is known; with another revision it would have to be asked for again.
  if (resource.definition.storedAs?.convert) return withResourceVersion(fromStored(resource, stored), revision);
  const known = deleted.get(stored);
  if (known !== undefined && known.revision === revision) return fromStored(resource, known.object);
  const object = withResourceVersion(stored, revision);
  deleted.set(stored, { revision, object });
  return fromStored(resource, object);
}

const deleted = new WeakMap<KubeObject, { readonly revision: number; readonly object: KubeObject }>();

import type { KubeObject } from '@tabernetes/apimachinery';

/** An object without all but its metadata; made once per object. */
export function partialMetadata(object: KubeObject, apiVersion: string): KubeObject {
  const known = partials.get(object);
  if (known !== undefined && known.apiVersion === apiVersion) return known;
  const partial = Object.freeze({ kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata });
  partials.set(object, partial);
  return partial;
}

const partials = new WeakMap<KubeObject, KubeObject>();

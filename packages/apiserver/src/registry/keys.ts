/** Where the objects of a stored kind live, with a slash at the end: `/registry/core/pods/`. */
export const storagePrefix = ({ group, plural }: { readonly group: string; readonly plural: string }): string =>
  `/registry/${group || 'core'}/${plural}/`;

/** The same, of the key of an object; empty: it is none. */
export const prefixOfKey = (key: string): string =>
  key.slice(0, key.indexOf('/', key.indexOf('/', ROOT_LENGTH) + 1) + 1);

const ROOT_LENGTH = '/registry/'.length;

/** The key of an object of a stored kind. `namespace` is empty for cluster-scoped kinds. */
export const storageKey = (
  kind: { readonly group: string; readonly plural: string },
  namespace: string,
  name: string,
): string => under(storagePrefix(kind), namespace, name);

/** A resource, as far as its keys go. */
interface Prefixed {
  readonly prefix: string;
}

/** The storage key of an object. */
export const keyOf = (resource: Prefixed, namespace: string, name: string): string =>
  under(resource.prefix, namespace, name);

/** The prefix of all keys that a request ranges over: one namespace, or all. */
export const keyRoot = (resource: Prefixed, namespace: string): string =>
  namespace === '' ? resource.prefix : `${resource.prefix}${namespace}/`;

const under = (prefix: string, namespace: string, name: string): string =>
  namespace === '' ? `${prefix}${name}` : `${prefix}${namespace}/${name}`;

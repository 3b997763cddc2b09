import type { Resource } from '../kinds.ts';

/** The storage key of an object. */
export const keyOf = (resource: Resource, namespace: string, name: string): string =>
  namespace === '' ? `${resource.prefix}${name}` : `${resource.prefix}${namespace}/${name}`;

/** The prefix of all keys that a request ranges over: one namespace, or all. */
export const keyRoot = (resource: Resource, namespace: string): string =>
  namespace === '' ? resource.prefix : `${resource.prefix}${namespace}/`;

import { type KubeObject, notFound } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { Authorizer } from './authorization.ts';
import type { Kinds } from './kinds.ts';
import { listCache } from './list-cache.ts';
import { keyOf } from './registry/keys.ts';
import { rawUpdate } from './registry/raw-update.ts';
import type { ServerReader } from './server-reader.ts';

/**
 * Reads from the store, so what it answers is never stale. Lists are kept until something in them changes: admission
 * asks for the same few (LimitRanges, PriorityClasses) with every write.
 */
export function serverReader(
  store: Store<KubeObject>,
  kinds: Kinds,
  authorizer: () => Authorizer,
): ServerReader & Disposable {
  const lists = listCache(store);
  return {
    async get({ group, plural }, namespace, name) {
      const resource = kinds.anyVersion(group, plural);
      if (resource === undefined) return undefined;
      const { kv } = await store.get(keyOf(resource, namespace, name));
      return kv?.value;
    },
    async getKept({ group, plural }, namespace, name) {
      const resource = kinds.anyVersion(group, plural);
      return resource && lists.get(resource.prefix, namespace, name);
    },
    getNow({ group, plural }, namespace, name) {
      const resource = kinds.anyVersion(group, plural);
      return resource && lists.getNow(resource.prefix, namespace, name);
    },
    listNow({ group, plural }, namespace = '') {
      const resource = kinds.anyVersion(group, plural);
      return resource && lists.listNow(resource.prefix, namespace);
    },
    async list({ group, plural }, namespace = '') {
      const resource = kinds.anyVersion(group, plural);
      if (resource === undefined) return [];
      return lists.list(resource.prefix, namespace);
    },
    async update({ group, plural }, namespace, name, change, as) {
      const resource = kinds.anyVersion(group, plural);
      if (resource === undefined) throw notFound({ group, resource: plural }, name);
      return rawUpdate(store, resource, namespace, name, change, as && { as });
    },
    definition: (group, version, plural) => kinds.resource(group, version, plural)?.definition,
    versionsOf({ group, version, plural }) {
      const resource = kinds.resource(group, version, plural);
      return resource ? kinds.versionsOf(resource).map(({ definition }) => definition) : [];
    },
    byKind: (kind) => kinds.byKind(kind)?.definition,
    authorize: async (attributes) => authorizer().authorize(attributes),
    dispose: () => lists.dispose(),
  };
}

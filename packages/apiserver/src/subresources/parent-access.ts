import type { ParentAccess } from '@tabernetes/api';
import { type Draft, failure, type KubeObject, notFound } from '@tabernetes/apimachinery';
import { remove } from '../registry/delete.ts';
import { edited } from '../registry/edited.ts';
import { stored } from '../registry/get.ts';
import { keyOf } from '../registry/keys.ts';
import { fromStored, toStored, withResourceVersion } from '../registry/versions.ts';
import type { RequestScope } from '../request-scope.ts';

/** The object that a create sub-resource is posted to. */
export function parentAccess(scope: RequestScope, name: string, dryRun: boolean): ParentAccess<KubeObject> {
  const { server, resource, namespace } = scope;
  return {
    namespace,
    name,
    get: async () => fromStored(resource, (await stored(scope, name)).value),
    update: (change) => updateParent(scope, name, dryRun, change),
    delete: async (options) => {
      const result = await remove(scope, name, { dryRun, ...options });
      return result.status ?? result.object;
    },
    list: (kind, where) => server.reader.list(kind, where),
    issueToken(claims) {
      if (server.tokens === undefined)
        throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
      return server.tokens.issue(claims);
    },
  };
}

/** The server's own change of an object: no admission, no validation, no managedFields, as upstream's bindings. */
async function updateParent(
  scope: RequestScope,
  name: string,
  dryRun: boolean,
  change: (draft: Draft<KubeObject>, current: KubeObject) => void,
): Promise<KubeObject> {
  const { server, resource, definition, namespace } = scope;
  const key = keyOf(resource, namespace, name);
  let { kv } = await server.store.get(key);
  for (;;) {
    if (kv === undefined) throw notFound(resource.groupResource, name);
    const current = fromStored(resource, kv.value);
    const next = edited(definition, current, (draft) => change(draft, current));
    if (next === current || dryRun) return next;
    const result = await server.store.txn({
      compare: [{ key, modRevision: kv.modRevision }],
      success: [{ type: 'put', key, value: (revision) => withResourceVersion(toStored(resource, next), revision) }],
    });
    const [written] = result.kvs;
    if (result.succeeded && written !== undefined) return fromStored(resource, written.value);
    kv = result.current[0];
  }
}

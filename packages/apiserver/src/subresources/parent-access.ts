import type { ParentAccess, UnadmittedParent } from '@tabernetes/api';
import { failure, type KubeObject } from '@tabernetes/apimachinery';
import { remove } from '../registry/delete.ts';
import { stored } from '../registry/get.ts';
import { rawUpdate } from '../registry/raw-update.ts';
import { fromStored } from '../registry/versions.ts';
import { type RequestScope, requestContext } from '../request-scope.ts';
import { checkedDeleteOptions } from '../write-options.ts';

/** The object that a create sub-resource is posted to. */
export function parentAccess(scope: RequestScope, name: string, dryRun: boolean): ParentAccess<KubeObject> {
  const { server, resource, namespace } = scope;
  return {
    namespace,
    name,
    get: async () => fromStored(resource, (await stored(scope, name)).value),
    update: (change) => rawUpdate(server.store, resource, namespace, name, change, { dryRun }),
    delete: async ({ dryRun: isDry = dryRun, ...options }) => {
      const result = await remove(scope, name, { ...checkedDeleteOptions(options), dryRun: isDry }, undefined);
      return result.status ?? result.object;
    },
    list: (kind, where) => server.reader.list(kind, where),
    find: (kind, where, called) => server.reader.get(kind, where, called),
    changeStatus(kind, where, called, change) {
      const { now } = requestContext(scope, dryRun);
      return server.reader.update(kind, where, called, change, { subresource: 'status', now });
    },
    issueToken(claims) {
      if (server.tokens === undefined)
        throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
      return server.tokens.issue(claims);
    },
  };
}

/** The same, until what was posted has passed a check. @param check throws what refuses it; absent: that has been done */
export function unadmitted(
  access: ParentAccess<KubeObject>,
  check?: (posted: KubeObject) => Promise<void>,
): UnadmittedParent<KubeObject> {
  const { namespace, name, get, list, find } = access;
  return {
    namespace,
    name,
    get,
    list,
    find,
    async admit(posted) {
      await check?.(posted);
      return access;
    },
  };
}

import { type Draft, type KubeObject, notFound } from '@tabernetes/apimachinery';
import type { Store } from '@tabernetes/storage';
import type { Resource } from '../kinds.ts';
import { edited } from './edited.ts';
import { keyOf } from './keys.ts';
import { fromStored, toStored, withResourceVersion } from './versions.ts';

/**
 * The server's own change of an object: no admission, no validation, no managedFields, as upstream's bindings and
 * quotas. `change` is called again when somebody else was faster.
 *
 * @throws {StatusError} NotFound, and what `change` throws
 */
export async function rawUpdate(
  store: Store<KubeObject>,
  resource: Resource,
  namespace: string,
  name: string,
  change: (draft: Draft<KubeObject>, current: KubeObject) => void,
  dryRun = false,
): Promise<KubeObject> {
  const key = keyOf(resource, namespace, name);
  let { kv } = await store.get(key);
  for (;;) {
    if (kv === undefined) throw notFound(resource.groupResource, name);
    const current = fromStored(resource, kv.value);
    const next = edited(resource.definition, current, (draft) => change(draft, current));
    if (next === current || dryRun) return next;
    const result = await store.txn({
      compare: [{ key, modRevision: kv.modRevision }],
      success: [{ type: 'put', key, value: (revision) => withResourceVersion(toStored(resource, next), revision) }],
    });
    const [written] = result.kvs;
    if (result.succeeded && written !== undefined) return fromStored(resource, written.value);
    kv = result.current[0];
  }
}

import { type Draft, type KubeObject, notFound, trackUpdate } from '@tabernetes/apimachinery';
import type { Store } from '@tabernetes/storage';
import type { Resource } from '../kinds.ts';
import { edited } from './edited.ts';
import { keyOf } from './keys.ts';
import { fromStored, shownSoon, toStored, withResourceVersion } from './versions.ts';

/** A sub-resource through which the server writes as a client of its own would, so that managedFields tell of it. */
export interface OwnWrite {
  readonly subresource: string;
  /** RFC 3339. */
  readonly now: string;
}

/** The server as a manager of fields. */
const OWN_MANAGER = 'kube-apiserver';

/**
 * The server's own change of an object: no admission, no validation, and no managedFields unless `as` is given. `change` is called again when somebody else was faster.
 *
 * @throws {StatusError} NotFound, and what `change` throws
 */
export async function rawUpdate(
  store: Store<KubeObject>,
  resource: Resource,
  namespace: string,
  name: string,
  change: (draft: Draft<KubeObject>, current: KubeObject) => void,
  { dryRun = false, as }: { readonly dryRun?: boolean; readonly as?: OwnWrite } = {},
): Promise<KubeObject> {
  const key = keyOf(resource, namespace, name);
  let { kv } = await store.get(key);
  for (;;) {
    if (kv === undefined) throw notFound(resource.groupResource, name);
    const shown = shownSoon(resource, [kv.value]);
    if (shown !== undefined) await shown;
    const current = fromStored(resource, kv.value);
    const next = edited(resource.definition, current, (draft) => {
      change(draft, current);
      if (as !== undefined) track(resource, draft, current, as);
    });
    if (next === current || dryRun) return next;
    const converted = toStored(resource, next);
    const value = converted instanceof Promise ? await converted : converted;
    const result = await store.txn({
      compare: [{ key, modRevision: kv.modRevision }],
      success: [{ type: 'put', key, value: (revision) => withResourceVersion(value, revision) }],
    });
    const [written] = result.kvs;
    if (result.succeeded && written !== undefined) {
      const again = shownSoon(resource, [written.value]);
      if (again !== undefined) await again;
      return fromStored(resource, written.value);
    }
    kv = result.current[0];
  }
}

function track(
  resource: Resource,
  draft: Draft<KubeObject>,
  current: KubeObject,
  { subresource, now }: OwnWrite,
): void {
  const { definition, apiVersion } = resource;
  const path = definition.subresources?.find(({ name }) => name === subresource);
  const resetFields = path?.type === 'update' ? path.resetFields : undefined;
  const managedFields = trackUpdate({
    schema: definition.schema,
    apiVersion,
    live: current,
    next: draft,
    manager: OWN_MANAGER,
    subresource,
    now,
    ...(resetFields && { resetFields }),
  });
  if (managedFields !== undefined) draft.metadata.managedFields = managedFields as Draft<typeof managedFields>;
}

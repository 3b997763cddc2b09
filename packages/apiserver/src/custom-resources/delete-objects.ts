import type { KindDefinition } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { KeyValue, Store } from '@tabernetes/storage';
import { markedAsDeleting } from '../registry/delete.ts';
import { finalizersForDeletion } from '../registry/deletion.ts';
import { withResourceVersion } from '../registry/versions.ts';
import { timestamp } from '../time.ts';

/**
 * Deletes objects of a definition that goes; those that finalizers hold are marked as being deleted. They are taken as they are stored, so
 * that nobody is asked: neither admission, as upstream, nor who converts them.
 *
 * @param kindOf the kind of the version that an object is stored as
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go deleteInstances
 */
export async function deleteObjects(
  store: Store<KubeObject>,
  kvs: readonly KeyValue<KubeObject>[],
  kindOf: (apiVersion: string) => KindDefinition | undefined,
  nowMs: number,
): Promise<void> {
  for (const kv of kvs) {
    const { apiVersion } = kv.value;
    const kind = kindOf(apiVersion);
    if (kind === undefined) throw new Error(`nothing is stored as ${apiVersion}`);
    await deleteOne(store, kv, kind, nowMs);
  }
}

/** Tried again when somebody else was faster. */
async function deleteOne(
  store: Store<KubeObject>,
  first: KeyValue<KubeObject>,
  kind: KindDefinition,
  nowMs: number,
): Promise<void> {
  for (let kv: KeyValue<KubeObject> | undefined = first; kv !== undefined; ) {
    const { key, modRevision, value } = kv;
    const finalizers = finalizersForDeletion(kind, value.metadata.finalizers ?? [], {});
    const marked =
      finalizers.length === 0 ? undefined : markedAsDeleting(kind, value, finalizers, { now: timestamp(nowMs), nowMs });
    if (marked === value) return;
    const { succeeded, current } = await store.txn({
      compare: [{ key, modRevision }],
      success: [
        marked === undefined
          ? { type: 'delete', key }
          : { type: 'put', key, value: (revision) => withResourceVersion(marked, revision) },
      ],
    });
    if (succeeded) return;
    [kv] = current;
  }
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';

/**
 * Forgets history once in a while: of each time, what was history the time before, so that everything is kept for one interval at least,
 * and for two at most.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/storage/etcd3/compact.go
 */
export function compactor(
  {
    store,
    clock,
    onError,
  }: { readonly store: Store<KubeObject>; readonly clock: Clock; readonly onError: (error: unknown) => void },
  intervalMs: number,
): Disposable {
  let before = 0;
  let disposed = false;
  const compact = async (): Promise<void> => {
    const { revision, compactRevision } = await store.status();
    if (disposed) return;
    if (before > compactRevision) await store.compact(before);
    before = revision;
  };
  const wait = (): Disposable =>
    clock.setTimer(
      intervalMs,
      () => {
        timer = wait();
        compact().catch(onError);
      },
      { background: true },
    );
  let timer = wait();
  return {
    dispose: () => {
      disposed = true;
      timer.dispose();
    },
  };
}

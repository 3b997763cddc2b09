import { useEffect, useState } from 'react';
import type { ClusterConnection } from '../world/cluster-connection.ts';

const ASK_MS = 5_000;
/** A worker that has much to do may be silent for a while; one that is silent this long will not come back. */
const SILENCE_MS = 20_000;

/** True when the worker of a cluster has died, or does not answer any more. */
export function useWorkerWatch({ host }: ClusterConnection): boolean {
  const [isDead, setDead] = useState(false);
  useEffect(() => {
    const unmounted = new AbortController();
    followLifeline(host, unmounted.signal).then(
      () => setDead(true),
      () => undefined,
    );
    let silentMs = 0;
    let isAsking = false;
    const timer = self.setInterval(() => {
      // Browsers let pages in the background sleep.
      if (document.hidden) silentMs = 0;
      else if (isAsking) silentMs += ASK_MS;
      if (silentMs >= SILENCE_MS) setDead(true);
      if (isAsking) return;
      isAsking = true;
      host.protocolVersion().then(
        () => {
          isAsking = false;
          silentMs = 0;
          setDead(false);
        },
        () => setDead(true),
      );
    }, ASK_MS);
    return () => {
      self.clearInterval(timer);
      unmounted.abort();
    };
  }, [host]);
  return isDead;
}

/** Resolves when the worker has died; rejects when `signal` ends it, never settles where that cannot be told. */
async function followLifeline({ lifeline }: ClusterConnection['host'], signal: AbortSignal): Promise<void> {
  if (!window.isSecureContext) return new Promise(() => undefined);
  const name = `tabernetes-worker-${crypto.randomUUID()}`;
  if (!(await lifeline(name))) return new Promise(() => undefined);
  await navigator.locks.request(name, { signal }, () => undefined);
}

import { useEffect, useState } from 'react';
import type { ClusterConnection } from '../world/cluster-connection.ts';

const ASK_MS = 5_000;
/** A worker that has much to do may be silent for a while; one that is silent this long is dead. */
const SILENCE_MS = 20_000;

/** True when the worker of a cluster has died: nothing else tells, so it is asked. */
export function useWorkerWatch({ host }: ClusterConnection): boolean {
  const [isDead, setDead] = useState(false);
  useEffect(() => {
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
    return () => self.clearInterval(timer);
  }, [host]);
  return isDead;
}

import { type RefObject, useEffect, useState } from 'react';
import type { Keeping, Sandbox } from '../files/sandbox.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';

/** How soon after it changed a sandbox is kept; one that takes long to be packed, no more than a tenth of the time. */
const KEEP_MS = 500;
const KEEP_SHARE = 10;

/** The mark of the page's timeline that stands where what is kept was as it is kept. */
const KEPT_MARK = 'sandbox:kept';

/**
 * Keeps the sandbox as it changes, and at once when nobody sees the page any more: it may not come back.
 *
 * @param latest the sandbox as it is, without its cluster
 * @returns why what changed last could not be kept; undefined: it was
 */
export function useKeeping(
  cluster: ClusterConnection,
  keeping: Keeping | undefined,
  latest: RefObject<Sandbox>,
): { readonly error: unknown } | undefined {
  const [fault, setFault] = useState<{ readonly error: unknown }>();
  useEffect(() => {
    if (keeping === undefined) return undefined;
    let kept: readonly unknown[] = [];
    /** Not before; while it is kept, never. */
    let dueMs = 0;
    const keep = async (): Promise<void> => {
      const { ready, writes } = cluster.world;
      const now = latest.current;
      // What was written is one array until more is written.
      const state = [writes, now.files];
      const begunMs = performance.now();
      if (!ready || begunMs < dueMs || state.every((each, at) => each === kept[at])) return;
      dueMs = Number.POSITIVE_INFINITY;
      try {
        await keeping.save({ ...now, ...(await cluster.host.keep()) });
        kept = state;
        performance.clearMarks(KEPT_MARK);
        performance.mark(KEPT_MARK, { startTime: begunMs });
        setFault(undefined);
      } catch (error) {
        setFault({ error });
      }
      const nowMs = performance.now();
      dueMs = nowMs + KEEP_SHARE * (nowMs - begunMs);
    };
    const leave = (): void => {
      if (document.visibilityState !== 'hidden' || dueMs === Number.POSITIVE_INFINITY) return;
      dueMs = 0;
      void keep();
    };
    const timer = self.setInterval(() => void keep(), KEEP_MS);
    document.addEventListener('visibilitychange', leave);
    return () => {
      self.clearInterval(timer);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [cluster, keeping, latest]);
  return fault;
}

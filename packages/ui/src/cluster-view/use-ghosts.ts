import type { Pod } from '@tabernetes/api/types/core-v1';
import { useEffect, useRef, useState } from 'react';

/** How long what is gone is still seen, in milliseconds. */
const GHOST_MS = 700;

/** Pods that have just left a place: they fade where they were. `isStill`: nothing leaves a ghost. */
export function useGhosts(pods: readonly Pod[], isStill: boolean): readonly Pod[] {
  const before = useRef(pods);
  const [ghosts, setGhosts] = useState<readonly Pod[]>(NONE);
  useEffect(() => {
    const last = before.current;
    before.current = pods;
    if (last === pods || isStill) return undefined;
    const here = new Set(pods.map(({ metadata }) => metadata.uid));
    // Of those that were to be deleted: others have gone elsewhere, or are filtered out.
    const gone = last.filter(({ metadata }) => metadata.deletionTimestamp !== undefined && !here.has(metadata.uid));
    if (gone.length === 0) return undefined;
    setGhosts((now) => [...now, ...gone]);
    setTimeout(() => setGhosts((now) => now.filter((each) => !gone.includes(each))), GHOST_MS);
    return undefined;
  }, [pods, isStill]);
  return ghosts;
}

const NONE: readonly Pod[] = [];

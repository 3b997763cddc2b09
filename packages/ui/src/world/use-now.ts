import { useEffect, useState } from 'react';
import { useCluster } from './hooks.ts';

/** How often what shows time is drawn, in milliseconds. */
const EVERY_MS = 250;

/**
 * The cluster's time as it passes between two batches, in milliseconds since the epoch; drawn only while `isShown`.
 * A guess from the speed: the next batch corrects it.
 */
export function useNow(isShown = true): number {
  const { world } = useCluster();
  const [now, setNow] = useState(() => world.now());
  useEffect(() => {
    if (!isShown) return undefined;
    const draw = (): void => setNow(world.now());
    draw();
    const timer = setInterval(draw, EVERY_MS);
    const stop = world.subscribe('clock', draw);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [world, isShown]);
  return now;
}

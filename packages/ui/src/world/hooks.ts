import type { KubeObject } from '@tabernetes/apimachinery';
import type { LastingTrouble, WorldWrite } from '@tabernetes/worker/connect';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { calmly } from './calmly.ts';
import type { ClusterConnection } from './cluster-connection.ts';
import type { ClockState } from './world-store.ts';

export const ClusterContext = createContext<ClusterConnection | undefined>(undefined);

/** The cluster of this part of the page. */
export function useCluster(): ClusterConnection {
  const cluster = useContext(ClusterContext);
  if (cluster === undefined) throw new Error('there is no cluster around this component');
  return cluster;
}

/** `everyMs`: no more often than that; default: with every batch. */
function useTopic<T>(topic: string, read: () => T, everyMs = 0): T {
  const { world } = useCluster();
  const subscribe = useCallback(
    (listener: () => void) =>
      everyMs === 0
        ? world.subscribe(topic, listener)
        : calmly(listener, everyMs, (often) => world.subscribe(topic, often)),
    [world, topic, everyMs],
  );
  return useSyncExternalStore(subscribe, read);
}

/** Objects of a kind, redrawn when one of them changes; what nobody can read that fast, every so many milliseconds at most. */
export function useKind<T extends KubeObject = KubeObject>(kind: string, everyMs?: number): readonly T[] {
  const { world } = useCluster();
  return useTopic(kind, () => world.list(kind), everyMs) as readonly T[];
}

export function useClockState(): ClockState {
  const { world } = useCluster();
  return useTopic('clock', () => world.clock);
}

export function useWrites(everyMs?: number): readonly WorldWrite[] {
  const { world } = useCluster();
  return useTopic('writes', () => world.writes, everyMs);
}

export function useReady(): boolean {
  const { world } = useCluster();
  return useTopic('ready', () => world.ready);
}

/** What goes wrong on purpose and lasts. */
export function useTroubles(): readonly LastingTrouble[] {
  const { world } = useCluster();
  return useTopic('troubles', () => world.troubles);
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { LastingTrouble, WorldWrite } from '@tabernetes/worker/connect';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { ClusterConnection } from './cluster-connection.ts';
import type { ClockState } from './world-store.ts';

export const ClusterContext = createContext<ClusterConnection | undefined>(undefined);

/** The cluster of this part of the page. */
export function useCluster(): ClusterConnection {
  const cluster = useContext(ClusterContext);
  if (cluster === undefined) throw new Error('there is no cluster around this component');
  return cluster;
}

function useTopic<T>(topic: string, read: () => T): T {
  const { world } = useCluster();
  const subscribe = useCallback((listener: () => void) => world.subscribe(topic, listener), [world, topic]);
  return useSyncExternalStore(subscribe, read);
}

/** Objects of a kind, redrawn when one of them changes. */
export function useKind<T extends KubeObject = KubeObject>(kind: string): readonly T[] {
  const { world } = useCluster();
  return useTopic(kind, () => world.list(kind)) as readonly T[];
}

export function useClockState(): ClockState {
  const { world } = useCluster();
  return useTopic('clock', () => world.clock);
}

export function useWrites(): readonly WorldWrite[] {
  const { world } = useCluster();
  return useTopic('writes', () => world.writes);
}

export function useKinds(): readonly string[] {
  const { world } = useCluster();
  return useTopic('kinds', () => world.kinds);
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

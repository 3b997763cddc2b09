import type { Node } from '@tabernetes/api/types/core-v1';

export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

const UNHEALTHY = 0.55;
const LARGE_ZONE = 50;
/** One node per so many milliseconds gets its NoExecute taint. */
const INTERVAL_MS = 10_000;
const REDUCED_INTERVAL_MS = 100_000;

/** Region and zone; empty when the node says neither. */
export function zoneOf({ metadata: { labels = {} } }: Node): string {
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? '';
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? '';
  return zone === '' && region === '' ? '' : `${region}:\0:${zone}`;
}

/** How a zone stands, by how many of its nodes are Ready. */
export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  return notReady > 2 && notReady / (ready + notReady) >= UNHEALTHY ? 'PartialDisruption' : 'Normal';
}

/**
 * How long to wait between two nodes of a zone; undefined: no node at all. A zone in which most is broken may be a network
 * that is, and small ones are left alone then.
 */
export function evictionIntervalMs(state: ZoneState, size: number): number | undefined {
  if (state !== 'PartialDisruption') return INTERVAL_MS;
  return size > LARGE_ZONE ? REDUCED_INTERVAL_MS : undefined;
}

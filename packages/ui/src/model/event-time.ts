import type { Event } from '@tabernetes/api/types/core-v1';

/** When an event was last seen, in milliseconds since the epoch; zero when it does not say. */
export function eventTimeMs({ lastTimestamp, eventTime, series, metadata }: Event): number {
  const text = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

/** Many events have whole seconds: of those, the one that was written first comes first. */
export const inOrderOfTime = (a: Event, b: Event): number =>
  eventTimeMs(a) - eventTimeMs(b) || Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion);

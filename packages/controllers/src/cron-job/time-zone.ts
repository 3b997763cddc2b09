/** Of the tz database, as `Intl` knows it. */
export interface TimeZone {
  /** What is to be added to UTC at an instant, in milliseconds. */
  offsetMs(atMs: number): number;
}

export const UTC: TimeZone = { offsetMs: () => 0 };

/** @throws {RangeError} for a zone that `Intl` does not know */
export function timeZoneOf(name: string): TimeZone {
  if (name === 'UTC' || name === '') return UTC;
  const format = new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone: name });
  return {
    offsetMs(atMs) {
      const wholeMs = Math.floor(atMs / 1000) * 1000;
      const fields: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(wholeMs)) fields[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
      return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs;
    },
  };
}

/** A wall clock's reading: what `getUTC…` says of it is what the clock shows. */
export const wallClock = (zone: TimeZone, atMs: number): Date => new Date(atMs + zone.offsetMs(atMs));

/**
 * When a wall clock shows a time. One that it shows twice, or never, is read as Go does: correct before the change or
 * after it.
 */
export function whenShown(zone: TimeZone, shownMs: number): number {
  const offsetMs = zone.offsetMs(shownMs);
  return offsetMs === 0 ? shownMs : shownMs - zone.offsetMs(shownMs - offsetMs);
}

/** `2026-11-20T23:36:00+01:00`, or with `Z` where the clock shows UTC. */
export function zonedTimestamp(zone: TimeZone, atMs: number): string {
  const offsetMs = zone.offsetMs(atMs);
  const text = new Date(atMs + offsetMs).toISOString().slice(0, 19);
  if (offsetMs === 0) return `${text}Z`;
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${text}${offsetMs < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

const FIELDS = {
  calendar: 'gregory',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

import { Duration, Timestamp } from './values.ts';

const NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const SECOND = 1_000_000_000n;
const MAX = 2n ** 63n - 1n;
/** Longer texts are refused before a pattern looks at them. */
const MAX_LENGTH = 1000;

/** `1h30m`, `1.5s`; undefined: not a duration. */
export function parseGoDuration(text: string): Duration | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = /^([+-]?)(?:0|((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+))$/.exec(text);
  if (match === null) return undefined;
  let ns = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of (match[2] ?? '').matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const factor = NS[unit] ?? 0n;
    ns += BigInt(whole || '0') * factor;
    if (fraction !== '') ns += (BigInt(fraction) * factor) / 10n ** BigInt(fraction.length);
  }
  return ns > MAX ? undefined : new Duration(match[1] === '-' ? -ns : ns);
}

/** RFC 3339, or a date alone; undefined: neither. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d))?$/.exec(text) ?? undefined;
  if (match === undefined) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const zoneText = zone.toUpperCase();
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zoneText}`);
  const inMonth = new Date(Date.parse(`${year}-${month}-${day}T00:00:00Z`));
  if (Number.isNaN(ms) || inMonth.getUTCDate() !== Number(day)) return undefined;
  return new Timestamp(BigInt(ms) * 1_000_000n + BigInt(`${fraction}000000000`.slice(0, 9)));
}

/** As Go's RFC3339Nano, in UTC. */
export function timestampText({ ns }: Timestamp): string {
  const seconds = floorDiv(ns, SECOND);
  const rest = ns - seconds * SECOND;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${base}${fraction}Z`;
}

/** Seconds with a fraction, as a duration is written as text: `5400s`. */
export function durationText({ ns }: Duration): string {
  const absolute = ns < 0n ? -ns : ns;
  const rest = absolute % SECOND;
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${ns < 0n ? '-' : ''}${absolute / SECOND}${fraction}s`;
}

/** Rounds towards the past. */
export const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

/** A part of a moment's date in a zone: `UTC`, `Europe/Berlin`, `+02:00`; undefined: there is no such zone. */
export function zonedDate({ ns }: Timestamp, zone: string): Date | undefined {
  const ms = Number(floorDiv(ns, 1_000_000n));
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(ms + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (zone === '' || zone === 'UTC') return new Date(ms);
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...FIELDS });
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const date = new Date(Date.UTC(2000, 0, 1, hour, minute, second, new Date(ms).getUTCMilliseconds()));
    // Years below 100 are taken for those of the twentieth century by all that takes a date in parts but this.
    date.setUTCFullYear(year, month - 1, day);
    return date;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

import { command, complain, Failure } from './support/command.ts';
import { formatDate, plainDate } from './support/date-format.ts';
import { parseOptions } from './support/options.ts';

/** Shows the time of the cluster's clock, or a given one. It cannot be set. */
export const date = command('[OPTIONS] [+FMT] [[-s] TIME]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'uRd:r:s:D:I::', {
    utc: 'u',
    date: 'd',
    'rfc-2822': 'R',
    reference: 'r',
    'iso-8601': 'I',
  });
  let ms = process.now();
  const text = options.value('d');
  const reference = options.value('r');
  if (reference !== undefined) ms = process.fs.stat(reference).modifiedMs;
  if (text !== undefined) {
    const format = options.value('D');
    const parsed = format === undefined ? parseTime(text, ms) : parseWith(format, text, ms);
    if (parsed === undefined) throw new Failure(`invalid date '${text}'`);
    ms = parsed;
  }
  const [operand] = options.operands;
  const asked = options.value('s') ?? (operand?.startsWith('+') === false ? operand : undefined);
  if (asked !== undefined) {
    const parsed = parseTime(asked, ms);
    if (parsed === undefined) throw new Failure(`invalid date '${asked}'`);
    ms = parsed;
    // It goes on to show what it has not set.
    await complain(process, "can't set date: Operation not permitted");
  }
  let shown = plainDate(ms);
  if (operand?.startsWith('+') === true) shown = formatDate(operand.slice(1), ms);
  else if (options.has('R')) shown = formatDate('%a, %d %b %Y %H:%M:%S %z', ms);
  else if (options.has('I')) shown = formatDate(ISO[options.value('I')?.[0] ?? 'd'] ?? '%Y-%m-%d', ms);
  await process.stdout.write(`${shown}\n`);
  return asked === undefined ? 0 : 1;
});

const ISO: Readonly<Record<string, string>> = {
  d: '%Y-%m-%d',
  h: '%Y-%m-%dT%H%:z',
  m: '%Y-%m-%dT%H:%M%:z',
  s: '%Y-%m-%dT%H:%M:%S%:z',
  n: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

const PARTS: Readonly<Record<string, string>> = {
  Y: '(?<year>\\d{4})',
  m: '(?<month>\\d\\d?)',
  d: '(?<day>\\d\\d?)',
  e: '\\s*(?<day>\\d\\d?)',
  H: '(?<hour>\\d\\d?)',
  M: '(?<minute>\\d\\d?)',
  S: '(?<second>\\d\\d?)',
  s: '(?<epoch>\\d+)',
  b: '(?<name>[A-Za-z]{3})[a-z]*',
  B: '(?<name>[A-Za-z]{3})[a-z]*',
  h: '(?<name>[A-Za-z]{3})[a-z]*',
  a: '[A-Za-z]+',
  A: '[A-Za-z]+',
  Z: '[A-Za-z]+',
  '%': '%',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A time as strptime(3) reads it, in UTC. @throws {Failure} for what is not simulated of formats */
function parseWith(format: string, text: string, nowMs: number): number | undefined {
  const whole = format.replace('%F', '%Y-%m-%d').replace('%T', '%H:%M:%S').replace('%R', '%H:%M');
  const pattern = whole.replace(/%(.)|[.*+?^${}()|[\]\\]/g, (literal, letter: string | undefined) => {
    if (letter === undefined) return `\\${literal}`;
    const part = PARTS[letter];
    if (part === undefined) throw new Failure(`formats with %${letter} are not simulated`);
    return part;
  });
  const groups = new RegExp(`^\\s*${pattern}`).exec(text)?.groups;
  if (groups === undefined) return undefined;
  // What is not said of the day is that of today.
  const today = new Date(nowMs);
  const { epoch, name, year = String(today.getUTCFullYear()), month = String(today.getUTCMonth() + 1) } = groups;
  const { day = String(today.getUTCDate()), hour = '0', minute = '0', second = '0' } = groups;
  if (epoch !== undefined) return Number(epoch) * 1000;
  const at = name === undefined ? Number(month) - 1 : MONTHS.indexOf(name.toLowerCase());
  if (at < 0) return undefined;
  return Date.UTC(Number(year), at, Number(day), Number(hour), Number(minute), Number(second));
}

/** A time as `date -d` takes it, in UTC; also GNU's `now`, `yesterday` and `N units ago`. Undefined: it is none, or none that a clock has. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const atMs = timeIn(text, nowMs);
  return atMs !== undefined && Math.abs(atMs) <= LAST_MS ? atMs : undefined;
}

/** What the language has dates for: 271821 BC to 275760. */
const LAST_MS = 8.64e15;

function timeIn(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(trimmed);
  if (epoch !== null) return Math.floor(Number(epoch[1]) * 1000);
  const relative = /^(?:now\s*)?([+-]?\s*\d+)\s*(sec|second|min|minute|hour|day|week)s?(\s+ago)?$/.exec(trimmed);
  if (relative !== null) {
    const unitMs =
      { sec: 1e3, second: 1e3, min: 6e4, minute: 6e4, hour: 36e5, day: 864e5, week: 6048e5 }[relative[2] ?? 'sec'] ?? 0;
    return nowMs + Number((relative[1] ?? '').replace(/\s/g, '')) * unitMs * (relative[3] === undefined ? 1 : -1);
  }
  if (trimmed === '' || trimmed === 'now' || trimmed === 'today') return nowMs;
  if (trimmed === 'yesterday') return nowMs - 864e5;
  if (trimmed === 'tomorrow') return nowMs + 864e5;
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(trimmed);
  if (clock !== null) {
    const day = new Date(nowMs);
    return Date.UTC(
      day.getUTCFullYear(),
      day.getUTCMonth(),
      day.getUTCDate(),
      Number(clock[1]),
      Number(clock[2]),
      Number(clock[3] ?? 0),
    );
  }
  const dotted = /^(\d{4})\.(\d\d?)\.(\d\d?)-(\d\d?):(\d\d)(?::(\d\d))?$/.exec(trimmed);
  // The month first, and a year behind: [[[[CC]YY]MM]DD]hhmm[.ss] as `touch -t` has it.
  const packed = /^(\d{4}|\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(trimmed);
  const numbered = dotted ?? packed;
  if (numbered !== null) {
    const [, year = String(new Date(nowMs).getUTCFullYear()), ...rest] = numbered;
    const [month = 1, day = 1, hour = 0, minute = 0, second = 0] = rest.map((part) => Number(part ?? 0));
    const full = year.length === 2 ? Number(year) + (Number(year) < 69 ? 2000 : 1900) : Number(year);
    return Date.UTC(full, month - 1, day, hour, minute, second);
  }
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    trimmed,
  );
  if (iso === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = iso;
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  const offsetMs =
    offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - offsetMs
  );
}

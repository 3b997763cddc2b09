import { command, Failure } from './support/command.ts';
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
    const parsed = parseTime(text, ms);
    if (parsed === undefined) throw new Failure(`invalid date '${text}'`);
    ms = parsed;
  }
  const [operand] = options.operands;
  if (options.has('s') || (operand !== undefined && !operand.startsWith('+'))) {
    throw new Failure("can't set date: Operation not permitted");
  }
  let shown = plainDate(ms);
  if (operand !== undefined) shown = formatDate(operand.slice(1), ms);
  else if (options.has('R')) shown = formatDate('%a, %d %b %Y %H:%M:%S %z', ms);
  else if (options.has('I')) shown = formatDate(ISO[options.value('I')?.[0] ?? 'd'] ?? '%Y-%m-%d', ms);
  await process.stdout.write(`${shown}\n`);
  return 0;
});

const ISO: Readonly<Record<string, string>> = {
  d: '%Y-%m-%d',
  h: '%Y-%m-%dT%H%:z',
  m: '%Y-%m-%dT%H:%M%:z',
  s: '%Y-%m-%dT%H:%M:%S%:z',
  n: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

/** A time as `date -d` takes it, in UTC; also GNU's `now`, `yesterday` and `N units ago`. */
export function parseTime(text: string, nowMs: number): number | undefined {
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

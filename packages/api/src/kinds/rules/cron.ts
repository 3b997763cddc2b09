import { DurationError, parseNanoseconds } from '@tabernetes/base';

/**
 * A schedule in cron's five fields, or a fixed interval.
 *
 *   minute hour day-of-month month day-of-week     each: * or ?, n, a-b, any of these with /step, several with commas
 *   @yearly @annually @monthly @weekly @daily @midnight @hourly     @every 1h30m
 *
 * @see https://github.com/robfig/cron/blob/v3.0.1/parser.go
 */
export type CronSchedule =
  | {
      readonly type: 'fields';
      readonly minutes: ReadonlySet<number>;
      readonly hours: ReadonlySet<number>;
      readonly daysOfMonth: ReadonlySet<number>;
      readonly months: ReadonlySet<number>;
      /** 0 is Sunday. */
      readonly daysOfWeek: ReadonlySet<number>;
      /** Both fields of days are restricted, so that either may match; else both must. */
      readonly eitherDay: boolean;
      /** From a `TZ=` prefix, which new CronJobs may not have. */
      readonly timeZone?: string;
    }
  | { readonly type: 'every'; readonly intervalMs: number };

/** What is wrong with a schedule, in the parser's words. */
export class CronProblem extends Error {
  override readonly name = 'CronProblem';
}

/** @throws {CronProblem} */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new CronProblem('empty spec string');
  const zone = ZONE.exec(text);
  const spec = zone ? text.slice(text.indexOf(' ')).trim() : text;
  if (spec.startsWith('@')) return descriptor(spec);
  const fields = spec.split(/[ \t\n\v\f\r]+/).filter((field) => field !== '');
  if (fields.length !== 5) {
    throw new CronProblem(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23);
  const days = parseField(dayOfMonth, 1, 31);
  const months = parseField(month, 1, 12, MONTHS);
  const weekdays = parseField(dayOfWeek, 0, 6, WEEKDAYS);
  return {
    type: 'fields',
    minutes: minutes.values,
    hours: hours.values,
    daysOfMonth: days.values,
    months: months.values,
    daysOfWeek: weekdays.values,
    eitherDay: !days.star && !weekdays.star,
    ...(zone?.[1] && { timeZone: zone[1] }),
  };
}

const ZONE = /^(?:CRON_)?TZ=([^ ]*) /;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const EVERY = '@every ';
const NANOSECONDS_PER_SECOND = 1_000_000_000n;

function descriptor(text: string): CronSchedule {
  const fields = DESCRIPTORS[text];
  if (fields !== undefined) return parseCronSchedule(fields);
  if (!text.startsWith(EVERY)) throw new CronProblem(`unrecognized descriptor: ${text}`);
  try {
    // Whole seconds, one at least.
    const seconds = parseNanoseconds(text.slice(EVERY.length)) / NANOSECONDS_PER_SECOND;
    return { type: 'every', intervalMs: Math.max(Number(seconds), 1) * 1000 };
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new CronProblem(`failed to parse duration ${text}: ${error.message}`);
  }
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** Unrestricted. */
  readonly star: boolean;
}

function parseField(text: string, min: number, max: number, names: readonly string[] = []): Field {
  const values = new Set<number>();
  let star = false;
  for (const part of text.split(',')) if (part !== '') star = addRange(values, part, min, max, names) || star;
  return { values, star };
}

/** Adds one range; true when it is `*`. */
function addRange(values: Set<number>, text: string, min: number, max: number, names: readonly string[]): boolean {
  const [range = '', stepText, ...slashes] = text.split('/');
  const [lowText = '', highText, ...hyphens] = range.split('-');
  let star = lowText === '*' || lowText === '?';
  let low = min;
  let high = max;
  if (!star) {
    low = numberOrName(lowText, min, names);
    if (hyphens.length > 0) throw new CronProblem(`too many hyphens: ${text}`);
    high = highText === undefined ? low : numberOrName(highText, min, names);
  }
  let step = 1;
  if (slashes.length > 0) throw new CronProblem(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    step = wholeNumber(stepText);
    // `5/15` means from 5 to the end.
    if (highText === undefined) high = max;
    if (step > 1) star = false;
  }
  if (low < min) throw new CronProblem(`beginning of range (${low}) below minimum (${min}): ${text}`);
  if (high > max) throw new CronProblem(`end of range (${high}) above maximum (${max}): ${text}`);
  if (low > high) throw new CronProblem(`beginning of range (${low}) beyond end of range (${high}): ${text}`);
  if (step === 0) throw new CronProblem(`step of range should be a positive number: ${text}`);
  for (let value = low; value <= high; value += step) values.add(value);
  return star;
}

/** Names count from the field's minimum: `jan` is 1, `sun` is 0. */
function numberOrName(text: string, min: number, names: readonly string[]): number {
  const at = names.indexOf(text.toLowerCase());
  return at < 0 ? wholeNumber(text) : at + min;
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new CronProblem(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const value = Number(text);
  if (Math.abs(value) > MAX_INT64) {
    throw new CronProblem(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`,
    );
  }
  if (value < 0) throw new CronProblem(`negative number (${value}) not allowed: ${text}`);
  return value;
}

const MAX_INT64 = 2 ** 63;

import { type Cause, EXPLAINED } from './explained.ts';
import type { StepResult } from './replay.ts';

/**
 * What a difference comes to. `age`: only how long ago Events were, by a few seconds; the rules blank ages everywhere but at the beginning
 * of a line. `date`: only the dates of files.
 */
export type Verdict = 'identical' | 'age' | 'date' | Cause | 'unexplained';

/** The most that ages may differ by, in seconds, to be no more than another phase of the clock. */
const MAX_AGE_DIFFERENCE = 3;

/** @param number of the command in its session, from 1 */
export function verdictOf(transcript: string, number: number, { same, want, got }: StepResult): Verdict {
  const explained = EXPLAINED[transcript]?.[number];
  if (same) return explained === undefined ? 'identical' : 'unexplained';
  if (explained !== undefined) return explained;
  const [wanted, shown] = [want.map(withoutDate), got.map(withoutDate)];
  if (equal(wanted, shown)) return 'date';
  const [a, b] = [wanted.map(aged).sort(byText), shown.map(aged).sort(byText)];
  const areClose = a.every(({ age }, i) => Math.abs(age - (b[i]?.age ?? age)) <= MAX_AGE_DIFFERENCE);
  return areClose &&
    equal(
      a.map(({ text }) => text),
      b.map(({ text }) => text),
    )
    ? 'age'
    : 'unexplained';
}

const DATE = /\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ +\d\d:\d\d\b/g;
const withoutDate = (line: string): string => line.replace(DATE, '<date>');

interface Aged {
  readonly text: string;
  /** Seconds; 0 of lines that begin with no age. */
  readonly age: number;
}

function aged(line: string): Aged {
  const [whole, days, hours, minutes, seconds] = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?=\s)/.exec(
    line,
  ) ?? [''];
  if (whole === '') return { text: line, age: 0 };
  const [d = 0, h = 0, m = 0, s = 0] = [days, hours, minutes, seconds].map((part) => Number(part ?? 0));
  return { text: `<age>${line.slice(whole.length)}`, age: ((d * 24 + h) * 60 + m) * 60 + s };
}

/** Those of one text by age. */
const byText = (a: Aged, b: Aged): number => (a.text === b.text ? a.age - b.age : a.text < b.text ? -1 : 1);

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, i) => line === b[i]);

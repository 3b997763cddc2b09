import type { Clock } from '@tabernetes/base';

/** A line as klog writes warnings: level and date, time, thread, place, text. */
export const klogWarning = (clock: Clock, text: string, place = 'helpers.go:702'): string =>
  `W${stamp(clock)} ${place}] ${text}\n`;

function stamp(clock: Clock): string {
  const iso = new Date(clock.now()).toISOString();
  return `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000       1`;
}

import type { Pod } from '@tabernetes/api/types/core-v1';

/** When a container that has crashed is started again, as its status tells it. */
export interface BackOff {
  readonly container: string;
  /** Milliseconds since the epoch. */
  readonly endsMs: number;
  /** The whole wait, in milliseconds. */
  readonly waitMs: number;
  /** The restart that comes. */
  readonly restart: number;
}

/** The first back-off of a Pod that ends. Undefined: nothing waits, or nobody says how long (images, for one). */
export function backOffOf({ status = {} }: Pod): BackOff | undefined {
  let first: BackOff | undefined;
  for (const each of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const { name, state, lastState, restartCount = 0 } = each;
    const waitMs = durationMs(/^back-off (\S+) restarting/.exec(state?.waiting?.message ?? '')?.[1]);
    const sinceMs = Date.parse(lastState?.terminated?.finishedAt ?? '');
    if (waitMs === 0 || Number.isNaN(sinceMs)) continue;
    const endsMs = sinceMs + waitMs;
    if (first === undefined || endsMs < first.endsMs)
      first = { container: name, endsMs, waitMs, restart: restartCount + 1 };
  }
  return first;
}

/** `0:38`; zero when it is over. */
export function countdownText(endsMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((endsMs - nowMs) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `1m20s`, `5m0s`, `10s`. */
function durationMs(text: string | undefined): number {
  let sum = 0;
  for (const [, number, unit = ''] of (text ?? '').matchAll(/([\d.]+)(h|ms|m|s)/g)) {
    sum += Number(number) * (UNITS[unit] ?? 0);
  }
  return sum;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

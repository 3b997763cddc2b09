import { type ClockControl, realClock, virtualClock } from '@tabernetes/base';
import type { ClusterOptions } from './options.ts';

/** What a virtual clock shows at first. */
const VIRTUAL_START_MS = Date.UTC(2025, 0, 1);

/** The clock that a cluster asks for. */
export function clockOf({
  clock = 'real',
  speed = 1,
  keepsUp = false,
  startMs,
  restore,
}: ClusterOptions): ClockControl {
  return clock === 'virtual'
    ? virtualClock({ startMs: startMs ?? restore?.nowMs ?? VIRTUAL_START_MS })
    : realClock({ speed, keepsUp, ...(startMs !== undefined && { startMs }) });
}

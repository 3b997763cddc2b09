import type { Scheduler, SchedulerDeps, SchedulerOptions } from './options.ts';
import { SchedulerLoop } from './scheduler-loop.ts';

/**
 * Gives waiting Pods their nodes: one cycle after another decides and assumes, while earlier decisions are still being
 * written.
 *
 *   informers ──► snapshot, queue ──pop──► schedulePod ──► assume ──► write: volumes, binding, event
 *                     ▲                        └─ refused ─► queue; write: victims, event, status
 *                     └────────── what the writes change comes back as any other change
 */
export function createScheduler(deps: SchedulerDeps, options: SchedulerOptions = {}): Scheduler {
  return new SchedulerLoop(deps, options);
}

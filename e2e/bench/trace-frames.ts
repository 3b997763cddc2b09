/** An event of Chromium's trace; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Time of the processor: what other processes take of it does not count. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What a page's main thread did, in milliseconds of the processor's time. */
export interface FrameFigures {
  readonly frames: number;
  /** Scripting and layout of one frame: the middle, and what all but a twentieth stay below. */
  readonly middle: number;
  readonly most: number;
  readonly longestTask: number;
}

/** What counts as scripting and as layout; the outermost of them counts, painting does not. */
const WORK = new Set([
  'BlinkScheduler_PerformMicrotaskCheckpoint',
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FunctionCall',
  'HandlePostMessage',
  'Layout',
  'MajorGC',
  'MinorGC',
  'TimerFire',
  'UpdateLayoutTree',
  'V8.GCIncrementalMarking',
  'v8.callFunction',
]);
const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);

/** A frame ends when what was painted is put together. */
export function framesOf(events: readonly TraceEvent[]): FrameFigures {
  const main = mainThread(events)
    .filter(({ ph }) => ph === 'X')
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const frames: number[] = [];
  let work = 0;
  let longestTask = 0;
  let covered = Number.NEGATIVE_INFINITY;
  for (const { name, ts, dur = 0, tdur = dur } of main) {
    if (TASKS.has(name)) longestTask = Math.max(longestTask, tdur / 1_000);
    if (name === 'Layerize') {
      frames.push(work);
      work = 0;
    } else if (WORK.has(name) && ts >= covered) {
      work += tdur / 1_000;
      covered = ts + dur;
    }
  }
  frames.sort((a, b) => a - b);
  const at = (share: number): number => frames[Math.floor(frames.length * share)] ?? Number.NaN;
  return { frames: frames.length, middle: at(0.5), most: at(0.95), longestTask };
}

/** Of the renderers the one that does most: the page's. */
function mainThread(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const threads = new Map<string, TraceEvent[]>();
  for (const { ph, name, args, pid, tid } of events)
    if (ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain') threads.set(`${pid} ${tid}`, []);
  for (const event of events) threads.get(`${event.pid} ${event.tid}`)?.push(event);
  return [...threads.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

import type { Clock, Disposable } from '@tabernetes/base';
import type { ClusterEvent, EventAction } from '../framework/events.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { Heap } from './heap.ts';
import type { RequeueRules } from './requeue-rules.ts';

/** A Pod that waits for a node. */
export interface QueuedPod {
  info: PodInfo;
  /** Cycles so far. */
  attempts: number;
  /** When it entered the queue, or last failed, in milliseconds. */
  sinceMs: number;
  /** Grows with `sinceMs`, and tells apart what happened in the same millisecond. */
  order: number;
  /** Of its last activation; what is in the heap from earlier ones is void. */
  serial: number;
  /** Who refused it last. */
  plugins: ReadonlySet<string>;
  place: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'inCycle';
  timer?: Disposable;
}

/** Pods in each place. */
export type QueueCounts = Readonly<Record<QueuedPod['place'], number>>;

export interface SchedulingQueueDeps {
  readonly clock: Clock;
  readonly rules: RequeueRules;
  /** A text holds the Pod back. */
  readonly gate: (pod: PodInfo) => string | undefined;
  /** Called when a Pod becomes active: because something has changed, or because it has waited long enough. */
  readonly onActive: (cause: 'change' | 'time') => void;
}

/**
 * Pods that wait, in three places and a half:
 *
 *   add ──► active ──pop──► cycle ──bound──► gone
 *             ▲                │ refused
 *             │ time over      ▼
 *          backoff ◄──event── unschedulable (5 minutes at most)          gated: until the gates are gone
 *
 * What is active comes out by priority, then by time. A Pod that was refused stays away until an event may help it by
 * the word of a plugin that refused it, and backs off 1 s, 2 s, … 10 s by the number of its attempts.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/backend/queue/scheduling_queue.go
 */
export class SchedulingQueue implements Disposable {
  readonly #deps: SchedulingQueueDeps;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active = new Heap<Entry>(comesFirst);
  readonly #unschedulable = new Set<QueuedPod>();
  readonly #byPlugin = new Map<string, Set<QueuedPod>>();
  #flush: Disposable | undefined;
  #serial = 0;

  constructor(deps: SchedulingQueueDeps) {
    this.#deps = deps;
  }

  get(key: string): QueuedPod | undefined {
    return this.#pods.get(key);
  }
  /** Pods in each place. */
  counts(): QueueCounts {
    const counts = { active: 0, backoff: 0, unschedulable: 0, gated: 0, inCycle: 0 };
    for (const { place } of this.#pods.values()) counts[place]++;
    return counts;
  }

  add(info: PodInfo): void {
    const queued: QueuedPod = {
      info,
      attempts: 0,
      sinceMs: this.#deps.clock.now(),
      order: this.#serial++,
      serial: 0,
      plugins: NONE,
      place: 'inCycle',
    };
    this.delete(info.key);
    this.#pods.set(info.key, queued);
    this.#activate(queued);
  }

  /** The Pod's object has changed. */
  update(info: PodInfo): void {
    const queued = this.#pods.get(info.key);
    if (queued === undefined) {
      this.add(info);
      return;
    }
    const old = queued.info;
    queued.info = info;
    if (queued.place === 'gated') this.#activate(queued);
    else if (queued.place === 'unschedulable') {
      for (const action of changes(old, info)) {
        const event: ClusterEvent = { resource: 'Pod', action, object: info.pod, old: old.pod };
        if (!this.#helps(queued, event)) continue;
        this.#release(queued);
        return;
      }
    }
  }

  delete(key: string): void {
    const queued = this.#pods.get(key);
    if (queued === undefined) return;
    this.#leave(queued);
    this.#pods.delete(key);
  }

  /** The next Pod; it stays known until it is put back or deleted. */
  pop(): QueuedPod | undefined {
    for (;;) {
      const entry = this.#active.pop();
      if (entry === undefined) return undefined;
      const { queued, serial } = entry;
      if (queued.place !== 'active' || queued.serial !== serial || this.#pods.get(queued.info.key) !== queued) continue;
      queued.place = 'inCycle';
      queued.attempts++;
      return queued;
    }
  }
  get hasActive(): boolean {
    return this.#active.size > 0;
  }

  /** Plugins refused the Pod; without any, it waits for a node. */
  addUnschedulable(queued: QueuedPod, plugins: ReadonlySet<string>): void {
    if (this.#pods.get(queued.info.key) !== queued) return;
    this.#leave(queued);
    queued.plugins = plugins;
    this.#stamp(queued);
    queued.place = 'unschedulable';
    this.#unschedulable.add(queued);
    for (const plugin of plugins) {
      const pods = this.#byPlugin.get(plugin);
      if (pods === undefined) this.#byPlugin.set(plugin, new Set([queued]));
      else pods.add(queued);
    }
    this.#armFlush();
  }

  /** Something failed that has nothing to do with the Pod: it is tried again. */
  addBackoff(queued: QueuedPod): void {
    if (this.#pods.get(queued.info.key) !== queued) return;
    this.#leave(queued);
    queued.plugins = NONE;
    this.#stamp(queued);
    this.#release(queued);
  }

  /** Frees the Pods that the event may help. */
  move(event: ClusterEvent): void {
    if (this.#unschedulable.size === 0) return;
    if (event.resource === 'Node' && event.action === 'Add') {
      for (const queued of this.#unschedulable) if (queued.plugins.size === 0) this.#release(queued);
    }
    for (const plugin of this.#deps.rules.plugins(event)) {
      for (const queued of this.#byPlugin.get(plugin) ?? [])
        if (this.#deps.rules.helps(plugin, queued.info, event)) this.#release(queued);
    }
  }

  dispose(): void {
    for (const queued of this.#pods.values()) queued.timer?.dispose();
    this.#pods.clear();
    this.#unschedulable.clear();
    this.#byPlugin.clear();
    this.#flush?.dispose();
  }

  /** It has just failed. */
  #stamp(queued: QueuedPod): void {
    queued.sinceMs = this.#deps.clock.now();
    queued.order = this.#serial++;
  }

  #helps(queued: QueuedPod, event: ClusterEvent): boolean {
    for (const plugin of queued.plugins) if (this.#deps.rules.helps(plugin, queued.info, event)) return true;
    return false;
  }

  /** To the active Pods, or, before its time, to those that back off. */
  #release(queued: QueuedPod): void {
    this.#leave(queued);
    const waitMs = queued.sinceMs + backoffMs(queued.attempts) - this.#deps.clock.now();
    if (waitMs <= 0) {
      this.#activate(queued);
      return;
    }
    queued.place = 'backoff';
    // What has failed this often may fail for ever: nobody should wait for its end.
    const background = queued.plugins.size === 0 && queued.attempts > PATIENCE;
    queued.timer = this.#deps.clock.setTimer(waitMs, () => this.#activate(queued, 'time'), { background });
  }

  #activate(queued: QueuedPod, cause: 'change' | 'time' = 'change'): void {
    this.#leave(queued);
    if (this.#deps.gate(queued.info) !== undefined) {
      queued.place = 'gated';
      return;
    }
    queued.place = 'active';
    queued.serial = this.#serial++;
    this.#active.push({ queued, serial: queued.serial, priority: queued.info.priority, order: queued.order });
    this.#deps.onActive(cause);
  }

  #leave(queued: QueuedPod): void {
    queued.timer?.dispose();
    delete queued.timer;
    if (queued.place === 'unschedulable') {
      this.#unschedulable.delete(queued);
      for (const plugin of queued.plugins) {
        const pods = this.#byPlugin.get(plugin);
        if (pods?.delete(queued) && pods.size === 0) this.#byPlugin.delete(plugin);
      }
    }
    queued.place = 'inCycle';
  }

  #armFlush(): void {
    this.#flush ??= this.#deps.clock.setTimer(
      FLUSH_INTERVAL_MS,
      () => {
        this.#flush = undefined;
        const before = this.#deps.clock.now() - MAX_UNSCHEDULABLE_MS;
        for (const queued of this.#unschedulable) if (queued.sinceMs < before) this.#release(queued);
        if (this.#unschedulable.size > 0) this.#armFlush();
      },
      { background: true },
    );
  }
}

interface Entry {
  readonly queued: QueuedPod;
  readonly serial: number;
  readonly priority: number;
  readonly order: number;
}

const NONE: ReadonlySet<string> = new Set();
const FLUSH_INTERVAL_MS = 30_000;
const MAX_UNSCHEDULABLE_MS = 300_000;
const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 10_000;
const PATIENCE = 10;

/** PrioritySort, then first come, first served. */
function comesFirst(a: Entry, b: Entry): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.order < b.order;
}

const backoffMs = (attempts: number): number =>
  attempts === 0 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(attempts - 1, 10), LAST_BACKOFF_MS);

/** What about the Pod itself may make it schedulable. */
function changes(old: PodInfo, now: PodInfo): readonly EventAction[] {
  const found: EventAction[] = [];
  if (old.labels !== now.labels) found.push('UpdatePodLabel');
  if (old.spec.tolerations !== now.spec.tolerations) found.push('UpdatePodTolerations');
  if (old.requests.values.some((amount, i) => amount > (now.requests.values[i] ?? 0))) found.push('UpdatePodScaleDown');
  return found;
}

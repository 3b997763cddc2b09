import type { Container, Pod } from '@tabernetes/api/types/core-v1';
import { ContainerRun, type Pace } from './container-run.ts';
import { environmentNeeds, type Missing, type Need, volumeNeeds } from './needs.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** When something happens by itself, in milliseconds since the epoch, and whether `idle()` waits for it. */
export interface Due {
  readonly atMs: number;
  readonly background: boolean;
}

/**
 * What a hollow node makes of one Pod:
 *
 *   volumes ─► network ─► init containers, one after another ─► containers, all at once ─► the end, if they end
 *
 * {@link advance} brings it to a moment; nothing happens between two calls. It reads the Pod's spec as it was when it was bound.
 */
export class PodRun {
  readonly seenMs: number;
  readonly init: readonly ContainerRun[];
  readonly main: readonly ContainerRun[];
  /** The sandbox is there, and has an address. */
  networkUp = false;
  phase: PodPhase = 'Pending';
  /** Why it failed, when that was not for its containers. */
  verdict: { readonly reason: string; readonly message: string } | undefined;
  /** Whether the API server knows how far it has come. */
  reported: boolean;
  /** When it was told to go. */
  stoppingMs: number | undefined;
  readonly #pace: Pace;
  readonly #volumes: readonly Need[];
  readonly #deadlineMs: number;

  constructor(pod: Pod, nowMs: number, pace: Pace, newId: () => string) {
    const { status, spec } = pod;
    const {
      containers,
      initContainers = [],
      activeDeadlineSeconds,
      restartPolicy = 'Always',
    } = spec ?? { containers: [] };
    const ofJob = pod.metadata.ownerReferences?.some((o) => o.controller === true && o.kind === 'Job') ?? false;
    const firstReason = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    const podName = nameOf(pod);
    const make = (container: Container, init: boolean): ContainerRun => {
      const known = (init ? status?.initContainerStatuses : status?.containerStatuses)?.find(
        ({ name }) => name === container.name,
      );
      return new ContainerRun(container, { init, restartPolicy, ofJob, pace, firstReason, podName, newId }, known);
    };
    this.#pace = pace;
    this.seenMs = Date.parse(status?.startTime ?? '') || nowMs;
    this.init = initContainers.map((c) => make(c, true));
    this.main = containers.map((c) => make(c, false));
    this.#volumes = volumeNeeds(pod);
    this.#deadlineMs = activeDeadlineSeconds === undefined ? NEVER : this.seenMs + activeDeadlineSeconds * 1000;
    // A kubelet that comes back goes on where the last one stopped.
    this.reported = status?.hostIP !== undefined;
    this.networkUp = status?.podIP !== undefined;
    this.phase = (status?.phase as PodPhase | undefined) ?? 'Pending';
  }

  get finished(): boolean {
    return this.phase === 'Succeeded' || this.phase === 'Failed';
  }

  /** All that has happened by `nowMs`. True when something has. */
  advance(nowMs: number, missing: Missing): boolean {
    if (this.finished) return false;
    if (this.#deadlineMs <= nowMs) {
      this.#fail(nowMs);
      return true;
    }
    let changed = false;
    if (!this.networkUp) {
      if (nowMs < this.seenMs + this.#pace.startMs) return false;
      if (this.#volumes.some((need) => missing(need) !== undefined)) return false;
      this.networkUp = true;
      changed = true;
    }
    for (const run of this.init) {
      changed = run.advance(nowMs, missing) || changed;
      if (run.passed) continue;
      if (run.over) this.phase = 'Failed';
      return changed;
    }
    for (const run of this.main) changed = run.advance(nowMs, missing) || changed;
    if (!changed) return false;
    this.phase = this.#phaseOfContainers();
    if (this.finished) for (const run of this.init) run.stop(nowMs, 0);
    return true;
  }

  /** Ends everything that runs, as a kubelet does before it lets go of a Pod. */
  stop(nowMs: number): void {
    for (const run of [...this.init, ...this.main]) run.stop(nowMs, KILLED);
    if (!this.finished) this.phase = this.main.every((run) => run.exitCode === 0 && run.over) ? 'Succeeded' : 'Failed';
  }

  /** The next thing after `nowMs`, to which it was advanced. Undefined: nothing will happen by itself. */
  due(nowMs: number): Due | undefined {
    if (this.finished) return undefined;
    let atMs = this.#deadlineMs;
    // A deadline is for what may never come: nobody waits for it.
    let foregroundMs = NEVER;
    if (!this.networkUp) {
      const startMs = this.seenMs + this.#pace.startMs;
      // After that it waits for a ConfigMap or Secret, for which there is no telling.
      if (startMs > nowMs) foregroundMs = startMs;
      atMs = Math.min(atMs, foregroundMs);
    } else {
      const current = this.init.find((run) => !run.passed);
      for (const run of [...(current ? [current] : this.main), ...this.init]) {
        atMs = Math.min(atMs, run.dueMs);
        if (!run.endless) foregroundMs = Math.min(foregroundMs, run.dueMs);
      }
    }
    return atMs === NEVER ? undefined : { atMs, background: foregroundMs === NEVER };
  }

  /** ConfigMaps and Secrets whose coming may change something. */
  get awaited(): readonly Need[] {
    if (this.finished) return [];
    const waiting = [...this.init, ...this.main].filter((run) => run.phase === 'waiting');
    return [...(this.networkUp ? [] : this.#volumes), ...waiting.flatMap((run) => environmentNeeds(run.container))];
  }

  #phaseOfContainers(): PodPhase {
    if (this.main.some((run) => run.phase === 'waiting' && run.last === undefined)) return 'Pending';
    if (!this.main.every((run) => run.over)) return 'Running';
    return this.main.every((run) => run.exitCode === 0) ? 'Succeeded' : 'Failed';
  }

  #fail(nowMs: number): void {
    for (const run of [...this.init, ...this.main]) run.stop(nowMs, KILLED);
    this.phase = 'Failed';
    this.verdict = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
  }
}

const NEVER = Number.POSITIVE_INFINITY;
/** 128 and the number of SIGKILL. */
const KILLED = 137;

const nameOf = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

import type { Container, ContainerStateTerminated, ContainerStatus } from '@tabernetes/api/types/core-v1';
import { rfc3339 } from '@tabernetes/apimachinery';
import { outcomeOf } from './command.ts';
import { pullFailure } from './image.ts';
import { environmentNeeds, type Missing } from './needs.ts';

/** How long things take, in milliseconds. */
export interface Pace {
  /** From binding to Running. */
  readonly startMs: number;
  /** What a container that ends is seen running at least. */
  readonly runMs: number;
  /** From being told to go to being gone. */
  readonly stopMs: number;
}

export interface ContainerOfPod {
  readonly init: boolean;
  readonly restartPolicy: string;
  /** Whether a Job owns the Pod, and counts how often it fails. */
  readonly ofJob: boolean;
  readonly pace: Pace;
  /** What it waits for at first: `ContainerCreating` or `PodInitializing`. */
  readonly firstReason: string;
  /** As a kubelet names Pods: `name_namespace(uid)`. */
  readonly podName: string;
  /** `containerd://` and 64 hexadecimal digits, new ones each time. */
  readonly newId: () => string;
}

/**
 * One container:
 *
 *   waiting ─► running ─► ended            ended ─► waiting (CrashLoopBackOff) ─► running, when it is to be restarted
 *      └─► ErrImagePull ─► ImagePullBackOff, CreateContainerConfigError
 */
export class ContainerRun {
  readonly container: Container;
  readonly init: boolean;
  readonly sidecar: boolean;
  phase: 'waiting' | 'running' | 'ended' = 'waiting';
  reason: string;
  message: string | undefined;
  startedMs = 0;
  endedMs = 0;
  exitCode = 0;
  restarts = 0;
  /** How it ended before, when it was restarted. */
  last: ContainerStateTerminated | undefined;
  id: string | undefined;
  /** When it changes by itself. */
  dueMs = NEVER;
  readonly #pod: ContainerOfPod;

  constructor(container: Container, pod: ContainerOfPod, known?: ContainerStatus) {
    this.container = container;
    this.#pod = pod;
    this.init = pod.init;
    this.sidecar = pod.init && container.restartPolicy === 'Always';
    this.reason = pod.firstReason;
    if (known !== undefined) this.#adopt(known);
  }

  /** Ended for good. */
  get over(): boolean {
    return this.phase === 'ended';
  }
  /** Of an init container: what comes after it may start. */
  get passed(): boolean {
    return this.sidecar ? this.phase === 'running' || this.restarts > 0 : this.over && this.exitCode === 0;
  }
  /** What it waits for comes again and again. */
  get endless(): boolean {
    return this.phase === 'waiting' && this.last !== undefined && !this.#pod.ofJob;
  }

  /** True when something has happened. */
  advance(nowMs: number, missing: Missing): boolean {
    let changed = false;
    while (this.#step(nowMs, missing)) changed = true;
    return changed;
  }

  stop(nowMs: number, exitCode: number): void {
    if (this.phase !== 'running') return;
    this.#end(nowMs, exitCode);
  }

  terminated(): ContainerStateTerminated {
    return {
      exitCode: this.exitCode,
      reason: this.exitCode === 0 ? 'Completed' : 'Error',
      startedAt: rfc3339(this.startedMs),
      finishedAt: rfc3339(this.endedMs),
      ...(this.id !== undefined && { containerID: this.id }),
    };
  }

  #step(nowMs: number, missing: Missing): boolean {
    if (this.phase === 'ended') return false;
    if (this.phase === 'waiting') {
      if (this.reason === BACK_OFF || this.reason === PULL_FAILED) {
        if (nowMs < this.dueMs) return false;
        if (this.reason === PULL_FAILED) {
          this.#wait(
            'ImagePullBackOff',
            `Back-off pulling image "${this.container.image}": ErrImagePull: ${this.message}`,
          );
          return true;
        }
        this.restarts++;
      }
      return this.#start(nowMs, missing);
    }
    if (nowMs < this.dueMs) return false;
    this.#end(this.dueMs, this.#exit?.exitCode ?? 0);
    if (this.#isRestarted()) {
      const waitMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.restarts, LAST_BACK_OFF_MS);
      this.last = this.terminated();
      const { podName } = this.#pod;
      this.#wait(
        BACK_OFF,
        `back-off ${backOffText(waitMs)} restarting failed container=${this.container.name} pod=${podName}`,
        this.endedMs + waitMs,
      );
    }
    return true;
  }

  #start(nowMs: number, missing: Missing): boolean {
    if (this.reason === 'ImagePullBackOff') return false;
    const { image = '' } = this.container;
    const failure = pullFailure(image);
    if (failure !== undefined) {
      this.#wait(PULL_FAILED, failure, nowMs + PULL_FAILURE_SHOWN_MS);
      return true;
    }
    for (const need of environmentNeeds(this.container)) {
      const message = missing(need);
      if (message === undefined) continue;
      if (this.reason === 'CreateContainerConfigError' && this.message === message) return false;
      this.#wait('CreateContainerConfigError', message);
      return true;
    }
    this.phase = 'running';
    this.message = undefined;
    this.startedMs = nowMs;
    this.id = this.#pod.newId();
    this.dueMs = this.#endMs();
    return true;
  }

  /** When what was started ends. */
  #endMs(): number {
    const exit = this.#exit;
    return exit === undefined ? NEVER : this.startedMs + Math.max(exit.afterMs, this.#pod.pace.runMs);
  }

  /** How it ends; undefined: it does not. */
  get #exit(): { readonly afterMs: number; readonly exitCode: number } | undefined {
    const outcome = outcomeOf(this.container);
    if (outcome !== undefined) return outcome.ends ? outcome : undefined;
    if (this.sidecar) return undefined;
    const { init, restartPolicy } = this.#pod;
    // What nobody can see through, and is made to end, has ended well. An image's own program is taken for a server.
    const isTask = restartPolicy !== 'Always' && this.container.command !== undefined;
    return init || isTask ? { afterMs: 0, exitCode: 0 } : undefined;
  }

  #end(atMs: number, exitCode: number): void {
    this.phase = 'ended';
    this.endedMs = atMs;
    this.exitCode = exitCode;
    this.dueMs = NEVER;
  }

  #wait(reason: string, message: string, dueMs = NEVER): void {
    this.phase = 'waiting';
    this.reason = reason;
    this.message = message;
    this.dueMs = dueMs;
  }

  #isRestarted(): boolean {
    const { init, restartPolicy } = this.#pod;
    if (this.sidecar) return true;
    if (restartPolicy === 'Never') return false;
    return this.exitCode !== 0 || (restartPolicy === 'Always' && !init);
  }

  #adopt({ state, lastState, restartCount = 0, containerID }: ContainerStatus): void {
    this.restarts = restartCount;
    this.id = containerID;
    this.last = lastState?.terminated;
    const { running, terminated, waiting } = state ?? {};
    if (running) {
      this.phase = 'running';
      this.startedMs = Date.parse(running.startedAt ?? '') || 0;
      this.dueMs = this.#endMs();
    } else if (terminated) {
      this.phase = 'ended';
      this.startedMs = Date.parse(terminated.startedAt ?? '') || 0;
      this.endedMs = Date.parse(terminated.finishedAt ?? '') || 0;
      this.exitCode = terminated.exitCode;
    } else if (waiting?.reason === BACK_OFF && this.last !== undefined) {
      const endedMs = Date.parse(this.last.finishedAt ?? '') || 0;
      const waitMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.restarts, LAST_BACK_OFF_MS);
      this.#wait(BACK_OFF, waiting.message ?? '', endedMs + waitMs);
    }
  }
}

const NEVER = Number.POSITIVE_INFINITY;
const BACK_OFF = 'CrashLoopBackOff';
const PULL_FAILED = 'ErrImagePull';
const PULL_FAILURE_SHOWN_MS = 1_000;
const FIRST_BACK_OFF_MS = 10_000;
const LAST_BACK_OFF_MS = 300_000;

/** As Go prints durations: 10s, 1m20s, 5m0s. */
function backOffText(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

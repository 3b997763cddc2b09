import type { Clock, Rng } from '@tabernetes/base';
import type { Net } from '@tabernetes/node-api';
import type { MountTable } from '../file-system/mounts.ts';
import type { Proc } from './proc.ts';

/** What the processes of one container share. */
export interface World {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly hostname: string;
  readonly net: Net;
  readonly mounts: MountTable;
  readonly meter: CpuMeter;
  /** Processes of this container, in the order of their start. */
  readonly processes: Set<Proc>;
  /** Undefined: as much as there is. */
  readonly cpuLimitMillicores: number | undefined;
  readonly image: string;
  /** What a slice of computing takes on machines that are not of the cluster, instead of virtual time. */
  readonly rest?: () => Promise<void>;
  /** A process uses more or less memory than before. */
  memoryChanged(): void;
  /** Files in memory are about to take so much more. False: there is no room for that, and the process that writes is to be killed. */
  charge?(bytes: number): boolean;
  /** The runtime itself is about to kill a process, and says why. */
  killing?(why: string, code: 'overrun' | 'memory'): void;
  /** A program threw what no program should. */
  onError(error: unknown): void;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly capabilities: {
    readonly effective: bigint;
    readonly noNewPrivileges: boolean;
    /** A seccomp profile says which system calls there are. */
    readonly filtersCalls?: boolean;
  };
}

/** Usage is told as the mean over about this long, as metrics-server does. */
const WINDOW_MS = 10_000;

/** Steps of programs (a statement, a read, a write) that count as one millisecond of CPU time. */
const STEPS_PER_SLICE = 1000;
/** Who computes less than a fifth of the time is idle mostly. */
const IDLE_SHARE = 5;

/** CPU time of a container, worked out when somebody asks. */
export class CpuMeter {
  #totalNs = 0;
  #rateMillicores = 0;
  #sinceMs: number;
  #askedMs: number;
  #askedNs = 0;
  #steps = 0;
  #slices = 0;
  #busySinceMs: number;
  #busyMs = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#askedMs = nowMs;
    this.#busySinceMs = nowMs;
  }

  /** What is used from now on. */
  rate(millicores: number, nowMs: number): void {
    this.#totalNs = this.total(nowMs);
    this.#sinceMs = nowMs;
    this.#rateMillicores = millicores;
  }

  charge(milliseconds: number): void {
    this.#totalNs += milliseconds * 1_000_000;
  }

  /** Counts steps of a program. True: whoever took them has computed for a slice, and is to sleep it. */
  step(count: number): boolean {
    this.#steps += count;
    return this.#steps >= STEPS_PER_SLICE;
  }

  /** A process sleeps by itself: what it has computed so far was not worth a slice. */
  rested(): void {
    this.#steps = 0;
  }

  /**
   * Ends a slice of all processes together, or a pair that only ever waits for each other (`yes | cat`) would be two that never
   * compute. Returns the milliseconds that it took: one at first; who goes on and on pays 10, then 100, then a second for the same
   * work, so that hours of it stay affordable.
   */
  slice(nowMs: number): number {
    this.#steps = 0;
    // Mostly idle in between: nothing that goes on and on.
    if (nowMs - this.#busySinceMs > IDLE_SHARE * this.#busyMs) {
      this.#busySinceMs = nowMs;
      this.#busyMs = 0;
      this.#slices = 0;
    }
    this.#slices++;
    const tookMs = this.#slices <= 100 ? 1 : this.#slices <= 200 ? 10 : this.#slices <= 400 ? 100 : 1000;
    this.#busyMs += tookMs;
    this.charge(tookMs);
    return tookMs;
  }

  /** Nobody who waits for the world to come to rest can wait for this. */
  get isEndless(): boolean {
    return this.#slices > 200;
  }

  /** Nanoseconds since the start. */
  total(nowMs: number): number {
    return this.#totalNs + (nowMs - this.#sinceMs) * this.#rateMillicores * 1_000;
  }

  /** Millicores in the mean since the question before, or since the start of the window. */
  mean(nowMs: number): number {
    const total = this.total(nowMs);
    const elapsedMs = nowMs - this.#askedMs;
    if (elapsedMs < WINDOW_MS)
      return elapsedMs > 0 && this.#askedMs > 0 ? (total - this.#askedNs) / elapsedMs / 1_000 : this.#rateMillicores;
    const mean = (total - this.#askedNs) / elapsedMs / 1_000;
    this.#askedMs = nowMs;
    this.#askedNs = total;
    return mean;
  }

  get millicores(): number {
    return this.#rateMillicores;
  }
}

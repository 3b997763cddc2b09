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
  /** A program threw what no program should. */
  onError(error: unknown): void;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly capabilities: { readonly effective: bigint; readonly noNewPrivileges: boolean };
}

/** Usage is told as the mean over about this long, as metrics-server does. */
const WINDOW_MS = 10_000;

/** CPU time of a container, worked out when somebody asks. */
export class CpuMeter {
  #totalNs = 0;
  #rateMillicores = 0;
  #sinceMs: number;
  #askedMs: number;
  #askedNs = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#askedMs = nowMs;
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

import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import type { Explanation } from './explain.ts';
import type { Profile } from './framework/profile.ts';
import type { QueueCounts } from './queue/scheduling-queue.ts';

export interface SchedulerDeps {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  /** Draws among equal nodes. */
  readonly rng: Rng;
  /** Told of what could not be written; the Pod is tried again all the same. */
  readonly onError: (error: unknown) => void;
}

export interface SchedulerOptions {
  /** One per schedulerName. Default: `default-scheduler` with the plugins of 1.32. */
  readonly profiles?: readonly Profile[];
  /** The machine it runs on, as events name it after the reporting controller. Default `vm`. */
  readonly hostName?: string;
  /** For how many Pods the last decision can be explained. Default 256. */
  readonly explainedPods?: number;
}

/** kube-scheduler. */
export interface Scheduler extends Disposable {
  /** Resolves when the caches are synced and scheduling has begun. */
  start(): Promise<void>;
  /** The last decision about a Pod by `namespace/name`, if it is among the latest. */
  explain(podKey: string): Explanation | undefined;
  /** Pods in each place of the queue. */
  queue(): QueueCounts;
  /** Resolves when all events recorded so far have been written. */
  flushEvents(): Promise<void>;
}

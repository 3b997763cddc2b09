import { parseQuantity } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { EventRecorder } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import { podUid } from '../pod/pod-view.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import type { Timing } from '../timing.ts';
import { hasStorageLimits, storageExcess } from './eviction.ts';
import { createImageCollector } from './image-collector.ts';
import type { NodeAgent } from './node-agent.ts';
import { isShort, nodePressure, type PodUsage, type Pressure } from './node-pressure.ts';

export interface ResourceGuardDeps {
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
  readonly agent: NodeAgent;
  readonly timing: Timing;
  /** By uid. */
  readonly workers: ReadonlyMap<string, PodWorker>;
}

export interface ResourceGuardOptions {
  readonly capacity: Readonly<Record<string, string>>;
}

/** Sees to it that Pods leave a node enough of its memory and disk, and to those that may use only so much. */
export interface ResourceGuard {
  start(): void;
  stop(): void;
  /** There is a Pod whose local storage has a limit. */
  watchStorage(): void;
  /** Ends Pods, one at a time, while there is not enough for all of them. */
  relieve(): void;
  forget(uid: string): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/eviction/eviction_manager.go */
export function createResourceGuard(
  { clock, runtime, recorder, agent, timing, workers }: ResourceGuardDeps,
  { capacity }: ResourceGuardOptions,
): ResourceGuard {
  const diskBytes = capacity['ephemeral-storage'] && parseQuantity(capacity['ephemeral-storage']).value();
  /** Since when Pods are known to use more local storage than they may, by uid. */
  const excessiveSinceMs = new Map<string, number>();
  // Pressure is told for some time after it is over, lest Pods come back at once.
  let memoryShortMs = Number.NEGATIVE_INFINITY;
  let diskShortMs = Number.NEGATIVE_INFINITY;
  let running = false;
  let storage: Disposable | undefined;
  let collection: Disposable | undefined;
  const images = createImageCollector({
    clock,
    runtime,
    inUse: () => new Set([...workers.values()].flatMap(({ containers }) => containers.imageRefs())),
    warn: (reason, message) => recorder.event(agent.reference, 'Warning', reason, message),
  });

  function watchStorage(): void {
    storage ??= clock.setTimer(
      STORAGE_PERIOD_MS,
      () => {
        storage = undefined;
        let more = false;
        for (const worker of workers.values()) {
          if (worker.state !== 'syncing' || !hasStorageLimits(worker.pod)) continue;
          more = true;
          judge(worker);
        }
        if (more && running) watchStorage();
      },
      { background: true },
    );
  }

  function judge(worker: PodWorker): void {
    const uid = podUid(worker.pod);
    const message = storageExcess(worker.pod, worker.volumes, worker.containers.see(), runtime);
    if (message === undefined) {
      excessiveSinceMs.delete(uid);
      return;
    }
    const sinceMs = excessiveSinceMs.get(uid) ?? clock.now();
    excessiveSinceMs.set(uid, sinceMs);
    if (clock.now() - sinceMs < timing.storageStatsAgeMs) return;
    recorder.event(worker.pod, 'Warning', 'Evicted', message);
    worker.evict({ reason: 'Evicted', message }, 0);
  }

  /** Of all Pods together, and of images. */
  function used(): { readonly memoryBytes: number; readonly diskBytes: number } {
    let { memoryBytes, ephemeralBytes: diskBytes } = runtime.totalUsage();
    for (const worker of workers.values()) {
      const emptyDirs = worker.volumes.emptyDirUse();
      memoryBytes += emptyDirs.memoryBytes;
      diskBytes += emptyDirs.diskBytes;
    }
    return { memoryBytes, diskBytes: diskBytes + images.bytes() };
  }

  /** Pods are looked at one by one only when there is not enough for all of them. */
  function pressureNow(): Pressure | undefined {
    return isShort(used(), capacity) ? nodePressure(usages(), capacity, images.bytes()) : undefined;
  }

  function usages(): readonly PodUsage[] {
    const all: PodUsage[] = [];
    for (const worker of workers.values()) if (worker.state === 'syncing') all.push(usageOf(worker));
    return all;
  }

  function usageOf(worker: PodWorker): PodUsage {
    const containers = worker.containers.see().containers.flatMap(({ id, name, state }) => {
      if (state !== 'running') return [];
      const usage = runtime.usage(id);
      return [{ name, memoryBytes: usage.memoryBytes, diskBytes: usage.ephemeralBytes }];
    });
    let { memoryBytes, diskBytes } = worker.volumes.emptyDirUse();
    for (const container of containers) {
      memoryBytes += container.memoryBytes;
      diskBytes += container.diskBytes;
    }
    return { pod: worker.pod, memoryBytes, diskBytes, containers };
  }

  function collectImages(): void {
    collection = clock.setTimer(
      IMAGE_PERIOD_MS,
      () => {
        if (diskBytes) images.collect(used().diskBytes, diskBytes);
        collectImages();
      },
      { background: true },
    );
  }

  return {
    start() {
      running = true;
      collectImages();
      for (const { pod } of workers.values()) if (hasStorageLimits(pod)) watchStorage();
    },
    stop() {
      running = false;
      collection?.dispose();
      storage?.dispose();
      storage = undefined;
    },
    watchStorage,
    relieve() {
      let pressure = pressureNow();
      const now = clock.now();
      if (pressure?.resource === 'memory') memoryShortMs = now;
      if (pressure?.resource === 'ephemeral-storage') diskShortMs = now;
      const memoryPressure = now - memoryShortMs < PRESSURE_MS;
      const diskPressure = now - diskShortMs < PRESSURE_MS;
      const before = agent.trouble;
      if ((before.memoryPressure ?? false) !== memoryPressure || (before.diskPressure ?? false) !== diskPressure) {
        agent.setTrouble({ ...before, memoryPressure, diskPressure });
      }
      // Images that nobody uses go before Pods do.
      if (pressure?.resource === 'ephemeral-storage') {
        images.removeUnused();
        pressure = pressureNow();
      }
      if (pressure === undefined) return;
      const { message, victim } = pressure;
      recorder.event(victim, 'Warning', 'Evicted', message);
      workers.get(podUid(victim))?.evict({ reason: 'Evicted', message, disruption: true }, 0);
    },
    forget: (uid) => void excessiveSinceMs.delete(uid),
  };
}

const STORAGE_PERIOD_MS = 10_000;
const PRESSURE_MS = 300_000;
const IMAGE_PERIOD_MS = 300_000;

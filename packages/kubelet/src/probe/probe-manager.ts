import type { ContainerStatus, Pod, PodStatus } from '@tabernetes/api/types/core-v1';
import type { Clock } from '@tabernetes/base';
import type { EventRecorder } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import type { ProbeResults } from '../pod/kill-reason.ts';
import { isSidecar } from '../pod/pod-view.ts';
import type { SeenPod } from '../pod/runtime-status.ts';
import type { ProbeView } from '../status/pod-status.ts';
import { type ProbeCounts, type ProbeTick, type ProbeType, ProbeWorker } from './probe-worker.ts';

export interface ProbeManagerDeps {
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
  /** What a probe takes beside what the container takes, in milliseconds; default none. */
  readonly probeMs?: number;
  /** True of a container that is to fail its probes, whatever it would answer. Default: none is. */
  readonly isUnwell?: ((pod: Pod, container: string) => boolean) | undefined;
}

/** A probe of a container, and how it was answered lately. */
export interface ProbeHistory {
  readonly container: string;
  readonly type: ProbeType;
  /** The last twenty answers, oldest first. */
  readonly ticks: readonly ProbeTick[];
}

export interface ContainerProbeCounts extends ProbeCounts {
  readonly container: string;
}

/** The probes of one Pod. */
export interface PodProbes extends ProbeView, ProbeResults {
  /** The status that has just been worked out: who is new is probed, and where `asks`, who is not ready is asked at once. */
  look(status: PodStatus, seen: SeenPod, asks: boolean): void;
  /** The Pod ends: it is not restarted any more. */
  stopLivenessAndStartup(): void;
  stop(): void;
  /** Of the probes that go on. */
  counts(): readonly ContainerProbeCounts[];
  history(): readonly ProbeHistory[];
}

/** Who is told of the probes of a Pod. */
export interface ProbeListener {
  /** A result has changed. */
  readonly onChange: () => void;
  /** There is a container whose probing begins. */
  readonly onBegin: () => void;
}

export interface ProbeManager {
  /** Undefined: none of its containers has a probe. */
  add(pod: () => Pod, listener: ProbeListener): PodProbes | undefined;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/prober_manager.go */
export function createProbeManager(deps: ProbeManagerDeps): ProbeManager {
  return {
    add(pod, listener) {
      const workers = new Map<string, Partial<Record<ProbeType, ProbeWorker>>>();
      let podIP = '';
      const { containers = [], initContainers = [] } = pod().spec ?? {};
      for (const container of [...initContainers.filter(isSidecar), ...containers]) {
        const own: Partial<Record<ProbeType, ProbeWorker>> = {};
        const workerDeps = { pod, podIP: () => podIP, ...listener, ...deps };
        const { startupProbe, readinessProbe, livenessProbe } = container;
        if (startupProbe) own.Startup = new ProbeWorker(workerDeps, 'Startup', container, startupProbe);
        if (readinessProbe) own.Readiness = new ProbeWorker(workerDeps, 'Readiness', container, readinessProbe);
        if (livenessProbe) own.Liveness = new ProbeWorker(workerDeps, 'Liveness', container, livenessProbe);
        if (startupProbe || readinessProbe || livenessProbe) workers.set(container.name, own);
      }
      if (workers.size === 0) return undefined;
      const each = (act: (worker: ProbeWorker) => void): void => {
        for (const own of workers.values()) for (const worker of Object.values(own)) act(worker);
      };
      const byId = (id: string, type: ProbeType): boolean | undefined => {
        for (const own of workers.values()) {
          const result = own[type]?.result(id);
          if (result !== undefined) return result;
        }
        return undefined;
      };
      return {
        started(id, name) {
          const startup = workers.get(name)?.Startup;
          return startup === undefined || startup.result(id) === true;
        },
        ready(id, name) {
          const readiness = workers.get(name)?.Readiness;
          return readiness === undefined || readiness.result(id) === true;
        },
        liveness: (id) => byId(id, 'Liveness'),
        startup: (id) => byId(id, 'Startup'),
        look(status, seen, asks) {
          podIP = status.podIP ?? '';
          const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
          for (const [name, own] of workers) {
            const found = statuses.find((s) => s.name === name);
            const target = found && probed(found, seen);
            for (const worker of Object.values(own)) worker.look(target);
            if (asks && target !== undefined && own.Readiness?.result(target.id) !== true) {
              own.Readiness?.askNow();
            }
          }
        },
        stopLivenessAndStartup: () =>
          each((worker) => {
            if (worker.type !== 'Readiness') worker.stop();
          }),
        stop: () => each((worker) => worker.stop()),
        counts: () =>
          [...workers].flatMap(([container, own]) =>
            Object.values(own).flatMap(({ counts }) => (counts === undefined ? [] : [{ container, ...counts }])),
          ),
        history: () =>
          [...workers].flatMap(([container, own]) =>
            Object.values(own).map(({ type, ticks }) => ({ container, type, ticks: [...ticks] })),
          ),
      };
    },
  };
}

function probed(status: ContainerStatus, seen: SeenPod) {
  if (status.state?.running === undefined) return undefined;
  const id = status.containerID?.slice('containerd://'.length) ?? '';
  const startedMs = seen.containers.find((c) => c.id === id)?.startedMs ?? 0;
  return { id, startedMs, started: status.started === true };
}

/** Of Pods without probes. */
export const NO_PROBES: PodProbes = {
  started: () => true,
  ready: () => true,
  liveness: () => undefined,
  startup: () => undefined,
  look: () => undefined,
  stopLivenessAndStartup: () => undefined,
  stop: () => undefined,
  counts: () => [],
  history: () => [],
};

import type { ContainerState, ContainerStateTerminated, ContainerStatus, Pod } from '../generated/core-v1.ts';
import { podCondition } from './conditions.ts';
import { isRestartableInit } from './containers.ts';

/** What `kubectl get pods` says of a Pod in three columns. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`, … */
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339; when the container ended that was restarted last. */
  readonly lastRestart?: string;
}

/** Pods are frozen, so what is said of one never changes. */
const remembered = new WeakMap<Pod, PodSummary>();

/**
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/printers/internalversion/printers.go printPod
 */
export function podSummary(pod: Pod): PodSummary {
  const known = remembered.get(pod);
  if (known !== undefined) return known;
  const summary = summarize(pod);
  if (Object.isFrozen(pod)) remembered.set(pod, summary);
  return summary;
}

function summarize(pod: Pod): PodSummary {
  const { spec, status = {} } = pod;
  const initial = summarizeInit(pod);
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  let text = initial.status ?? (gated ? 'SchedulingGated' : status.reason || (status.phase ?? ''));
  let { ready } = initial;
  let restarts = initial.all;
  // Once initialized, only restarts of sidecars count beside those of the containers themselves.
  if (initial.status === undefined || podCondition(status, 'Initialized')?.status === 'True') {
    restarts = { ...initial.sidecars };
    let anyRunning = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      count(restarts, container);
      const reason = stateReason(container.state);
      if (reason !== undefined) text = reason;
      else if (container.ready && container.state?.running) {
        anyRunning = true;
        ready++;
      }
    }
    if (text === 'Completed' && anyRunning) {
      text = podCondition(status, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
    }
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') text = 'Unknown';
    else if (status.phase !== 'Failed' && status.phase !== 'Succeeded') text = 'Terminating';
  }
  const sidecars = (spec?.initContainers ?? []).filter(isRestartableInit).length;
  return {
    ready,
    total: (spec?.containers ?? []).length + sidecars,
    status: text,
    restarts: restarts.count,
    ...(restarts.last !== undefined && { lastRestart: restarts.last }),
  };
}

interface Restarts {
  count: number;
  last?: string | undefined;
}

function count(restarts: Restarts, { restartCount, lastState }: ContainerStatus): void {
  restarts.count += restartCount ?? 0;
  const ended = lastState?.terminated?.finishedAt;
  // RFC 3339 in UTC and seconds sorts as text.
  if (ended && (restarts.last === undefined || restarts.last < ended)) restarts.last = ended;
}

interface InitSummary {
  /** Undefined: nothing is being initialized. */
  readonly status?: string;
  readonly ready: number;
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

/** Goes through the init containers up to the first one that is not done. */
function summarizeInit({ spec, status = {} }: Pod): InitSummary {
  const all: Restarts = { count: 0 };
  const sidecars: Restarts = { count: 0 };
  const sidecarNames = new Set((spec?.initContainers ?? []).filter(isRestartableInit).map(({ name }) => name));
  const total = spec?.initContainers?.length ?? 0;
  let ready = 0;
  for (const [i, container] of (status.initContainerStatuses ?? []).entries()) {
    count(all, container);
    const isSidecar = sidecarNames.has(container.name);
    if (isSidecar) count(sidecars, container);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && container.started) {
      if (container.ready) ready++;
      continue;
    }
    const reason = terminated
      ? endReason(terminated)
      : waiting?.reason && waiting.reason !== 'PodInitializing'
        ? waiting.reason
        : `${i}/${total}`;
    return { status: `Init:${reason}`, ready, all, sidecars };
  }
  return { ready, all, sidecars };
}

function stateReason(state: ContainerState | undefined): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  return state?.terminated && endReason(state.terminated);
}

const endReason = ({ reason, signal, exitCode }: ContainerStateTerminated): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

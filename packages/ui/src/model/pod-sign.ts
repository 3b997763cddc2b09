import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';

/** How a Pod is shown; colours and marks follow from it. */
export type Sign =
  | 'ready'
  | 'running'
  | 'waiting'
  | 'backoff'
  | 'failed'
  | 'succeeded'
  | 'terminating'
  | 'unschedulable';

export interface PodSign {
  readonly sign: Sign;
  /** The word that `kubectl get pods` has in its STATUS column. */
  readonly status: string;
  /** Ready containers and all of them. */
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
}

const BACK_OFF = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Objects never change, so what was worked out for one stays true. */
const known = new WeakMap<Pod, PodSign>();

/** What to show for a Pod, from its status alone; the rules are those of kubectl's STATUS column. */
export function podSign(pod: Pod): PodSign {
  const before = known.get(pod);
  if (before !== undefined) return before;
  const sign = signOf(pod);
  known.set(pod, sign);
  return sign;
}

function signOf(pod: Pod): PodSign {
  const { status = {}, spec, metadata } = pod;
  const containers = status.containerStatuses ?? [];
  const inits = status.initContainerStatuses ?? [];
  const total = spec?.containers.length ?? containers.length;
  const ready = containers.filter((container) => container.ready).length;
  const restarts = [...inits, ...containers].reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const word = statusWord(pod, inits, containers);
  const result = (sign: Sign): PodSign => ({ sign, status: word, ready, total, restarts });
  if (metadata.deletionTimestamp !== undefined) return result('terminating');
  if (BACK_OFF.has(word.replace(/^Init:/, ''))) return result('backoff');
  if (status.phase === 'Succeeded') return result('succeeded');
  if (status.phase === 'Failed' || word === 'Error' || word === 'OOMKilled') return result('failed');
  if (status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable'))
    return result('unschedulable');
  if (status.phase !== 'Running') return result('waiting');
  return result(ready === total ? 'ready' : 'running');
}

function statusWord(pod: Pod, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[]): string {
  const { status = {}, metadata } = pod;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const stuckInit = inits.findIndex(({ state }) => state?.terminated?.exitCode !== 0 && state?.running === undefined);
  if (status.phase === 'Pending' && stuckInit >= 0) {
    const { waiting, terminated } = inits[stuckInit]?.state ?? {};
    const reason = waiting?.reason ?? terminated?.reason;
    return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${stuckInit}/${inits.length}`;
  }
  for (const { state } of containers.toReversed()) {
    if (state?.waiting?.reason) return state.waiting.reason;
    if (state?.terminated) return state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`;
  }
  return status.reason ?? status.phase ?? 'Unknown';
}

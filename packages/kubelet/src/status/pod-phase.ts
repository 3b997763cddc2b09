import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';
import { isSidecar, isStaticPod } from '../pod/pod-view.ts';

/**
 * What phase the states of the containers add up to. `ended` says that nothing will be started any more.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_pods.go getPhase
 */
export function podPhase(pod: Pod, statuses: readonly ContainerStatus[], ended: boolean): string {
  const { containers = [], initContainers = [], restartPolicy } = pod.spec ?? {};
  const of = (name: string): ContainerStatus | undefined => statuses.find((s) => s.name === name);
  let pendingInit = 0;
  let pendingSidecars = 0;
  let failedInit = 0;
  let unknown = 0;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;

  for (const container of initContainers) {
    const status = of(container.name);
    const { running: runs, terminated, waiting: waits } = status?.state ?? {};
    const lastEnd = status?.lastState?.terminated;
    if (isSidecar(container)) {
      if (runs !== undefined) {
        if (status?.started !== true) pendingSidecars++;
        running++;
      } else if (waits !== undefined && lastEnd === undefined) {
        pendingSidecars++;
        waiting++;
      } else if (terminated === undefined && waits === undefined) {
        if (status !== undefined) pendingSidecars++;
        unknown++;
      }
    } else if (terminated !== undefined) {
      if (terminated.exitCode !== 0) failedInit++;
    } else if (waits !== undefined && lastEnd !== undefined) {
      if (lastEnd.exitCode !== 0) failedInit++;
    } else pendingInit++;
  }
  for (const container of containers) {
    const status = of(container.name);
    const { running: runs, terminated, waiting: waits } = status?.state ?? {};
    if (runs !== undefined) running++;
    else if (terminated !== undefined) {
      stopped++;
      if (terminated.exitCode === 0) succeeded++;
    } else if (waits !== undefined) {
      if (status?.lastState?.terminated !== undefined) stopped++;
      else waiting++;
    } else unknown++;
  }

  if (failedInit > 0 && restartPolicy === 'Never') return 'Failed';
  if (pendingInit > 0 || waiting > 0) return 'Pending';
  // Sidecars that restart do not put a Pod back whose containers have run.
  if (pendingSidecars > 0 && !anyContainerStarted(pod, statuses)) return 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (running > 0 || stopped === 0 || unknown > 0) return 'Pending';
  if (ended && !isStaticPod(pod)) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (restartPolicy === 'Always') return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** Whether any container that is no init container runs or has run. */
export function anyContainerStarted({ spec }: Pod, statuses: readonly ContainerStatus[]): boolean {
  for (const { name } of spec?.containers ?? []) {
    const status = statuses.find((s) => s.name === name);
    if (status?.state?.running !== undefined || status?.state?.terminated !== undefined) return true;
  }
  return false;
}

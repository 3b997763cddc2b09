import type { ContainerStatus, Pod, PodStatus } from '@tabernetes/api/types/core-v1';
import { isSidecar, isStaticPod, isTerminalPhase } from '../pod/pod-view.ts';

/**
 * The last word on a Pod: containers of which nobody knows how they ended have ended badly, and the Pod has ended.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/status/status_manager.go TerminatePod
 */
export function terminalStatus(pod: Pod, status: PodStatus): PodStatus {
  const phase = isTerminalPhase(status.phase) || isStaticPod(pod) ? status.phase : 'Failed';
  return {
    ...status,
    ...(status.containerStatuses && hasInitialized(pod) && { containerStatuses: status.containerStatuses.map(ended) }),
    ...(status.initContainerStatuses && { initContainerStatuses: endedInits(status.initContainerStatuses) }),
    ...(phase !== undefined && { phase }),
  };
}

function ended(status: ContainerStatus): ContainerStatus {
  if (status.state?.terminated !== undefined) return status;
  return {
    ...status,
    state: {
      terminated: {
        exitCode: 137,
        message: 'The container could not be located when the pod was terminated',
        reason: 'ContainerStatusUnknown',
      },
    },
  };
}

/** All but the last ones that have never begun. */
function endedInits(statuses: readonly ContainerStatus[]): readonly ContainerStatus[] {
  let last = statuses.length - 1;
  const begun = ({ state, lastState }: ContainerStatus): boolean =>
    state?.waiting === undefined || lastState?.terminated !== undefined;
  while (last > 0 && !begun(statuses[last] as ContainerStatus)) last--;
  return statuses.map((status, i) => (i <= last ? ended(status) : status));
}

function hasInitialized({ spec, status }: Pod): boolean {
  const { initContainers = [] } = spec ?? {};
  if (initContainers.length === 0) return true;
  const begun = status?.containerStatuses?.some(
    ({ state, lastState }) => lastState?.terminated !== undefined || state?.waiting === undefined,
  );
  if (begun === true) return true;
  const lastStatus = status?.initContainerStatuses?.at(-1);
  const last = initContainers.find(({ name }) => name === lastStatus?.name);
  if (lastStatus === undefined || last === undefined) return false;
  if (isSidecar(last)) return lastStatus.state?.running !== undefined && lastStatus.started === true;
  return lastStatus.state?.terminated?.exitCode === 0 || lastStatus.lastState?.terminated?.exitCode === 0;
}

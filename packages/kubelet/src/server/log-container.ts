import type { ContainerStatus, PodStatus } from '@tabernetes/api/types/core-v1';

/**
 * The id of the container whose log is meant.
 *
 * @throws {Error} with the kubelet's words when there is none
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_pods.go validateContainerLogStatus
 */
export function logContainer(pod: string, status: PodStatus, container: string, previous: boolean): string {
  const which = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)}`;
  const found = [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]
    .flatMap((list): readonly ContainerStatus[] => list ?? [])
    .find(({ name }) => name === container);
  if (found === undefined) throw new Error(`${which} is not available`);
  const { waiting, running, terminated } = found.state ?? {};
  const last = found.lastState?.terminated;
  if (previous) {
    if (!last?.containerID) throw new Error(`previous terminated ${which} not found`);
    return bare(last.containerID);
  }
  if (running !== undefined) return bare(found.containerID ?? '');
  if (terminated !== undefined) {
    const id = terminated.containerID || last?.containerID;
    if (!id) throw new Error(`${which} is terminated`);
    return bare(id);
  }
  if (last !== undefined) {
    if (!last.containerID) throw new Error(`${which} is terminated`);
    return bare(last.containerID);
  }
  if (waiting === undefined) throw new Error(`${which} is waiting to start - no logs yet`);
  const why =
    waiting.reason === 'ErrImagePull'
      ? "image can't be pulled"
      : waiting.reason === 'ImagePullBackOff'
        ? 'trying and failing to pull image'
        : (waiting.reason ?? '');
  throw new Error(`${which} is waiting to start: ${why}`);
}

const bare = (uri: string): string => uri.replace('containerd://', '');

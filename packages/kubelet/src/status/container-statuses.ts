import type {
  Container,
  ContainerState,
  ContainerStatus,
  EphemeralContainer,
  Pod,
  VolumeMountStatus,
} from '@tabernetes/api/types/core-v1';
import { shouldRestart } from '../pod/restart-policy.ts';
import { type SeenContainer, type SeenPod, seenContainer } from '../pod/runtime-status.ts';
import { timeText } from './times.ts';

/** Why a container was not started the last time: `waiting` in its status. */
export interface StartFailure {
  /** ErrImagePull, CrashLoopBackOff, … */
  readonly reason: string;
  readonly message: string;
}

/** A status while it is put together. */
export type DraftStatus = { -readonly [K in keyof ContainerStatus]: ContainerStatus[K] };

export interface StatusSources {
  readonly pod: Pod;
  readonly seen: SeenPod;
  /** Start failures by container name. */
  readonly failures: ReadonlyMap<string, StartFailure>;
}

/**
 * What the API says of the containers of one list, from what the runtime says and what was said before.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses
 */
export function containerStatuses(
  { pod, seen, failures }: StatusSources,
  containers: readonly (Container | EphemeralContainer)[],
  before: readonly ContainerStatus[],
  isInit: boolean,
): DraftStatus[] {
  const messageBytes = messageBytesOf(pod);
  const initial = (pod.spec?.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  return containers.map((container) => {
    const old = before.find((s) => s.name === container.name);
    const newest = seenContainer(seen, container.name);
    const status =
      newest === undefined
        ? unseenStatus(pod, container, old, initial)
        : seenStatus(newest, mountStatuses(container), lastState(seen, newest, messageBytes), messageBytes);
    const neverAgain = isInit && newest?.state === 'exited' && newest.exitCode === 0;
    if (!neverAgain && shouldRestart(container, pod, seen)) {
      const failure = failures.get(container.name);
      if (failure !== undefined) {
        if (status.state?.terminated !== undefined) status.lastState = status.state;
        const { reason, message } = failure;
        status.state = { waiting: message === '' ? { reason } : { message, reason } };
      }
    }
    return status;
  });
}

/** No container of that name is on the node. */
function unseenStatus(
  pod: Pod,
  container: Container | EphemeralContainer,
  old: ContainerStatus | undefined,
  initial: string,
): DraftStatus {
  if (old?.state?.terminated !== undefined) return { ...old };
  const status: DraftStatus = {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    state: { waiting: { reason: initial } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
  };
  const volumeMounts = mountStatuses(container);
  if (volumeMounts !== undefined) status.volumeMounts = volumeMounts;
  if (old?.state?.running !== undefined && status.lastState?.terminated === undefined) {
    status.lastState = {
      terminated: {
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was deleted.  The container used to be Running',
        exitCode: 137,
      },
    };
    if (pod.metadata.deletionTimestamp === undefined) status.restartCount++;
  }
  return status;
}

function seenStatus(
  seen: SeenContainer,
  volumeMounts: readonly VolumeMountStatus[] | undefined,
  before: ContainerState,
  messageBytes: number,
): DraftStatus {
  const status: DraftStatus = {
    containerID: containerUri(seen.id),
    image: seen.image,
    imageID: seen.imageRef,
    lastState: before,
    name: seen.name,
    ready: false,
    restartCount: seen.restartCount,
    state: containerState(seen, messageBytes),
  };
  if (volumeMounts !== undefined) status.volumeMounts = volumeMounts;
  return status;
}

function lastState(seen: SeenPod, newest: SeenContainer, messageBytes: number): ContainerState {
  for (const container of seen.containers) {
    if (container.name === newest.name && container !== newest) return containerState(container, messageBytes);
  }
  return {};
}

function containerState(seen: SeenContainer, messageBytes: number): ContainerState {
  if (seen.state === 'created') return { waiting: {} };
  if (seen.state === 'running') return { running: { startedAt: timeText(seen.startedMs) } };
  const { exitCode, reason, message } = seen;
  return {
    terminated: {
      containerID: containerUri(seen.id),
      exitCode,
      finishedAt: timeText(seen.finishedMs),
      ...(message !== '' && { message: firstBytes(message, messageBytes) }),
      ...(reason !== '' && { reason }),
      startedAt: timeText(seen.startedMs),
    },
  };
}

/**
 * The containers of a Pod share what its termination messages may take.
 *
 * @see pkg/kubelet/status/status_manager.go normalizeStatus
 */
function messageBytesOf({ spec }: Pod): number {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  return Math.floor(
    MOST_MESSAGE_BYTES / Math.max(1, containers.length + initContainers.length + ephemeralContainers.length),
  );
}

const MOST_MESSAGE_BYTES = 12 * 1024;

function firstBytes(text: string, most: number): string {
  // No character takes more than three bytes for each of its code units.
  if (text.length * 3 <= most) return text;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= most ? text : new TextDecoder().decode(bytes.subarray(0, most));
}

const containerUri = (id: string): string => `containerd://${id}`;

function mountStatuses({ volumeMounts }: Container | EphemeralContainer): readonly VolumeMountStatus[] | undefined {
  if (volumeMounts === undefined || volumeMounts.length === 0) return undefined;
  return volumeMounts.map(({ name, mountPath, readOnly }): VolumeMountStatus => {
    if (readOnly !== true) return { mountPath, name };
    return { mountPath, name, readOnly, recursiveReadOnly: 'Disabled' };
  });
}

import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '@tabernetes/api/types/core-v1';
import type { Rng } from '@tabernetes/base';

export interface RunningFacts {
  readonly now: string;
  readonly hostIP: string;
  readonly podIP: string;
  readonly rng: Rng;
}

/** The status of a Pod whose containers run and whose init containers have ended, from `now` on. */
export function runningStatus(pod: Pod, facts: RunningFacts): PodStatus {
  const { now, hostIP, podIP, rng } = facts;
  const { containers, initContainers = [] } = pod.spec ?? { containers: [] };
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled') ?? met('PodScheduled', now);
  return {
    ...pod.status,
    phase: 'Running',
    conditions: [
      met('PodReadyToStartContainers', now),
      met('Initialized', now),
      met('Ready', now),
      met('ContainersReady', now),
      scheduled,
    ],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map((c) => initStatus(c, now, rng)) }),
    containerStatuses: containers.map((c) => startedStatus(c, now, rng)),
  };
}

const met = (type: string, now: string): PodCondition =>
  // A null that Go prints and TypeScript's types leave out: nothing was probed.
  ({ type, status: 'True', lastTransitionTime: now });

function startedStatus(container: Container, now: string, rng: Rng): ContainerStatus {
  return {
    ...identity(container, rng),
    state: { running: { startedAt: now } },
    lastState: {},
    ready: true,
    restartCount: 0,
    started: true,
  };
}

function initStatus(container: Container, now: string, rng: Rng): ContainerStatus {
  // A sidecar stays up.
  if (container.restartPolicy === 'Always') return startedStatus(container, now, rng);
  const known = identity(container, rng);
  return {
    ...known,
    state: {
      terminated: {
        exitCode: 0,
        reason: 'Completed',
        startedAt: now,
        finishedAt: now,
        ...(known.containerID !== undefined && { containerID: known.containerID }),
      },
    },
    lastState: {},
    ready: true,
    restartCount: 0,
    started: false,
  };
}

function identity(
  container: Container,
  rng: Rng,
): Pick<ContainerStatus, 'name' | 'image' | 'imageID' | 'containerID' | 'volumeMounts'> {
  const image = fullImageName(container.image ?? '');
  const repository = image.replace(/(@.*|:[^:/]*)$/, '');
  return {
    name: container.name,
    image,
    imageID: `${repository}@sha256:${rng.fork(image).text(64, HEX)}`,
    containerID: `containerd://${rng.text(64, HEX)}`,
    ...(container.volumeMounts &&
      container.volumeMounts.length > 0 && {
        volumeMounts: container.volumeMounts.map(({ name, mountPath, readOnly }) => ({
          name,
          mountPath,
          ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
        })),
      }),
  };
}

const HEX = '0123456789abcdef';

/** As containerd names images: `nginx` is `docker.io/library/nginx:latest`. */
export function fullImageName(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const named = hasHost ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
  return /[:@][^/]*$/.test(named.slice(named.lastIndexOf('/'))) ? named : `${named}:latest`;
}

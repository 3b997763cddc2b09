import type { Container, Pod } from '@tabernetes/api/types/core-v1';
import { containerHash } from './container-hash.ts';
import type { ContainerToKill, KillReason, ProbeResults } from './kill-reason.ts';
import { hasSidecars, isSidecar, restartsOnFailure } from './pod-view.ts';
import { type SeenContainer, type SeenPod, seenContainer } from './runtime-status.ts';

export interface InitActions {
  /** All have had their turn: the containers proper may start. */
  readonly initialized: boolean;
  /** One has failed for good. */
  readonly killPod: boolean;
  readonly start: readonly number[];
  readonly kill: readonly ContainerToKill[];
}

/** Which init containers are to be started next: one after the other, and sidecars that have ended, in order. */
export function initActions(pod: Pod, seen: SeenPod, probes: ProbeResults): InitActions {
  const initContainers = pod.spec?.initContainers ?? [];
  if (initContainers.length === 0) return DONE;
  return hasSidecars(pod) ? withSidecars(pod, initContainers, seen, probes) : oneByOne(pod, initContainers, seen);
}

const DONE: InitActions = { initialized: true, killPod: false, start: [], kill: [] };
const WAIT: InitActions = { ...DONE, initialized: false };
const FAILED: InitActions = { ...WAIT, killPod: true };

/** @see pkg/kubelet/kuberuntime/kuberuntime_container.go findNextInitContainerToRun */
function oneByOne(pod: Pod, initContainers: readonly Container[], seen: SeenPod): InitActions {
  // Those that have run may be gone from the node; that a container proper runs says that they have.
  if (pod.spec?.containers.some(({ name }) => seenContainer(seen, name)?.state === 'running')) return DONE;
  for (let i = initContainers.length - 1; i >= 0; i--) {
    const status = seenContainer(seen, initContainers[i]?.name ?? '');
    if (status === undefined || !hasFailed(status)) continue;
    return restartsOnFailure(pod) ? { ...WAIT, start: [i] } : FAILED;
  }
  for (let i = initContainers.length - 1; i >= 0; i--) {
    const status = seenContainer(seen, initContainers[i]?.name ?? '');
    if (status === undefined) continue;
    if (status.state === 'running') return WAIT;
    if (status.state === 'exited') return i === initContainers.length - 1 ? DONE : { ...WAIT, start: [i + 1] };
  }
  return { ...WAIT, start: [0] };
}

const hasFailed = (status: SeenContainer): boolean => status.state === 'exited' && status.exitCode !== 0;

/** @see pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions */
function withSidecars(
  pod: Pod,
  initContainers: readonly Container[],
  seen: SeenPod,
  probes: ProbeResults,
): InitActions {
  let initialized = pod.spec?.containers.some(({ name }) => isAlive(seenContainer(seen, name))) ?? false;
  let before = initialized;
  const start: number[] = [];
  const kill: ContainerToKill[] = [];
  // Backwards: what has run earlier may be gone from the node.
  for (let i = initContainers.length - 1; i >= 0; i--) {
    const container = initContainers[i];
    if (container === undefined) continue;
    const sidecar = isSidecar(container);
    const status = seenContainer(seen, container.name);
    if (status === undefined) {
      if (before && sidecar) start.push(i);
      continue;
    }
    if (before && !sidecar) continue;
    const next = (): void => {
      if (i === initContainers.length - 1) initialized = true;
      else if (!before) start.push(i + 1);
    };
    const restart = (message: string, reason: KillReason): void => {
      kill.push({ id: status.id, name: container.name, message, reason });
      start.push(i);
    };
    if (status.state === 'created') start.push(i);
    else if (status.state === 'running' && sidecar) {
      const started = container.startupProbe === undefined ? true : probes.startup(status.id);
      if (started === false) restart(`Init container ${container.name} failed startup probe`, 'startup');
      else if (started === true) {
        next();
        if (status.hash !== containerHash(container)) {
          restart(`Init container ${container.name} definition changed`, 'other');
        } else if (probes.liveness(status.id) === false) {
          restart(`Init container ${container.name} failed liveness probe`, 'liveness');
        }
      }
    } else if (status.state === 'exited') {
      if (sidecar) start.push(i);
      else if (!hasFailed(status)) {
        if (i === initContainers.length - 1) initialized = true;
        else start.push(i + 1);
      } else if (restartsOnFailure(pod)) start.push(i);
      else return FAILED;
    }
    before = true;
  }
  if (!before) start.push(0);
  return { initialized, killPod: false, start: start.reverse(), kill };
}

const isAlive = (status: SeenContainer | undefined): boolean =>
  status?.state === 'running' || status?.state === 'created';

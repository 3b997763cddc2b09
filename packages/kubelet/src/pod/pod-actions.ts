import type { Container, Pod } from '@tabernetes/api/types/core-v1';
import { containerHash } from './container-hash.ts';
import { initActions } from './init-actions.ts';
import type { ContainerToKill, KillReason, ProbeResults } from './kill-reason.ts';
import { hasSidecars, restartsOnFailure } from './pod-view.ts';
import { shouldRestart } from './restart-policy.ts';
import { type SeenPod, seenContainer } from './runtime-status.ts';

/** What has to be done so that the node runs what the Pod asks for. */
export interface PodActions {
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly kill: readonly ContainerToKill[];
  /** Indices into the lists of the specification, in order. */
  readonly ephemeral: readonly number[];
  readonly init: readonly number[];
  readonly main: readonly number[];
}

/**
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions
 */
export function podActions(pod: Pod, seen: SeenPod, probes: ProbeResults): PodActions {
  const { containers = [], initContainers = [], ephemeralContainers = [], restartPolicy } = pod.spec ?? {};
  if (seen.sandbox?.ready !== true) return fromScratch(pod, seen);

  const ephemeral: number[] = [];
  ephemeralContainers.forEach(({ name }, i) => {
    if (seenContainer(seen, name) === undefined) ephemeral.push(i);
  });
  const begun = initActions(pod, seen, probes);
  const kill: ContainerToKill[] = [...begun.kill];
  if (begun.killPod || !begun.initialized) {
    return { ...NOTHING, killPod: begun.killPod, kill, ephemeral, init: begun.killPod ? [] : begun.start };
  }

  const main: number[] = [];
  let kept = 0;
  containers.forEach((container, i) => {
    const status = seenContainer(seen, container.name);
    if (status?.state !== 'running') {
      if (shouldRestart(container, pod, seen)) main.push(i);
      return;
    }
    let restart = restartPolicy !== 'Never';
    let message: string;
    let reason: KillReason = 'other';
    if (status.hash !== containerHash(container)) {
      message = `Container ${container.name} definition changed`;
      restart = true;
    } else if (probes.liveness(status.id) === false) {
      message = `Container ${container.name} failed liveness probe`;
      reason = 'liveness';
    } else if (probes.startup(status.id) === false) {
      message = `Container ${container.name} failed startup probe`;
      reason = 'startup';
    } else {
      kept++;
      return;
    }
    if (restart) main.push(i);
    kill.push({
      id: status.id,
      name: container.name,
      message: restart ? `${message}, will be restarted` : message,
      reason,
    });
  });
  const over = kept === 0 && main.length === 0;
  // Sidecars must not keep a Pod alive whose containers have ended.
  const init = over && hasSidecars(pod) ? [] : begun.start;
  return { killPod: over, createSandbox: false, kill, ephemeral, init, main };
  function fromScratch(of: Pod, state: SeenPod): PodActions {
    const attempts = state.sandbox !== undefined;
    if (!restartsOnFailure(of) && attempts && state.containers.length > 0) return { ...NOTHING, killPod: true };
    const toStart: number[] = [];
    containers.forEach((container, i) => {
      if (!(restartPolicy === 'OnFailure' && succeeded(container, state))) toStart.push(i);
    });
    if (toStart.length === 0 && containers.some(({ name }) => seenContainer(state, name) !== undefined)) {
      return { ...NOTHING, killPod: true };
    }
    const hasInit = initContainers.length > 0;
    return { ...NOTHING, killPod: true, createSandbox: true, init: hasInit ? [0] : [], main: hasInit ? [] : toStart };
  }
}

const NOTHING: PodActions = { killPod: false, createSandbox: false, kill: [], ephemeral: [], init: [], main: [] };

function succeeded({ name }: Container, seen: SeenPod): boolean {
  const status = seenContainer(seen, name);
  return status?.state === 'exited' && status.exitCode === 0;
}

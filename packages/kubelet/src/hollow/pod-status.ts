import type { ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '@tabernetes/api/types/core-v1';
import { rfc3339 } from '@tabernetes/apimachinery';
import type { ContainerRun } from './container-run.ts';
import { fullImageName, repositoryOf } from './image.ts';
import type { PodRun } from './pod-run.ts';

export interface StatusFacts {
  readonly nowMs: number;
  readonly hostIP: string;
  readonly podIP: string;
  /** 64 hexadecimal digits, the same for the same text. */
  readonly digestOf: (text: string) => string;
}

/**
 * The status of a Pod that has come as far as `run`.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/kubelet/status/generate.go
 */
export function podStatus(pod: Pod, run: PodRun, facts: StatusFacts): PodStatus {
  const { hostIP, podIP } = facts;
  const address = run.networkUp ? { podIP, podIPs: [{ ip: podIP }] } : {};
  return {
    ...pod.status,
    phase: run.phase,
    ...run.verdict,
    conditions: conditionsOf(pod, run, rfc3339(facts.nowMs)),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...address,
    startTime: rfc3339(run.seenMs),
    ...(run.init.length > 0 && { initContainerStatuses: run.init.map((c) => containerStatus(c, facts)) }),
    containerStatuses: run.main.map((c) => containerStatus(c, facts)),
  };
}

/** The conditions that a kubelet answers for, then those of others as they are. */
export function conditionsOf(pod: Pod, run: PodRun, now: string): readonly PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const condition = (type: string, said: Said): PodCondition => {
    const old = before.find((c) => c.type === type);
    const status = said === MET || said.met ? 'True' : 'False';
    return {
      type,
      status,
      // A null that Go prints and TypeScript's types leave out: nothing was probed.
      lastTransitionTime: (old?.status === status ? old.lastTransitionTime : undefined) ?? now,
      ...(said.reason !== undefined && { reason: said.reason }),
      ...(said.message !== undefined && { message: said.message }),
    };
  };
  const containersReady = containersReadyOf(run);
  const scheduled = before.find((c) => c.type === 'PodScheduled') ?? condition('PodScheduled', MET);
  const others = before.filter((c) => !OURS.has(c.type));
  const made = [
    condition('PodReadyToStartContainers', { met: run.networkUp && !run.finished }),
    condition('Initialized', initialisedOf(run)),
    condition('Ready', readyOf(pod, containersReady)),
    condition('ContainersReady', containersReady),
    scheduled,
  ];
  return others.length === 0 ? made : [...made, ...others];
}

interface Said {
  readonly met: boolean;
  readonly reason?: string;
  readonly message?: string;
}

const MET: Said = { met: true };
const OURS = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);

function initialisedOf(run: PodRun): Said {
  if (run.phase === 'Succeeded') return { met: true, reason: 'PodCompleted' };
  if (run.init.length === 0 || run.main.some((c) => c.phase !== 'waiting' || c.last !== undefined)) return MET;
  const incomplete = run.init.filter((c) => !c.passed).map((c) => c.container.name);
  if (incomplete.length === 0) return MET;
  const message = `containers with incomplete status: [${incomplete.join(' ')}]`;
  return { met: false, reason: 'ContainersNotInitialized', message };
}

function containersReadyOf(run: PodRun): Said {
  if (run.phase === 'Succeeded') return { met: false, reason: 'PodCompleted' };
  if (run.phase === 'Failed') return { met: false, reason: 'PodFailed' };
  const counted = run.init.length === 0 ? run.main : [...run.init.filter((c) => c.sidecar), ...run.main];
  if (counted.every((c) => c.phase === 'running')) return MET;
  const unready = counted.filter((c) => c.phase !== 'running').map((c) => c.container.name);
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { met: false, reason: 'ContainersNotReady', message };
}

function readyOf({ spec, status }: Pod, containersReady: Said): Said {
  if (!containersReady.met || spec?.readinessGates === undefined) return containersReady;
  const messages: string[] = [];
  for (const { conditionType } of spec.readinessGates) {
    const gate = status?.conditions?.find((c) => c.type === conditionType);
    if (gate === undefined)
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (gate.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
  }
  return messages.length === 0 ? MET : { met: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function containerStatus(run: ContainerRun, { digestOf }: StatusFacts): ContainerStatus {
  const { container, phase, last } = run;
  const { name, image = '', volumeMounts } = container;
  const running = phase === 'running';
  if (phase === 'waiting' && last === undefined) {
    return {
      name,
      image,
      imageID: '',
      state: waitingState(run),
      lastState: {},
      ready: false,
      restartCount: run.restarts,
      started: false,
    };
  }
  const full = fullImageName(image);
  const containerID = run.id ?? last?.containerID;
  return {
    name,
    image: full,
    imageID: `${repositoryOf(full)}@sha256:${digestOf(full)}`,
    ...(containerID !== undefined && { containerID }),
    ...(volumeMounts &&
      volumeMounts.length > 0 && {
        volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
          name,
          mountPath,
          ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
        })),
      }),
    state: running
      ? { running: { startedAt: rfc3339(run.startedMs) } }
      : phase === 'ended'
        ? { terminated: run.terminated() }
        : waitingState(run),
    lastState: last === undefined ? {} : { terminated: last },
    // An init container that has done its work counts as ready.
    ready: running || (run.init && run.passed),
    restartCount: run.restarts,
    started: running,
  };
}

const waitingState = ({ reason, message }: ContainerRun): ContainerState => ({
  waiting: { reason, ...(message !== undefined && { message }) },
});

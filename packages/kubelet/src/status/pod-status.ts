import type { ContainerStatus, PodCondition, PodStatus } from '@tabernetes/api/types/core-v1';
import { isSidecar, isTerminalPhase } from '../pod/pod-view.ts';
import { containerStatuses, type DraftStatus, type StatusSources } from './container-statuses.ts';
import {
  containersReadyFinding,
  type Finding,
  initializedFinding,
  KUBELET_CONDITIONS,
  readyFinding,
} from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';
import { timeText } from './times.ts';

/** What probes say of a container that runs. */
export interface ProbeView {
  /** False while a startup probe has not succeeded. */
  started(containerId: string, name: string): boolean;
  /** False while a readiness probe fails or has not run. */
  ready(containerId: string, name: string): boolean;
}

/** Why the kubelet ends a Pod by itself: Evicted, DeadlineExceeded. */
export interface PodVerdict {
  readonly reason: string;
  readonly message: string;
  /** The Pod has done nothing wrong: its controller may not count it as a failure. */
  readonly disruption?: boolean;
}

export interface PodStatusSources extends StatusSources {
  /** What was said last; at first, what the API has. */
  readonly before: PodStatus;
  readonly probes: ProbeView;
  readonly verdict: PodVerdict | undefined;
  /** Nothing is started any more, and nothing runs. */
  readonly ended: boolean;
  readonly hostIP: string;
  readonly nowMs: number;
}

/**
 * The status of a Pod as its kubelet sees it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_pods.go generateAPIPodStatus
 */
export function podStatus(sources: PodStatusSources): PodStatus {
  const { pod, seen, before, verdict, ended, hostIP, nowMs } = sources;
  const { spec } = pod;
  const main = containerStatuses(sources, spec?.containers ?? [], before.containerStatuses ?? [], false);
  const init = containerStatuses(sources, spec?.initContainers ?? [], before.initContainerStatuses ?? [], true);
  const ephemeral = containerStatuses(
    sources,
    spec?.ephemeralContainers ?? [],
    before.ephemeralContainerStatuses ?? [],
    false,
  );
  const all = init.length === 0 ? main : [...main, ...init];
  // Probes have not been asked yet: a sidecar counts as started once the others have started.
  let phase = podPhase(pod, all, ended);
  if (!isTerminalPhase(phase)) {
    if (isTerminalPhase(before.phase)) phase = before.phase ?? phase;
    else if (isTerminalPhase(pod.status?.phase)) phase = pod.status?.phase ?? phase;
  }
  let { reason, message } = verdict ?? {};
  if (verdict !== undefined) phase = 'Failed';
  else if (phase === before.phase) {
    reason = before.reason || pod.status?.reason;
    message = before.message || pod.status?.message;
  }
  if (isTerminalPhase(pod.status?.phase)) phase = pod.status?.phase ?? phase;

  applyProbes(sources, main, init);
  const findings: Finding[] = (pod.status?.conditions ?? []).filter((c) => !KUBELET_CONDITIONS.has(c.type));
  if (verdict?.disruption === true) {
    const { message: text } = verdict;
    findings.push({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: text });
  }
  findings.push(
    { type: 'PodReadyToStartContainers', status: seen.sandbox?.ready === true ? 'True' : 'False' },
    initializedFinding(pod, all, phase),
    readyFinding(pod, findings, all, phase),
    containersReadyFinding(pod, all, phase),
    { type: 'PodScheduled', status: 'True' },
  );
  const now = timeText(nowMs);
  const sandboxIPs = seen.sandbox?.ips ?? [];
  const ips = sandboxIPs.length === 0 && spec?.hostNetwork === true ? [hostIP] : sandboxIPs;
  return {
    conditions: findings.map((finding) => since(finding, before.conditions ?? [], now)),
    containerStatuses: main.sort(byName),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral.sort(byName) }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(init.length > 0 && { initContainerStatuses: init }),
    ...(message && { message }),
    phase,
    ...(ips[0] !== undefined && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    ...(pod.status?.qosClass !== undefined && { qosClass: pod.status.qosClass }),
    ...(reason && { reason }),
    startTime: before.startTime ?? now,
  };
}

/** The condition with the time since which its status is what it is. */
function since(finding: Finding, before: readonly PodCondition[], now: string): PodCondition {
  const old = before.find((c) => c.type === finding.type);
  if (!KUBELET_CONDITIONS.has(finding.type) && finding.type !== 'DisruptionTarget' && old === undefined) return finding;
  const lastTransitionTime = old?.status === finding.status ? (old.lastTransitionTime ?? now) : now;
  // What is new stands first: what is added to a spread copy gets a layout of its own each time, and there are five of these for every Pod.
  return { lastTransitionTime, ...finding };
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/prober_manager.go UpdatePodStatus */
function applyProbes(
  { pod, probes }: PodStatusSources,
  main: readonly DraftStatus[],
  init: readonly DraftStatus[],
): void {
  for (const status of main) judge(status, probes);
  for (const status of init) {
    const container = pod.spec?.initContainers?.find((c) => c.name === status.name);
    if (container !== undefined && isSidecar(container)) judge(status, probes);
    else {
      status.started = status.state?.running !== undefined;
      status.ready = status.state?.terminated?.exitCode === 0;
    }
  }
}

function judge(status: DraftStatus, probes: ProbeView): void {
  const id = status.containerID?.slice('containerd://'.length) ?? '';
  const running = status.state?.running !== undefined;
  status.started = running && probes.started(id, status.name);
  status.ready = running && status.started && probes.ready(id, status.name);
}

const byName = (a: ContainerStatus, b: ContainerStatus): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

import type { Container, ContainerStatus, Pod, PodCondition } from '@tabernetes/api/types/core-v1';
import { isSidecar } from '../pod/pod-view.ts';
import { anyContainerStarted } from './pod-phase.ts';

/** A condition before it is known since when it is so. */
export type Finding = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

/** The conditions that are the kubelet's own. */
export const KUBELET_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/**
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/status/generate.go
 */
export function containersReadyFinding(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Finding {
  const type = 'ContainersReady';
  const unknown: string[] = [];
  const unready: string[] = [];
  const look = ({ name }: Container): void => {
    const status = statuses.find((s) => s.name === name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const container of pod.spec?.initContainers ?? []) if (isSidecar(container)) look(container);
  for (const container of pod.spec?.containers ?? []) look(container);
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const message = [...namesText('unknown', unknown), ...namesText('unready', unready)].join(', ');
  if (message === '') return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

/** Ready containers, and every readiness gate passed. `conditions` are those that the Pod has. */
export function readyFinding(
  pod: Pod,
  conditions: readonly Finding[],
  statuses: readonly ContainerStatus[],
  phase: string,
): Finding {
  const type = 'Ready';
  const containers = containersReadyFinding(pod, statuses, phase);
  if (containers.status !== 'True') return { ...containers, type };
  const unmet: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const gate = conditions.find((c) => c.type === conditionType);
    if (gate === undefined) {
      unmet.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (gate.status !== 'True') {
      unmet.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
    }
  }
  if (unmet.length === 0) return { type, status: 'True' };
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: unmet.join(', ') };
}

export function initializedFinding(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Finding {
  const type = 'Initialized';
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of pod.spec?.initContainers ?? []) {
    const status = statuses.find((s) => s.name === container.name);
    if (status === undefined) unknown.push(container.name);
    else if (isSidecar(container) ? status.started !== true : !status.ready) incomplete.push(container.name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'True', reason: 'PodCompleted' };
  if (anyContainerStarted(pod, statuses)) return { type, status: 'True' };
  const message = [...namesText('unknown', unknown), ...namesText('incomplete', incomplete)].join(', ');
  if (message === '') return { type, status: 'True' };
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

const namesText = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`containers with ${what} status: [${names.join(' ')}]`];

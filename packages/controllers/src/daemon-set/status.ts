import type { DaemonSet, DaemonSetStatus } from '@tabernetes/api/types/apps-v1';
import { isAvailable, isReady } from '../pods/pod-state.ts';
import { byAge, isUpdated } from './daemon-pod.ts';
import type { RollingWorld } from './rolling-plan.ts';

/** What the nodes and the oldest Pod of each give. Collision count and conditions stay. */
export function daemonSetStatus({ ds, nodes, eligible, pods, version, nowMs }: RollingWorld): DaemonSetStatus {
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const there = pods.get(node.metadata.name ?? '') ?? [];
    const runs = eligible(node) === 'run';
    if (runs) desired++;
    if (there.length === 0) continue;
    if (!runs) {
      misscheduled++;
      continue;
    }
    current++;
    const [pod] = there.length === 1 ? there : there.toSorted(byAge);
    if (pod === undefined) continue;
    if (isReady(pod)) ready++;
    if (isAvailable(pod, ds.spec?.minReadySeconds ?? 0, nowMs)) available++;
    if (isUpdated(pod, version)) updated++;
  }
  return {
    ...ds.status,
    observedGeneration: ds.metadata.generation ?? 0,
    desiredNumberScheduled: desired,
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    numberReady: ready,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
  };
}

/** Whether it says anything that the status of the DaemonSet does not say yet. */
export function isNews({ metadata, status: before }: DaemonSet, status: DaemonSetStatus): boolean {
  if ((before?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return true;
  return COUNTS.some((name) => (status[name] ?? 0) !== (before?.[name] ?? 0));
}

const COUNTS = [
  'desiredNumberScheduled',
  'currentNumberScheduled',
  'numberMisscheduled',
  'numberReady',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
] as const;

import type { StatefulSet, StatefulSetStatus } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { isAvailable, isReady } from '../pods/pod-state.ts';
import { replicasOf, revisionOf } from './identity.ts';

/** The revision that Pods come from, and the one they go to; names of ControllerRevisions. */
export interface RevisionNames {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_set_control.go updateStatus */
export function statefulSetStatus(
  set: StatefulSet,
  { current, update, collisionCount }: RevisionNames,
  pods: readonly Pod[],
  nowMs: number,
): StatefulSetStatus {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  let [ready, available, ofCurrent, ofUpdate] = [0, 0, 0, 0];
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready++;
      if (isAvailable(pod, minReadySeconds, nowMs)) available++;
    }
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const revision = revisionOf(pod);
    if (revision === current) ofCurrent++;
    if (revision === update) ofUpdate++;
  }
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready,
    currentReplicas: ofCurrent,
    updatedReplicas: ofUpdate,
    currentRevision: current,
    updateRevision: update,
    collisionCount,
    availableReplicas: available,
  };
}

/** A rollout that has reached every Pod is over: what was new is current from now on. */
export function completed(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const { replicas, readyReplicas, updatedReplicas = 0, updateRevision = '' } = status;
  const wanted = replicasOf(set);
  const reached = updatedReplicas === wanted && readyReplicas === wanted && replicas === wanted;
  if (set.spec?.updateStrategy?.type !== 'RollingUpdate' || !reached) return status;
  return { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision };
}

/** Whether it says anything that the status of the set does not say yet. */
export function isNews(set: StatefulSet, status: StatefulSetStatus): boolean {
  const before = set.status;
  if ((status.observedGeneration ?? 0) > (before?.observedGeneration ?? 0)) return true;
  const count = (name: (typeof COUNTS)[number]): boolean => (status[name] ?? 0) !== (before?.[name] ?? 0);
  const text = (name: (typeof TEXTS)[number]): boolean => (status[name] ?? '') !== (before?.[name] ?? '');
  return COUNTS.some(count) || TEXTS.some(text);
}

const COUNTS = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
const TEXTS = ['currentRevision', 'updateRevision'] as const;

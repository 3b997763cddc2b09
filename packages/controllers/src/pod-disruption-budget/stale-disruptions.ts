import { kinds, podCondition } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { objectKey, rfc3339 } from '@tabernetes/apimachinery';
import { isFinished } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

const TYPE = 'DisruptionTarget';
/** A Pod that was to be disrupted and has not been told to go for so long stays. */
const TIMEOUT_MS = 120_000;

/** Takes back `DisruptionTarget` of Pods whose disruption has not come. */
export function staleDisruptions(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const pods = informers.for(kinds.pod);
  return createController(context, {
    name: 'disruption-controller',
    informers: [pods],
    watch: (queue) => {
      const look = (pod: Pod): void => {
        if (staleAtMs(pod) !== undefined) queue.add(objectKey(pod));
      };
      return [pods.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const pod = pods.lister.byKey(key);
      const atMs = pod && staleAtMs(pod);
      if (pod === undefined || atMs === undefined) return DONE;
      const nowMs = clock.now();
      if (atMs > nowMs) return { requeueAfterMs: atMs - nowMs };
      const conditions = pod.status?.conditions?.map((condition) =>
        condition.type === TYPE ? { type: TYPE, status: 'False', lastTransitionTime: rfc3339(nowMs) } : condition,
      );
      const status = { ...pod.status, ...(conditions && { conditions }) };
      await client.resource(kinds.pod).updateStatus({ ...pod, status }, { signal });
      return DONE;
    },
  });
}

/** A Pod that somebody is about to remove, or was. */
export const isToBeDisrupted = (pod: Pod): boolean => staleAtMs(pod) !== undefined;

/** Milliseconds since the epoch. What the kubelet announces takes as long as it takes. */
function staleAtMs(pod: Pod): number | undefined {
  const condition = podCondition(pod.status, TYPE);
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined;
  if (pod.metadata.deletionTimestamp !== undefined || isFinished(pod)) return undefined;
  return Date.parse(condition.lastTransitionTime ?? '') + TIMEOUT_MS;
}

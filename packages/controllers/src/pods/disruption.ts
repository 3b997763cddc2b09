import { kinds } from '@tabernetes/api';
import type { Pod, PodCondition } from '@tabernetes/api/types/core-v1';
import type { Client } from '@tabernetes/client';

/** Says in a Pod's conditions why it is about to be deleted by the control plane; nothing when it says so already. */
export async function markDisruption(
  client: Client,
  pod: Pod,
  { reason, message }: { readonly reason: string; readonly message: string },
  { nowMs, phase }: { readonly nowMs: number; readonly phase?: string },
): Promise<void> {
  const before = pod.status?.conditions?.find((c) => c.type === DISRUPTION_TARGET);
  const said = before?.status === 'True' && before.reason === reason && before.message === message;
  if (said && (phase === undefined || phase === pod.status?.phase)) return;
  const lastTransitionTime = before?.status === 'True' ? before.lastTransitionTime : secondsText(nowMs);
  const condition: PodCondition = {
    type: DISRUPTION_TARGET,
    status: 'True',
    reason,
    message,
    ...(lastTransitionTime !== undefined && { lastTransitionTime }),
  };
  const { name = '', namespace, uid } = pod.metadata;
  const others = (pod.status?.conditions ?? []).filter((c) => c !== before).map(({ type }) => ({ type }));
  const status = {
    ...(phase !== undefined && { phase }),
    // Without an order, what is new would come first.
    '$setElementOrder/conditions': [...others, { type: DISRUPTION_TARGET }],
    conditions: [condition],
  };
  await client
    .resource(kinds.pod)
    .patch(name, namespace, 'strategic', { metadata: { uid }, status }, { subresource: 'status' });
}

const DISRUPTION_TARGET = 'DisruptionTarget';

/** Milliseconds since the epoch to the text that conditions hold. */
export const secondsText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

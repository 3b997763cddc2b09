import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { isNotFound } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';

export interface FailureReport {
  /** `Unschedulable` or `SchedulerError`. */
  readonly reason: string;
  readonly message: string;
  /** '' clears; undefined leaves it. */
  readonly nominatedNodeName: string | undefined;
}

/** Says in the Pod's status that it has no node, and why. Writes nothing when all of it is there already. */
export async function reportFailure(
  client: Client,
  pod: Pod,
  { reason, message, nominatedNodeName }: FailureReport,
  now: string,
  signal: AbortSignal,
): Promise<void> {
  const old = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const same = old?.status === 'False' && old.reason === reason && old.message === message;
  const nominates = nominatedNodeName !== undefined && nominatedNodeName !== (pod.status?.nominatedNodeName ?? '');
  if (same && !nominates) return;
  const lastTransitionTime = old?.status === 'False' ? (old.lastTransitionTime ?? now) : now;
  const condition = { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime, reason, message };
  await patchStatus(
    client,
    pod,
    {
      ...(same ? {} : { conditions: [condition] }),
      ...(nominates && { nominatedNodeName: nominatedNodeName || null }),
    },
    signal,
  );
}

/** Tells a victim why it must go, then deletes it. */
export async function evict(
  client: Client,
  victim: Pod,
  schedulerName: string,
  now: string,
  signal: AbortSignal,
): Promise<boolean> {
  const old = victim.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? (old.lastTransitionTime ?? now) : now,
    reason: 'PreemptionByScheduler',
    message: `${schedulerName}: preempting to accommodate a higher priority pod`,
  };
  const { name = '', namespace } = victim.metadata;
  try {
    if (old?.status !== 'True' || old.reason !== condition.reason || old.message !== condition.message)
      await patchStatus(client, victim, { conditions: [condition] }, signal);
    await client.resource(kinds.pod).delete(name, namespace, { signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

export const clearNomination = (client: Client, pod: Pod, signal: AbortSignal): Promise<void> =>
  patchStatus(client, pod, { nominatedNodeName: null }, signal);

async function patchStatus(client: Client, { metadata }: Pod, status: unknown, signal: AbortSignal): Promise<void> {
  await client
    .resource(kinds.pod)
    .patch(metadata.name ?? '', metadata.namespace, 'strategic', { status }, { subresource: 'status', signal });
}

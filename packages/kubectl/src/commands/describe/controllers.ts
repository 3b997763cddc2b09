import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim, Pod, ReplicationController } from '@tabernetes/api/types/core-v1';
import { formatLabelSelector, labelSelectorAsSelector, labelsText, type ObjectMeta } from '@tabernetes/apimachinery';
import { messageOf } from '../../errors.ts';
import { rfc1123 } from '../../printers/dates.ts';
import { newReplicaSetOf, replicaSetsOf } from '../../workloads/replica-sets.ts';
import { classOf } from './claim-overview.ts';
import { type DescribeContext, inNamespacePath, listAll, of } from './describer.ts';
import type { Description } from './description.ts';
import { events, eventsOf, printEvents } from './events.ts';
import { annotations, bracketed, controlledBy, inline, pairs } from './metadata.ts';
import { podTemplate } from './pod.ts';

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`: the Pods that the controller with this UID owns. */
async function podCounts(context: DescribeContext, selector: string, uid: string | undefined): Promise<string> {
  const query: Readonly<Record<string, string>> = selector === '' ? {} : { labelSelector: selector };
  const pods = await listAll<Pod>(context, inNamespacePath(context.namespace, 'pods'), query);
  const counts = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 };
  for (const { metadata, status } of pods) {
    if (!metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid)) continue;
    const phase = status?.phase as keyof typeof counts | undefined;
    if (phase !== undefined && phase in counts) counts[phase]++;
  }
  return `${counts.Running} Running / ${counts.Pending} Waiting / ${counts.Succeeded} Succeeded / ${counts.Failed} Failed`;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

function conditions(d: Description, list: readonly Condition[] = []): void {
  if (list.length === 0) return;
  d.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  d.write(1, '----\t------\t------\n');
  for (const { type, status, reason = '' } of list) d.write(1, `${type} \t${status}\t${reason}\n`);
}

function names(d: Description, metadata: ObjectMeta): void {
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Namespace', metadata.namespace ?? '');
}

export const replicationController = of<ReplicationController>(async (context, object, d) => {
  const { metadata, spec = {}, status } = object;
  const counts = await podCounts(context, labelsText(spec.selector), metadata.uid);
  names(d, metadata);
  d.field(0, 'Selector', inline(spec.selector));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  d.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  d.field(0, 'Pods Status', counts);
  podTemplate(d, spec.template);
  conditions(d, status?.conditions);
  await events(context, object, d);
});

export const replicaSet = of<ReplicaSet>(async (context, object, d) => {
  const { metadata, spec, status } = object;
  const selector = labelSelectorAsSelector(spec?.selector).toString();
  const counts = await podCounts(context, selector, metadata.uid).catch(
    (error: unknown) => `error in fetching pods: ${messageOf(error)}`,
  );
  names(d, metadata);
  d.field(0, 'Selector', formatLabelSelector(spec?.selector));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  controlledBy(d, metadata);
  d.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  d.field(0, 'Pods Status', counts);
  podTemplate(d, spec?.template ?? {});
  conditions(d, status?.conditions);
  await events(context, object, d);
});

export const deployment = of<Deployment>(async (context, object, d) => {
  const { metadata, spec, status = {} } = object;
  const told = await eventsOf(context, object);
  const sets = await replicaSetsOf(context.api, object, context.chunkSize).catch((): readonly ReplicaSet[] => []);
  names(d, metadata);
  d.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  d.field(0, 'Selector', labelSelectorAsSelector(spec?.selector).toString());
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  d.field(
    0,
    'Replicas',
    `${spec?.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  d.field(0, 'StrategyType', spec?.strategy?.type ?? '');
  d.field(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    const { maxUnavailable = '<nil>', maxSurge = '<nil>' } = rolling;
    d.field(0, 'RollingUpdateStrategy', `${maxUnavailable} max unavailable, ${maxSurge} max surge`);
  }
  podTemplate(d, spec?.template);
  conditions(d, status.conditions);
  const current = newReplicaSetOf(object, sets);
  const old = sets.filter((set) => set !== current);
  if (sets.length > 0) {
    d.field(0, 'OldReplicaSets', setsText(old));
    d.field(0, 'NewReplicaSet', setsText(current === undefined ? [] : [current]));
  }
  printEvents(d, told, context.nowMs);
});

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name ?? ''} (${status?.replicas ?? 0}/${spec?.replicas ?? 0} replicas created)`,
    )
    .join(', ') || '<none>';

export const statefulSet = of<StatefulSet>(async (context, object, d) => {
  const { metadata, spec, status } = object;
  const selector = labelSelectorAsSelector(spec?.selector).toString();
  const counts = await podCounts(context, selector, metadata.uid);
  names(d, metadata);
  d.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  d.field(0, 'Selector', selector);
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  d.field(0, 'Replicas', `${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  d.field(0, 'Update Strategy', spec?.updateStrategy?.type ?? '');
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    d.field(1, 'Partition', rolling.partition);
    if (rolling.maxUnavailable !== undefined) d.field(1, 'MaxUnavailable', rolling.maxUnavailable);
  }
  d.field(0, 'Pods Status', counts);
  podTemplate(d, spec?.template);
  claimTemplates(d, spec?.volumeClaimTemplates);
  await events(context, object, d);
});

function claimTemplates(d: Description, list: readonly PersistentVolumeClaim[] = []): void {
  if (list.length === 0) {
    d.write(0, 'Volume Claims:\t<none>\n');
    return;
  }
  d.write(0, 'Volume Claims:\n');
  for (const { metadata, spec = {} } of list) {
    d.field(1, 'Name', metadata.name ?? '');
    d.field(1, 'StorageClass', classOf(metadata, spec.storageClassName));
    pairs(d, 'Labels', metadata.labels, '  ');
    pairs(d, 'Annotations', metadata.annotations, '  ');
    d.field(1, 'Capacity', spec.resources?.requests?.['storage'] ?? '<default>');
    d.field(1, 'Access Modes', bracketed(spec.accessModes));
  }
}

export const daemonSet = of<DaemonSet>(async (context, object, d) => {
  const { metadata, spec, status } = object;
  const selector = labelSelectorAsSelector(spec?.selector).toString();
  const counts = await podCounts(context, selector, metadata.uid);
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Selector', selector);
  d.field(0, 'Node-Selector', inline(spec?.template.spec?.nodeSelector));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  for (const [title, count] of [
    ['Desired Number of Nodes Scheduled', status?.desiredNumberScheduled],
    ['Current Number of Nodes Scheduled', status?.currentNumberScheduled],
    ['Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled],
    ['Number of Nodes Scheduled with Available Pods', status?.numberAvailable],
    ['Number of Nodes Misscheduled', status?.numberMisscheduled],
  ] as const) {
    d.write(0, `${title}: ${count ?? 0}\n`);
  }
  d.field(0, 'Pods Status', counts);
  podTemplate(d, spec?.template);
  await events(context, object, d);
});

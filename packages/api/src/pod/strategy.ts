import type { Draft, LabelSelector } from '@tabernetes/apimachinery';
import type { Pod, PodAffinity, PodAffinityTerm, PodStatus } from '../generated/core-v1.ts';
import type { RequestContext } from '../kind.ts';
import { syncAppArmor } from './apparmor.ts';
import { setPodCondition } from './conditions.ts';
import { dropDisabledFields } from './features.ts';
import { qosClass } from './qos.ts';

/**
 * What the server sets on a new Pod, and what it takes away.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/pod/strategy.go
 */
export function preparePodForCreate(draft: Draft<Pod>, context: RequestContext): void {
  draft.spec ??= { containers: [] };
  const { spec } = draft;
  dropDisabledFields(spec);
  draft.status = { phase: 'Pending', qosClass: qosClass(spec) };
  if (spec.schedulingGates?.length) {
    setPodCondition(draft.status, context.now, {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    });
  }
  if (spec.affinity) {
    const labels = draft.metadata?.labels ?? {};
    applyLabelKeys(spec.affinity.podAffinity, labels);
    applyLabelKeys(spec.affinity.podAntiAffinity, labels);
  }
  syncAppArmor(draft, (text) => context.warn?.(text));
}

/** Status has a door of its own. */
export function preparePodForUpdate(draft: Draft<Pod>, old: Pod): void {
  dropDisabledFields(draft.spec);
  draft.status = old.status as Draft<PodStatus>;
}

/** Only status changes, and labels and annotations with it. */
export function preparePodForStatusUpdate(draft: Draft<Pod>, old: Pod): void {
  draft.spec = old.spec as Draft<Pod>['spec'];
  keep(draft, old, ['deletionTimestamp', 'ownerReferences']);
  draft.status ??= {};
  const { status } = draft;
  // Kubelets leave it out when they refuse a Pod.
  if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass;
}

/** Only ephemeral containers change. */
export function preparePodForEphemeralContainers(draft: Draft<Pod>, old: Pod): void {
  const { ephemeralContainers } = draft.spec ?? {};
  draft.spec = { ...(old.spec as Draft<NonNullable<Pod['spec']>>) };
  if (ephemeralContainers) draft.spec.ephemeralContainers = ephemeralContainers;
  else delete draft.spec.ephemeralContainers;
  dropDisabledFields(draft.spec);
  draft.status = old.status as Draft<PodStatus>;
  keep(draft, old, [
    'deletionTimestamp',
    'generation',
    'labels',
    'annotations',
    'finalizers',
    'ownerReferences',
    'managedFields',
  ]);
}

type MetaField =
  | 'managedFields'
  | 'deletionTimestamp'
  | 'generation'
  | 'labels'
  | 'annotations'
  | 'finalizers'
  | 'ownerReferences';

function keep(draft: Draft<Pod>, old: Pod, fields: readonly MetaField[]): void {
  for (const field of fields) {
    const value = old.metadata[field];
    if (value === undefined) delete draft.metadata[field];
    else Object.assign(draft.metadata, { [field]: value });
  }
}

/** `matchLabelKeys` mean the Pod's own values of these labels, taken once, when it is made. */
function applyLabelKeys(affinity: Draft<PodAffinity> | undefined, labels: Readonly<Record<string, string>>): void {
  for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
    if (podAffinityTerm) applyToTerm(podAffinityTerm, labels);
  }
  for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) applyToTerm(term, labels);
}

function applyToTerm(term: Draft<PodAffinityTerm>, labels: Readonly<Record<string, string>>): void {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  if (!labelSelector) return;
  addExpressions(labelSelector, matchLabelKeys, 'In', labels);
  addExpressions(labelSelector, mismatchLabelKeys, 'NotIn', labels);
}

function addExpressions(
  selector: Draft<LabelSelector>,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Readonly<Record<string, string>>,
): void {
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value === undefined) continue;
    selector.matchExpressions ??= [];
    selector.matchExpressions.push({ key, operator, values: [value] });
  }
}

/**
 * How long the Pod has to end, in seconds: what was asked for or its own period, but nothing when no node has it or it
 * has ended already.
 */
export function podGracePeriodSeconds({ spec, status }: Pod, requested: number | undefined): number {
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (!spec?.nodeName || ended) return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

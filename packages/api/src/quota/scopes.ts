import type { Pod, PodAffinityTerm, ResourceQuota, ScopedResourceSelectorRequirement } from '../generated/core-v1.ts';
import { qosClass } from '../pod/qos.ts';

/** Everything that what a quota counts must match: its scopes, and its scope selector. */
export const scopesOf = ({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/quota/v1/evaluator/core/pods.go podMatchesScopeFunc */
export function inScope(
  { spec }: Pod,
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
): boolean {
  const { activeDeadlineSeconds, priorityClassName = '', containers = [] } = spec ?? {};
  const isTerminating = activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;
  switch (scopeName) {
    case 'Terminating':
      return isTerminating;
    case 'NotTerminating':
      return !isTerminating;
    case 'BestEffort':
    case 'NotBestEffort':
      return (qosClass({ ...spec, containers }) === 'BestEffort') === (scopeName === 'BestEffort');
    case 'PriorityClass':
      if (operator === 'Exists') return priorityClassName !== '';
      if (operator === 'DoesNotExist') return priorityClassName === '';
      if (operator === 'In') return priorityClassName !== '' && values.includes(priorityClassName);
      return priorityClassName === '' || !values.includes(priorityClassName);
    case 'CrossNamespacePodAffinity':
      return affinityTerms(spec).some((term) => !!term.namespaces?.length || term.namespaceSelector !== undefined);
    default:
      return false;
  }
}

function affinityTerms(spec: Pod['spec']): readonly PodAffinityTerm[] {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => term.podAffinityTerm),
  ]);
}

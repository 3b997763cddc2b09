import { validateLabelSelector } from '@tabernetes/apimachinery';
import type { PodSpec, PodTemplateSpec } from '../generated/core-v1.ts';
import { isLocalNonReservedPath } from './paths.ts';
import { affinityTermSelectorErrors } from './validate-affinity.ts';
import { isDeletionCost } from './validate-annotations.ts';
import { hasIndivisibleHugePages } from './validate-resources.ts';
import { sharedNamespace } from './validate-security-context.ts';
import type { PodValidationOptions } from './validation-options.ts';

/**
 * The options that the old Pod or template calls for; none at all for a new one.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/pod/util.go GetValidationOptionsFromPodSpecAndMeta
 */
export function podValidationOptions(old: PodTemplateSpec | undefined): PodValidationOptions {
  if (!old) return {};
  const options: { -readonly [K in keyof PodValidationOptions]: PodValidationOptions[K] } = {};
  if (!isDeletionCost(old.metadata?.annotations)) options.allowInvalidPodDeletionCost = true;
  const { spec } = old;
  if (!spec) return options;
  if (hasBadAffinitySelector(spec)) options.allowInvalidLabelValueInSelector = true;
  if (hasBadSpreadSelector(spec)) options.allowInvalidTopologySpreadConstraintLabelSelector = true;
  if (hasNonLocalTokenPath(spec)) options.allowNonLocalProjectedTokenPath = true;
  if (spec.securityContext?.sysctls?.some(({ name }) => sharedNamespace(spec, name) !== undefined)) {
    options.allowNamespacedSysctlsForHostNetAndHostIPC = true;
  }
  if (hasIndivisibleHugePages(spec)) options.allowIndivisibleHugePagesValues = true;
  return options;
}

function hasBadAffinitySelector({ affinity }: PodSpec): boolean {
  if (!affinity) return false;
  for (const side of [affinity.podAffinity, affinity.podAntiAffinity]) {
    for (const term of side?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (affinityTermSelectorErrors(term, '', false).length > 0) return true;
    }
    for (const { podAffinityTerm } of side?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (affinityTermSelectorErrors(podAffinityTerm, '', false).length > 0) return true;
    }
  }
  return false;
}

const hasBadSpreadSelector = ({ topologySpreadConstraints = [] }: PodSpec): boolean =>
  topologySpreadConstraints.some((c) => validateLabelSelector(c.labelSelector, '').length > 0);

const hasNonLocalTokenPath = ({ volumes = [] }: PodSpec): boolean =>
  volumes.some((volume) =>
    volume.projected?.sources?.some(
      ({ serviceAccountToken: token }) => token?.path && !isLocalNonReservedPath(token.path),
    ),
  );

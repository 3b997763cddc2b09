import type { Pod } from '@tabernetes/api/types/core-v1';

/**
 * Seconds that the containers of a Pod are given when it ends: at least one. `override`: what an eviction allows.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pod_workers.go calculateEffectiveGracePeriod
 */
export function effectiveGraceSeconds({ metadata, spec }: Pod, override?: number): number {
  if (override !== undefined) return Math.max(override, 1);
  return Math.max(metadata.deletionGracePeriodSeconds || (spec?.terminationGracePeriodSeconds ?? 0), 1);
}

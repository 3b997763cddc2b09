import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PodVerdict } from '../status/pod-status.ts';

/** What becomes of a Pod that has been active for longer than it may. */
export const DEADLINE: PodVerdict = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

/**
 * When a Pod has been active for as long as it may (`activeDeadlineSeconds`), in milliseconds since 1970. Infinity: it may
 * be for ever, or has not begun.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/active_deadline.go
 */
export function deadlineMs({ spec }: Pod, startTime: string | undefined): number {
  if (spec?.activeDeadlineSeconds === undefined || startTime === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(startTime) + spec.activeDeadlineSeconds * 1000;
}

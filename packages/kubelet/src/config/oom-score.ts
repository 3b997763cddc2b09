import { qosClass } from '@tabernetes/api';
import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';

const GUARANTEED = -997;
const BEST_EFFORT = 1000;
/** `system-node-critical` */
const NODE_CRITICAL = 2_000_001_000;

/**
 * How gladly the kernel ends the container when the node runs out of memory.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/qos/policy.go
 */
export function oomScoreAdj(
  { spec }: Pod,
  container: Container | EphemeralContainer,
  memoryCapacityBytes: number,
): number {
  if (spec === undefined || (spec.priority ?? 0) >= NODE_CRITICAL) return GUARANTEED;
  const quality = qosClass(spec);
  if (quality !== 'Burstable') return quality === 'Guaranteed' ? GUARANTEED : BEST_EFFORT;
  const requestOf = ({ resources }: Container | EphemeralContainer): number =>
    parseQuantity(resources?.requests?.['memory'] ?? '0').value();
  const others = container.restartPolicy === 'Always' ? Math.min(...spec.containers.map(requestOf)) : 0;
  const request = Math.max(requestOf(container), others);
  const score = 1000 - Math.floor((1000 * request) / memoryCapacityBytes);
  // Between the two others, and equal to neither.
  return Math.min(Math.max(score, 1000 + GUARANTEED), BEST_EFFORT - 1);
}

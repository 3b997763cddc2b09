import type { Taint, Toleration } from '@tabernetes/api/types/core-v1';

/** How long a Pod may stay: not at all, for so long (milliseconds), or for ever. */
export type Stay =
  | { readonly kind: 'none' }
  | { readonly kind: 'for'; readonly ms: number }
  | { readonly kind: 'ever' };

/**
 * How long the tolerations let a Pod stay on a node with these NoExecute taints: as long as the least of the first
 * toleration that fits each.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/tainteviction/taint_eviction.go getMinTolerationTime
 */
export function stayOf(taints: readonly Taint[], tolerations: readonly Toleration[]): Stay {
  let least: number | undefined;
  for (const taint of taints) {
    const toleration = tolerations.find((t) => tolerates(t, taint));
    if (toleration === undefined) return { kind: 'none' };
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds !== undefined) least = Math.min(least ?? tolerationSeconds, tolerationSeconds);
  }
  return least === undefined ? { kind: 'ever' } : { kind: 'for', ms: Math.max(least, 0) * 1000 };
}

function tolerates({ effect = '', key = '', operator = '', value = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || ((operator === '' || operator === 'Equal') && value === (taint.value ?? ''));
}

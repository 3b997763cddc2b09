import type { PodSpec, Toleration } from '@tabernetes/api/types/core-v1';

/**
 * The tolerations of a template with those that every daemon has: it stays on a node that is not ready, and comes to one
 * that is cordoned or short of something. One of the template's that differs in its seconds alone gives way.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations
 */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): readonly Toleration[] {
  let all = tolerations;
  for (const added of hostNetwork ? [...ALWAYS, NETWORK] : ALWAYS) {
    all = all.some((t) => isAlike(t, added)) ? all.map((t) => (isAlike(t, added) ? added : t)) : [...all, added];
  }
  return all;
}

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});

const ALWAYS: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];
const NETWORK = exists('network-unavailable', 'NoSchedule');

const isAlike = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? '') === (b.value ?? '');

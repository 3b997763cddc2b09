import type { Gvk } from './resource.ts';

/** The kinds that stand first, in this order, and those that stand last. */
export const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
export const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export const typeKey = ({ group, version, kind }: Gvk): string => `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;

const place = (kind = ''): number => {
  if (LAST.includes(kind)) return LAST.indexOf(kind) + 1;
  return FIRST.includes(kind) ? FIRST.indexOf(kind) - FIRST.length : 0;
};

/** The order of types by what others need, then by their names. */
export const compareTypes = (a: Gvk, b: Gvk): number =>
  place(a.kind) - place(b.kind) || (typeKey(a) < typeKey(b) ? -1 : typeKey(a) > typeKey(b) ? 1 : 0);

import type { Manifest } from './api.ts';

interface PodSpec {
  readonly containers?: readonly unknown[];
  readonly initContainers?: readonly { readonly restartPolicy?: string }[];
  readonly restartPolicy?: string;
}

interface Spec extends PodSpec {
  readonly replicas?: number;
  readonly completions?: number;
  readonly schedule?: string;
}

/** What becomes of an object when all goes well. */
export function expectedState({ kind, ...object }: Manifest, nodes: number): string {
  const spec = (object['spec'] ?? {}) as Spec;
  switch (kind) {
    case 'Pod': {
      const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').length;
      const all = (spec.containers ?? []).length + sidecars;
      return (spec.restartPolicy ?? 'Always') === 'Always' ? `Running ${all}/${all}` : 'Completed';
    }
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      return `${spec.replicas ?? 1}/${spec.replicas ?? 1}`;
    case 'DaemonSet':
      return `${nodes}/${nodes}`;
    case 'Job':
      return `Complete ${spec.completions ?? 1}/${spec.completions ?? 1}`;
    case 'PersistentVolumeClaim':
      return 'Bound';
    case 'PersistentVolume':
      return 'Available';
    case 'Namespace':
      return 'Active';
    case 'CronJob':
      return spec.schedule?.startsWith('@') === true ? 'waits' : 'has run';
    case 'Ingress':
      return 'has an address';
    default:
      return 'stored';
  }
}

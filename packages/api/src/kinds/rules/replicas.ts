import type { Draft } from '@tabernetes/apimachinery';
import type { Column, ScaleSubresource } from '../../kind.ts';

/** A kind that keeps a number of Pods. */
interface Replicated {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}

/** `Desired`, `Current` and `Ready`, as ReplicaSets and ReplicationControllers print them. */
export const replicaColumns: readonly Column<Replicated>[] = [
  {
    name: 'Desired',
    type: 'integer',
    description: 'Number of Pods asked for.',
    cell: ({ spec }) => spec?.replicas ?? 0,
  },
  {
    name: 'Current',
    type: 'integer',
    description: 'Number of Pods that exist.',
    cell: ({ status }) => status?.replicas ?? 0,
  },
  {
    name: 'Ready',
    type: 'integer',
    description: 'Number of Pods that are ready.',
    cell: ({ status }) => status?.readyReplicas ?? 0,
  },
];

/** `Ready` as `2/3`, as Deployments and StatefulSets print it. */
export const readyOfReplicasColumn: Column<Replicated> = {
  name: 'Ready',
  type: 'string',
  description: 'Pods that are ready, of those asked for.',
  cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
};

/** `/scale` of a kind that counts in `spec.replicas` and `status.replicas`; `selector` is the text of its selector. */
export const replicaScale = <T extends Replicated>(
  selector: (object: T) => string,
  missing?: ScaleSubresource<T>['missing'],
): ScaleSubresource<T> => ({
  type: 'scale',
  name: 'scale',
  ...(missing && { missing }),
  read: (object) => ({
    specReplicas: object.spec?.replicas ?? 0,
    statusReplicas: object.status?.replicas ?? 0,
    selector: selector(object),
  }),
  write: (draft, replicas) => {
    const { spec } = draft as Draft<Replicated>;
    if (spec) spec.replicas = replicas;
  },
});

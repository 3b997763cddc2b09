import type { PersistentVolumeClaimSpec, PersistentVolumeClaimStatus } from '@tabernetes/api/types/core-v1';
import { type ObjectMeta, timestampAge } from '@tabernetes/apimachinery';
import type { Description } from './description.ts';
import { annotations, bracketed, pairs } from './metadata.ts';

export interface Claim {
  readonly metadata: ObjectMeta;
  readonly spec?: PersistentVolumeClaimSpec;
  readonly status?: PersistentVolumeClaimStatus;
}

const CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class that a claim or a volume is of, the old annotation first. */
export const classOf = ({ annotations: map }: ObjectMeta, storageClassName: string | undefined): string =>
  map?.[CLASS] ?? storageClassName ?? '';

/** A claim; `isWhole` is false of the templates in Pods, which have neither a name nor a status. */
export function claimOverview(
  d: Description,
  { metadata, spec = {}, status = {} }: Claim,
  nowMs: number,
  isWhole = true,
): void {
  if (isWhole) {
    d.field(0, 'Name', metadata.name ?? '');
    d.field(0, 'Namespace', metadata.namespace ?? '');
  }
  d.field(0, 'StorageClass', classOf(metadata, spec.storageClassName));
  if (isWhole) d.field(0, 'Status', phase(metadata, status.phase, nowMs));
  d.field(0, 'Volume', spec.volumeName ?? '');
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  if (isWhole) d.field(0, 'Finalizers', bracketed(metadata.finalizers));
  d.field(0, 'Capacity', spec.volumeName ? (status.capacity?.['storage'] ?? '0') : '');
  d.field(0, 'Access Modes', spec.volumeName ? accessModes(status.accessModes) : '');
  if (spec.volumeMode !== undefined) d.field(0, 'VolumeMode', spec.volumeMode);
  if (!spec.dataSource) return;
  d.write(0, 'DataSource:\n');
  // The server writes null for the core group.
  if (typeof spec.dataSource.apiGroup === 'string') d.field(1, 'APIGroup', spec.dataSource.apiGroup);
  d.field(1, 'Kind', spec.dataSource.kind);
  d.field(1, 'Name', spec.dataSource.name);
}

export const phase = ({ deletionTimestamp }: ObjectMeta, name: string | undefined, nowMs: number): string =>
  deletionTimestamp ? `Terminating (lasts ${timestampAge(deletionTimestamp, nowMs)})` : (name ?? '');

const SHORT = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };

/** `RWO,ROX` */
export const accessModes = (modes: readonly string[] = []): string =>
  Object.entries(SHORT)
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');

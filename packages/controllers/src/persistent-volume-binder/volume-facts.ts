import type { PersistentVolume, PersistentVolumeClaim } from '@tabernetes/api/types/core-v1';
import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import { type KubeObject, parseQuantity } from '@tabernetes/apimachinery';

/** Annotations by which binder, scheduler and provisioners tell each other how far a claim is. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const MIGRATED_TO = 'pv.kubernetes.io/migrated-to';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
export const PROVISIONER_BETA = 'volume.beta.kubernetes.io/storage-provisioner';
const CLASS_BETA = 'volume.beta.kubernetes.io/storage-class';

export const hasAnnotation = ({ metadata }: KubeObject, name: string): boolean =>
  metadata.annotations?.[name] !== undefined;

/** The object with one more annotation. */
export const annotated = <T extends KubeObject>(object: T, annotations: Readonly<Record<string, string>>): T => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

export const claimKeyOf = (ref: { readonly namespace?: string; readonly name?: string }): string =>
  `${ref.namespace}/${ref.name}`;

export const classOf = ({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string =>
  metadata.annotations?.[CLASS_BETA] ?? spec?.storageClassName ?? '';

/** Somebody chose a class for the claim, be it that of no name. */
export const hasClass = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  metadata.annotations?.[CLASS_BETA] !== undefined || spec?.storageClassName !== undefined;

export const capacityBytes = ({ spec }: PersistentVolume): number =>
  parseQuantity(spec?.capacity?.['storage'] ?? '0').value();
export const requestedBytes = ({ spec }: PersistentVolumeClaim): number =>
  parseQuantity(spec?.resources?.requests?.['storage'] ?? '0').value();

/** The volume belongs to this claim, or is kept for a claim of its name. */
export function isBoundTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false;
  return !ref.uid || ref.uid === metadata.uid;
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const DEFAULT_CLASS_BETA = 'storageclass.beta.kubernetes.io/is-default-class';

/** The newest of those that say that they are the default; of two of one second, the first by name. */
export function defaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  let best: StorageClass | undefined;
  for (const one of classes) {
    const { annotations = {}, creationTimestamp = '', name = '' } = one.metadata;
    if (annotations[DEFAULT_CLASS] !== 'true' && annotations[DEFAULT_CLASS_BETA] !== 'true') continue;
    const since = best?.metadata.creationTimestamp ?? '';
    if (creationTimestamp > since || (creationTimestamp === since && name < (best?.metadata.name ?? ''))) best = one;
  }
  return best;
}

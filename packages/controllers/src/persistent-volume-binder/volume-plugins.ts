import type { PersistentVolume } from '@tabernetes/api/types/core-v1';
import { MIGRATED_TO, PROVISIONED_BY } from './volume-facts.ts';

/**
 * What kube-controller-manager can do with volumes by itself. It knows the sources below; anything else is the business
 * of somebody outside (CSI drivers, provisioners), or of nobody.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/cmd/kube-controller-manager/app/plugins.go
 */
const KNOWN_SOURCES = ['hostPath', 'nfs', 'fc', 'iscsi'] as const;
const KNOWN_NAMES = new Set([
  'kubernetes.io/host-path',
  'kubernetes.io/nfs',
  'kubernetes.io/fc',
  'kubernetes.io/iscsi',
  'kubernetes.io/csi',
]);

/** In-tree provisioners whose work CSI drivers do since they were taken out. */
const MIGRATED: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
};

/** The driver that does the work of an in-tree provisioner; undefined: none does. */
export const migratedTo = (provisioner: string): string | undefined => MIGRATED[provisioner];

/** Who is to provision volumes of a class, or why nobody can. */
export function provisionerOf(provisioner: string): { readonly name: string } | { readonly problem: string } {
  const driver = migratedTo(provisioner);
  if (driver !== undefined) return { name: driver };
  if (provisioner === HOST_PATH) return { name: HOST_PATH };
  if (!provisioner.startsWith('kubernetes.io/')) return { name: provisioner };
  if (KNOWN_NAMES.has(provisioner)) return { problem: 'no provisionable volume plugin matched' };
  return { problem: `no volume plugin matched name: ${provisioner}` };
}

/** The one in-tree provisioner that is left; it is switched off unless kube-controller-manager is told otherwise. */
export const HOST_PATH = 'kubernetes.io/host-path';
export const HOST_PATH_OFF = `Failed to create provisioner: provisioning in volume plugin "${HOST_PATH}" is disabled`;

/** `deleted`: nothing of it is left. `elsewhere`: somebody outside deletes it. */
export type Deletion = 'deleted' | 'elsewhere' | { readonly problem: string };

/** Deletes what is behind a volume, as far as that is ours to do. */
export function deleteBacking({ metadata, spec = {} }: PersistentVolume): Deletion {
  const { name = '', annotations = {} } = metadata;
  const provisioner = annotations[PROVISIONED_BY];
  if (provisioner) {
    if (!provisioner.startsWith('kubernetes.io/')) return 'elsewhere';
    if (provisioner !== HOST_PATH)
      return {
        problem: KNOWN_NAMES.has(provisioner) ? NOT_DELETABLE : `no volume plugin matched name: ${provisioner}`,
      };
  } else if (annotations[MIGRATED_TO] !== undefined || spec.csi !== undefined) return 'elsewhere';
  else if (spec.hostPath === undefined) {
    const known = KNOWN_SOURCES.some((source) => spec[source] !== undefined);
    return {
      problem: `error getting deleter volume plugin for volume "${name}": ${known ? NOT_DELETABLE : 'no volume plugin matched'}`,
    };
  }
  if (spec.hostPath === undefined)
    return { problem: `failed to create deleter for volume "${name}": spec.PersistentVolumeSource.HostPath is nil` };
  // What is deleted is on the machine of the controller manager, which is none of the nodes: nothing, that is.
  if (/\/tmp\/.+/.test(spec.hostPath.path)) return 'deleted';
  return { problem: `host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}` };
}
const NOT_DELETABLE = 'no deletable volume plugin matched';

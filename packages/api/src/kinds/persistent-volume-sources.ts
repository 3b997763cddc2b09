import {
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  required,
} from '@tabernetes/apimachinery';
import type { PersistentVolumeSpec, SecretReference } from '../generated/core-v1.ts';
import { noBacksteps } from '../pod/paths.ts';
import { reject } from '../pod/rules.ts';
import { validateCsiDriverName, validateVolumeSource } from '../pod/validate-volumes.ts';

/**
 * Exactly one source, and the rules of its kind. Most are those of the same source in a Pod.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec
 */
export function validateVolumeSources(errors: FieldError[], spec: PersistentVolumeSpec, volumeName: string): void {
  let found = false;
  for (const name of VOLUME_SOURCES) {
    if (spec[name] === undefined) continue;
    if (found && name !== 'flexVolume') {
      const path = name === 'cephfs' ? 'spec.cephFS' : `spec.${name}`;
      errors.push(forbidden(path, 'may not specify more than 1 volume type'));
    } else if (name === 'local') {
      localErrors(errors, spec);
    } else if (name === 'csi') {
      csiErrors(errors, spec);
    } else {
      const problems: FieldError[] = [];
      validateVolumeSource(problems, { ...spec, name: '' }, name, 'spec');
      // Of volumes it is not told which formats there are.
      for (const problem of problems) {
        errors.push({ ...problem, detail: problem.detail.replace(' starting with iqn, eui, or naa', '') });
      }
      ownErrors(errors, spec, name, volumeName);
    }
    found = true;
  }
  if (!found) errors.push(required('spec', 'must specify a volume type'));
}

/** What a PersistentVolume may be made of, in the order in which upstream looks. */
export const VOLUME_SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const satisfies readonly (keyof PersistentVolumeSpec)[];

/** What a source asks for here and not in a Pod: Secrets and Endpoints may be those of other namespaces. */
function ownErrors(
  errors: FieldError[],
  spec: PersistentVolumeSpec,
  name: (typeof VOLUME_SOURCES)[number],
  volumeName: string,
): void {
  const { glusterfs, iscsi, cinder, azureFile, storageos } = spec;
  if (name === 'glusterfs' && glusterfs?.endpointsNamespace !== undefined) {
    const { endpointsNamespace: namespace } = glusterfs;
    const at = 'spec.glusterfs.endpointsNamespace';
    if (namespace === '') {
      errors.push(invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
    } else {
      reject(errors, at, namespace, isDns1123Label(namespace));
    }
  }
  if (name === 'iscsi' && iscsi !== undefined) {
    if (iscsi.initiatorName !== undefined && `${volumeName}:${iscsi.targetPortal ?? ''}`.length > MAX_ISCSI_NAME) {
      const detail =
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
      errors.push(invalid('spec.iscsi.targetportal', iscsi.targetPortal ?? '', detail));
    }
    if (iscsi.secretRef && !iscsi.secretRef.name) errors.push(required('spec.iscsi.secretRef.name'));
  }
  if (name === 'cinder' && cinder?.secretRef && !cinder.secretRef.namespace) {
    errors.push(required('spec.cinder.secretRef.namespace'));
  }
  if (name === 'azureFile' && azureFile?.secretNamespace === '') {
    errors.push(required('spec.azureFile.secretNamespace'));
  }
  if (name === 'storageos' && storageos?.secretRef && !storageos.secretRef.namespace) {
    errors.push(required('spec.storageos.secretRef.namespace'));
  }
}

const MAX_ISCSI_NAME = 64;

function localErrors(errors: FieldError[], { local, nodeAffinity }: PersistentVolumeSpec): void {
  const path = local?.path ?? '';
  if (path === '') errors.push(required('spec.local.path'));
  else noBacksteps(errors, 'spec.local.path', path);
  if (nodeAffinity === undefined) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
}

function csiErrors(errors: FieldError[], { csi }: PersistentVolumeSpec): void {
  validateCsiDriverName(errors, 'spec.csi.driver', csi?.driver);
  if (!csi?.volumeHandle) errors.push(required('spec.csi.volumeHandle'));
  for (const name of CSI_SECRETS) secretErrors(errors, csi?.[name], `spec.csi.${name}`);
}

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function secretErrors(errors: FieldError[], secret: SecretReference | undefined, at: string): void {
  if (secret === undefined) return;
  const { name, namespace } = secret;
  if (!name) errors.push(required(`${at}.name`));
  else reject(errors, `${at}.name`, name, isDns1123Subdomain(name));
  if (!namespace) errors.push(required(`${at}.namespace`));
  else reject(errors, `${at}.namespace`, namespace, isDns1123Label(namespace));
}

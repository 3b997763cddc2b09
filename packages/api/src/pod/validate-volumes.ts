import {
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { HostPathVolumeSource, ISCSIVolumeSource, Volume } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { localDescendingPath, noBacksteps } from './paths.ts';
import { compareQuantities } from './quantities.ts';
import { between, type Errors, reject } from './rules.ts';
import { validateClaimTemplate } from './validate-claims.ts';
import {
  validateConfigMapVolume,
  validateDownwardVolume,
  validateProjected,
  validateSecretVolume,
} from './validate-projections.ts';
import type { PodValidationOptions } from './validation-options.ts';

/**
 * Checks every volume. Returns the sound ones by name: mounts of a volume with an error are reported as not found too,
 * as upstream does.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateVolumes
 */
export function validateVolumes(
  errors: Errors,
  volumes: readonly Volume[],
  path: string,
  options: PodValidationOptions,
): ReadonlyMap<string, Volume> {
  const sound = new Map<string, Volume>();
  const { podName } = options;
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i] as Volume;
    const before = errors.length;
    const at = `${path}[${i}]`;
    validateSource(errors, volume, at, options);
    const name = volume.name ?? '';
    if (name === '') errors.push(required(`${at}.name`));
    else reject(errors, `${at}.name`, name, isDns1123Label(name));
    if (sound.has(name)) errors.push({ type: 'FieldValueDuplicate', field: `${at}.name`, badValue: name, detail: '' });
    if (errors.length === before) sound.set(name, volume);
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (podName && claimName && volumes.some((v) => v.ephemeral && `${podName}-${v.name ?? ''}` === claimName)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claimName, detail));
    }
  }
  return sound;
}

type SourceName = Exclude<keyof Volume, 'name'>;
type Check<K extends SourceName> = (
  errors: Errors,
  source: NonNullable<Volume[K]>,
  path: string,
  volume: Volume,
  options: PodValidationOptions,
) => void;

/** A kind of volume: the path of what is wrong inside it, the path when it is one too many, and its rules. */
interface SourceRule<K extends SourceName = SourceName> {
  readonly name: K;
  /** Both paths are upstream's, spelling included. */
  readonly path: string;
  readonly surplusPath: string;
  readonly check?: Check<K>;
}

/** Erases the key, so that rules of all kinds fit one list; each is only ever called with its own kind of source. */
function rule<K extends SourceName>(name: K, check?: Check<K>, path: string = name, surplusPath = path): SourceRule {
  return { name, path, surplusPath, ...(check && { check: check as Check<SourceName> }) };
}

/** In the order in which upstream looks. */
const SOURCES: readonly SourceRule[] = [
  rule('emptyDir', (errors, { sizeLimit }, path) => {
    if (sizeLimit === undefined || compareQuantities(sizeLimit, '0') >= 0) return;
    errors.push(forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }),
  rule('hostPath', validateHostPath),
  rule('gitRepo', (errors, { repository, directory }, path) => {
    if (!repository) errors.push(required(`${path}.repository`));
    localDescendingPath(errors, `${path}.directory`, directory ?? '');
  }),
  rule(
    'gcePersistentDisk',
    (errors, { pdName, partition }, path) => {
      if (!pdName) errors.push(required(`${path}.pdName`));
      validatePartition(errors, `${path}.partition`, partition);
    },
    'persistentDisk',
    'gcePersistentDisk',
  ),
  rule('awsElasticBlockStore', (errors, { volumeID, partition }, path) => {
    if (!volumeID) errors.push(required(`${path}.volumeID`));
    validatePartition(errors, `${path}.partition`, partition);
  }),
  rule('secret', validateSecretVolume),
  rule('nfs', (errors, { server, path: mounted }, path) => {
    if (!server) errors.push(required(`${path}.server`));
    if (!mounted) errors.push(required(`${path}.path`));
    if (!mounted?.startsWith('/')) errors.push(invalid(`${path}.path`, mounted ?? '', 'must be an absolute path'));
  }),
  rule('iscsi', validateIscsi),
  rule('glusterfs', (errors, { endpoints, path: mounted }, path) => {
    if (!endpoints) errors.push(required(`${path}.endpoints`));
    if (!mounted) errors.push(required(`${path}.path`));
  }),
  rule('flocker', (errors, { datasetName, datasetUUID }, path) => {
    if (!datasetName && !datasetUUID) errors.push(required(path, 'one of datasetName and datasetUUID is required'));
    if (datasetName && datasetUUID) {
      errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
    }
    if (datasetName?.includes('/')) {
      errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
    }
  }),
  rule('persistentVolumeClaim', (errors, { claimName }, path) => {
    if (!claimName) errors.push(required(`${path}.claimName`));
  }),
  rule('rbd', (errors, { monitors, image }, path) => {
    if (!monitors?.length) errors.push(required(`${path}.monitors`));
    if (!image) errors.push(required(`${path}.image`));
  }),
  rule('cinder', (errors, { volumeID, secretRef }, path) => {
    if (!volumeID) errors.push(required(`${path}.volumeID`));
    if (secretRef && !secretRef.name) errors.push(required(`${path}.secretRef.name`));
  }),
  rule(
    'cephfs',
    (errors, { monitors }, path) => {
      if (!monitors?.length) errors.push(required(`${path}.monitors`));
    },
    'cephfs',
    'cephFS',
  ),
  rule('quobyte', validateQuobyte),
  rule('downwardAPI', validateDownwardVolume, 'downwardAPI', 'downwarAPI'),
  rule('fc', (errors, { targetWWNs = [], wwids = [], lun }, path) => {
    if (targetWWNs.length === 0 && wwids.length === 0) {
      errors.push(required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
    }
    if (targetWWNs.length === 0) return;
    if (wwids.length > 0) {
      const detail = 'targetWWNs and wwids can not be specified simultaneously';
      errors.push(invalid(`${path}.targetWWNs`, dumpGo('[]string', targetWWNs), detail));
    }
    if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
    else if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, between(0, 255)));
  }),
  rule('flexVolume', (errors, { driver, options }, path) => {
    if (!driver) errors.push(required(`${path}.driver`));
    for (const key in options) {
      const [namespace = key] = key.split('/', 1);
      if (!/\.(kubernetes|k8s)\.io$/.test(`.${namespace.toLowerCase()}`)) continue;
      const detail = 'kubernetes.io and k8s.io namespaces are reserved';
      errors.push(invalid(`${path}.options[${key}]`, key, detail));
    }
  }),
  rule('configMap', validateConfigMapVolume),
  rule('azureFile', (errors, { secretName, shareName }, path) => {
    if (!secretName) errors.push(required(`${path}.secretName`));
    if (!shareName) errors.push(required(`${path}.shareName`));
  }),
  rule('vsphereVolume', (errors, { volumePath }, path) => {
    if (!volumePath) errors.push(required(`${path}.volumePath`));
  }),
  rule('photonPersistentDisk', (errors, { pdID }, path) => {
    if (!pdID) errors.push(required(`${path}.pdID`));
  }),
  rule('portworxVolume', (errors, { volumeID }, path) => {
    if (!volumeID) errors.push(required(`${path}.volumeID`));
  }),
  rule('azureDisk', validateAzureDisk),
  rule('storageos', (errors, { volumeName, volumeNamespace, secretRef }, path) => {
    if (!volumeName) errors.push(required(`${path}.volumeName`));
    else reject(errors, `${path}.volumeName`, volumeName, isDns1123Label(volumeName));
    if (volumeNamespace) reject(errors, `${path}.volumeNamespace`, volumeNamespace, isDns1123Label(volumeNamespace));
    if (secretRef && !secretRef.name) errors.push(required(`${path}.secretRef.name`));
  }),
  rule('projected', validateProjected),
  rule('scaleIO', (errors, { gateway, system, volumeName }, path) => {
    if (!gateway) errors.push(required(`${path}.gateway`));
    if (!system) errors.push(required(`${path}.system`));
    if (!volumeName) errors.push(required(`${path}.volumeName`));
  }),
  rule('csi', (errors, { driver, nodePublishSecretRef }, path) => {
    validateCsiDriverName(errors, `${path}.driver`, driver);
    if (!nodePublishSecretRef) return;
    const { name } = nodePublishSecretRef;
    if (!name) errors.push(required(`${path}.nodePublishSecretRef.name`));
    else reject(errors, `${path}.name`, name, isDns1123Subdomain(name));
  }),
  rule('ephemeral', (errors, { volumeClaimTemplate }, path) => {
    if (!volumeClaimTemplate) errors.push(required(`${path}.volumeClaimTemplate`));
    else validateClaimTemplate(errors, volumeClaimTemplate, `${path}.volumeClaimTemplate`);
  }),
];

/** The rules of one source alone, which PersistentVolumes have too. `path` is that of the volume. */
export function validateVolumeSource(errors: Errors, volume: Volume, name: SourceName, path: string): void {
  const { path: inside = name, check } = SOURCES.find((candidate) => candidate.name === name) ?? {};
  const source = volume[name];
  if (source !== undefined) check?.(errors, source, `${path}.${inside}`, volume, {});
}

/** By name: most volumes have one source, and need no look at all the others that there are. */
const RULES: ReadonlyMap<string, SourceRule> = new Map(SOURCES.map((each) => [each.name, each]));

function onlySource(volume: Volume): SourceRule | undefined {
  let only: SourceRule | undefined;
  for (const field in volume) {
    const found = volume[field as keyof Volume] === undefined ? undefined : RULES.get(field);
    if (found !== undefined && only !== undefined) return undefined;
    only ??= found;
  }
  return only;
}

function validateSource(errors: Errors, volume: Volume, path: string, options: PodValidationOptions): void {
  const only = onlySource(volume);
  let found = false;
  for (const { name, path: inside, surplusPath, check } of only === undefined ? SOURCES : [only]) {
    const source = volume[name];
    if (source === undefined) continue;
    if (found) {
      errors.push(forbidden(`${path}.${surplusPath}`, 'may not specify more than 1 volume type'));
    } else {
      found = true;
      check?.(errors, source, `${path}.${inside}`, volume, options);
      if (name === 'ephemeral') validateClaimName(errors, volume, path, options);
    }
    if (name === 'iscsi') validateIscsiName(errors, volume, path);
  }
  if (!found) errors.push(required(path, 'must specify a volume type'));
}

/** The claim of an ephemeral volume is named after Pod and volume; together they must be a name too. */
function validateClaimName(errors: Errors, volume: Volume, path: string, { podName }: PodValidationOptions): void {
  if (!podName || !volume.name) return;
  const claim = `${podName}-${volume.name}`;
  for (const problem of isDns1123Subdomain(claim)) {
    errors.push(invalid(`${path}.name`, volume.name, `PVC name ${JSON.stringify(claim)}: ${problem}`));
  }
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
] as const;

/** Rules of a hostPath, of a Pod's volume or of a PersistentVolume. */
function validateHostPath(errors: Errors, { path: host, type }: HostPathVolumeSource, path: string): void {
  if (!host) {
    errors.push(required(`${path}.path`));
    return;
  }
  noBacksteps(errors, `${path}.path`, host);
  if (type !== undefined && !HOST_PATH_TYPES.includes(type as (typeof HOST_PATH_TYPES)[number])) {
    errors.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES));
  }
}

function validatePartition(errors: Errors, path: string, partition: number | undefined): void {
  if (partition !== undefined && (partition < 0 || partition > 255)) {
    errors.push(invalid(path, partition, between(1, 255)));
  }
}

const MAX_CSI_DRIVER_NAME = 63;

/** Rules of the name of a CSI driver, wherever it stands. */
export function validateCsiDriverName(errors: Errors, path: string, driver: string | undefined): void {
  const name = driver ?? '';
  if (name === '') errors.push(required(path));
  if (name.length > MAX_CSI_DRIVER_NAME) {
    const detail = `may not be more than ${MAX_CSI_DRIVER_NAME} bytes`;
    errors.push({ type: 'FieldValueTooLong', field: path, badValue: '', detail });
  }
  reject(errors, path, name, isDns1123Subdomain(name.toLowerCase()));
}

const ISCSI_FORMATS: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};
const MAX_ISCSI_NAME = 64;

/** Rules of an iSCSI qualified name or initiator name. */
function validateIscsiQualifiedName(errors: Errors, path: string, name: string, unknown: string): void {
  const format = ISCSI_FORMATS[name.slice(0, 3)];
  if (!format) errors.push(invalid(path, name, unknown));
  else if (!format.test(name)) errors.push(invalid(path, name, 'must be valid format'));
}

function validateIscsi(errors: Errors, iscsi: ISCSIVolumeSource, path: string): void {
  const unknown = 'must be valid format starting with iqn, eui, or naa';
  if (!iscsi.targetPortal) errors.push(required(`${path}.targetPortal`));
  if (!iscsi.iqn) errors.push(required(`${path}.iqn`));
  else validateIscsiQualifiedName(errors, `${path}.iqn`, iscsi.iqn, unknown);
  const lun = iscsi.lun ?? 0;
  if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, between(0, 255)));
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef) {
    errors.push(required(`${path}.secretRef`));
  }
  if (iscsi.initiatorName !== undefined) {
    validateIscsiQualifiedName(errors, `${path}.initiatorname`, iscsi.initiatorName, unknown);
  }
}

function validateIscsiName(errors: Errors, { name = '', iscsi }: Volume, path: string): void {
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal ?? ''}`.length <= MAX_ISCSI_NAME) return;
  const detail =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  errors.push(invalid(`${path}.name`, name, detail));
}

function validateQuobyte(errors: Errors, source: NonNullable<Volume['quobyte']>, path: string): void {
  const { registry, tenant = '', volume } = source;
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (!registry) errors.push(required(`${path}.registry`, pairs));
  else if (tenant.length >= 65) {
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!HOST_PORT.test(pair)) errors.push(invalid(`${path}.registry`, registry, pairs));
    }
  }
  if (!volume) errors.push(required(`${path}.volume`));
}

/** What Go's net.SplitHostPort takes. */
const HOST_PORT = /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/;

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

/** Rules of an Azure disk, of a Pod's volume or of a PersistentVolume. */
function validateAzureDisk(errors: Errors, disk: NonNullable<Volume['azureDisk']>, path: string): void {
  const { diskName, diskURI = '', cachingMode, kind } = disk;
  if (!diskName) errors.push(required(`${path}.diskName`));
  if (!diskURI) errors.push(required(`${path}.diskURI`));
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, CACHING_MODES));
  }
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  const managed = kind === 'Managed';
  if (!diskURI.startsWith(managed ? '/subscriptions/' : 'https://')) {
    errors.push(notSupported(`${path}.diskURI`, diskURI, [managed ? MANAGED_URI : BLOB_URI]));
  }
}

import type { Description } from './description.ts';

export type Field = readonly [name: string, value: unknown];

/** `Type:` and the fields of a source of a volume. */
export function sourceText(d: Description, title: string, fields: readonly Field[]): void {
  d.field(2, 'Type', title);
  // ISCSI's interface has no colon, and AzureDisk's kind has a space behind it: so kubectl prints them.
  for (const [name, value] of fields)
    d.write(2, name === 'ISCSIInterface' ? `${name}\t${value}\n` : `${name}:${name === 'Kind' ? ' ' : ''}\t${value}\n`);
}

interface Layout {
  readonly title: string;
  /** What is printed, and the field that it is, with what stands there when the field is missing. */
  readonly fields: readonly (readonly [
    name: string,
    field: string,
    missing?: unknown,
    as?: (value: unknown) => string,
  ])[];
}

const list = (value: unknown): string => `[${Array.isArray(value) ? value.join(' ') : ''}]`;
const comma = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');
/** Go's text of a reference to a Secret. */
const reference = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return 'nil';
  const { name = '', namespace } = value as { readonly name?: string; readonly namespace?: string };
  return namespace === undefined
    ? `&LocalObjectReference{Name:${name},}`
    : `&SecretReference{Name:${name},Namespace:${namespace},}`;
};
const options = (value: unknown): string =>
  `map[${Object.entries((value ?? {}) as object)
    .map(([key, item]) => `${key}:${item}`)
    .sort()
    .join(' ')}]`;

const READ_ONLY = ['ReadOnly', 'readOnly', false] as const;
const FS_TYPE = ['FSType', 'fsType'] as const;
const SECRET_REF = ['SecretRef', 'secretRef', 'nil', reference] as const;

const LAYOUTS = {
  hostPath: {
    title: 'HostPath (bare host directory volume)',
    fields: [
      ['Path', 'path'],
      ['HostPathType', 'type', '<none>'],
    ],
  },
  gcePersistentDisk: {
    title: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    fields: [['PDName', 'pdName'], FS_TYPE, ['Partition', 'partition', 0], READ_ONLY],
  },
  awsElasticBlockStore: {
    title: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    fields: [['VolumeID', 'volumeID'], FS_TYPE, ['Partition', 'partition', 0], READ_ONLY],
  },
  gitRepo: {
    title: 'GitRepo (a volume that is pulled from git when the pod is created)',
    fields: [
      ['Repository', 'repository'],
      ['Revision', 'revision'],
    ],
  },
  secret: {
    title: 'Secret (a volume populated by a Secret)',
    fields: [
      ['SecretName', 'secretName'],
      ['Optional', 'optional', false],
    ],
  },
  configMap: {
    title: 'ConfigMap (a volume populated by a ConfigMap)',
    fields: [
      ['Name', 'name'],
      ['Optional', 'optional', false],
    ],
  },
  nfs: {
    title: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    fields: [['Server', 'server'], ['Path', 'path'], READ_ONLY],
  },
  iscsi: {
    title: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ['TargetPortal', 'targetPortal'],
      ['IQN', 'iqn'],
      ['Lun', 'lun', 0],
      ['ISCSIInterface', 'iscsiInterface'],
      FS_TYPE,
      READ_ONLY,
      ['Portals', 'portals', '[]', list],
      ['DiscoveryCHAPAuth', 'chapAuthDiscovery', false],
      ['SessionCHAPAuth', 'chapAuthSession', false],
      SECRET_REF,
      ['InitiatorName', 'initiatorName', '<none>'],
    ],
  },
  glusterfs: {
    title: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [['EndpointsName', 'endpoints'], ['Path', 'path'], READ_ONLY],
  },
  persistentVolumeClaim: {
    title: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    fields: [['ClaimName', 'claimName'], READ_ONLY],
  },
  rbd: {
    title: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ['CephMonitors', 'monitors', '[]', list],
      ['RBDImage', 'image'],
      FS_TYPE,
      ['RBDPool', 'pool'],
      ['RadosUser', 'user'],
      ['Keyring', 'keyring'],
      SECRET_REF,
      READ_ONLY,
    ],
  },
  quobyte: {
    title: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [['Registry', 'registry'], ['Volume', 'volume'], READ_ONLY],
  },
  azureDisk: {
    title: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    fields: [
      ['DiskName', 'diskName'],
      ['DiskURI', 'diskURI'],
      ['Kind', 'kind'],
      FS_TYPE,
      ['CachingMode', 'cachingMode'],
      READ_ONLY,
    ],
  },
  vsphereVolume: {
    title: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    fields: [['VolumePath', 'volumePath'], FS_TYPE, ['StoragePolicyName', 'storagePolicyName']],
  },
  cinder: {
    title: 'Cinder (a Persistent Disk resource in OpenStack)',
    fields: [['VolumeID', 'volumeID'], FS_TYPE, READ_ONLY, SECRET_REF],
  },
  photonPersistentDisk: {
    title: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    fields: [['PdID', 'pdID'], FS_TYPE],
  },
  portworxVolume: { title: 'PortworxVolume (a Portworx Volume resource)', fields: [['VolumeID', 'volumeID']] },
  scaleIO: {
    title: 'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    fields: [
      ['Gateway', 'gateway'],
      ['System', 'system'],
      ['Protection Domain', 'protectionDomain'],
      ['Storage Pool', 'storagePool'],
      ['Storage Mode', 'storageMode'],
      ['VolumeName', 'volumeName'],
      FS_TYPE,
      READ_ONLY,
    ],
  },
  cephfs: {
    title: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ['Monitors', 'monitors', '[]', list],
      ['Path', 'path'],
      ['User', 'user'],
      ['SecretFile', 'secretFile'],
      SECRET_REF,
      READ_ONLY,
    ],
  },
  storageos: {
    title: 'StorageOS (a StorageOS Persistent Disk resource)',
    fields: [['VolumeName', 'volumeName'], ['VolumeNamespace', 'volumeNamespace'], FS_TYPE, READ_ONLY],
  },
  fc: {
    title: 'FC (a Fibre Channel disk)',
    fields: [['TargetWWNs', 'targetWWNs', '', comma], ['LUN', 'lun', '<none>'], FS_TYPE, READ_ONLY],
  },
  azureFile: {
    title: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: [['SecretName', 'secretName'], ['ShareName', 'shareName'], READ_ONLY],
  },
  flexVolume: {
    title: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    fields: [['Driver', 'driver'], FS_TYPE, SECRET_REF, READ_ONLY, ['Options', 'options', 'map[]', options]],
  },
  flocker: {
    title: 'Flocker (a Flocker volume mounted by the Flocker agent)',
    fields: [
      ['DatasetName', 'datasetName'],
      ['DatasetUUID', 'datasetUUID'],
    ],
  },
  local: {
    title: 'LocalVolume (a persistent volume backed by local storage on a node)',
    fields: [['Path', 'path']],
  },
  image: {
    title: 'Image (a container image or OCI artifact)',
    fields: [
      ['Reference', 'reference'],
      ['PullPolicy', 'pullPolicy'],
    ],
  },
} satisfies Readonly<Record<string, Layout>>;

export type SourceName = keyof typeof LAYOUTS;

/** What is printed of a source, of whatever type it is; undefined when kubectl knows none of them. */
export function fieldsOfSource(
  volume: Readonly<Partial<Record<SourceName, unknown>>>,
): { readonly name: SourceName; readonly title: string; readonly fields: readonly Field[] } | undefined {
  for (const name of Object.keys(LAYOUTS) as readonly SourceName[]) {
    const source = volume[name] as Readonly<Record<string, unknown>> | undefined;
    if (source === undefined) continue;
    const { title, fields }: Layout = LAYOUTS[name];
    return {
      name,
      title,
      fields: fields.map(([label, field, missing = '', as = String]) => {
        const value = source[field];
        return [label, value === undefined || value === null ? missing : as(value)];
      }),
    };
  }
  return undefined;
}

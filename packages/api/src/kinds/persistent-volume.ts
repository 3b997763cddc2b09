import {
  type Draft,
  type FieldError,
  forbidden,
  invalid,
  isDns1123Subdomain,
  notSupported,
  parseQuantity,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from '../generated/core-v1.ts';
import { goDiff } from '../go-diff/index.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultVolume } from '../pod/default-volumes.ts';
import { quantityText, roundResources } from '../pod/quantities.ts';
import { NOT_POSITIVE, reject } from '../pod/rules.ts';
import { validateNodeSelector } from '../pod/validate-affinity.ts';
import { VOLUME_MODES, validateAccessModes } from '../pod/validate-claims.ts';
import { nodeSelectorTermWarnings } from '../pod/warnings.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { accessModesText, phaseText, storageClassText } from '../printing/volumes.ts';
import { schemaOf } from '../schema/schemas.ts';
import { persistentVolume as names } from './names/storage.ts';
import { VOLUME_SOURCES, validateVolumeSources } from './persistent-volume-sources.ts';
import { storageClassAnnotationWarnings } from './rules/claims.ts';
import { twice } from './rules/twice.ts';

const SPEC = schemaOf('io.k8s.api.core.v1.PersistentVolumeSpec');

/**
 * A piece of storage that the cluster has, and the claim that it is bound to.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/
 */
export const persistentVolume = defineKind<PersistentVolume>({
  ...names,
  resetFields: ['status'],
  returnsDeletedObject: true,

  defaults: (draft) => {
    draft.status ??= {};
    draft.status.phase ||= 'Pending';
    draft.spec ??= {};
    const { spec } = draft;
    spec.persistentVolumeReclaimPolicy ||= 'Retain';
    spec.volumeMode ??= 'Filesystem';
    if (spec.capacity) roundResources(spec.capacity);
    const { hostPath, iscsi, rbd, azureDisk, scaleIO } = spec;
    defaultVolume({ name: '', hostPath, iscsi, rbd, azureDisk, scaleIO });
  },
  prepareForCreate: (draft, { now }) => {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: now };
    delete draft.spec?.volumeAttributesClassName;
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<PersistentVolume>['status'];
    if (old.spec?.volumeAttributesClassName === undefined) delete draft.spec?.volumeAttributesClassName;
  },
  validate: volumeErrors,
  updateValidatesAlone: true,
  validateUpdate: (object, { spec: old = {} }) => {
    const { spec = {} } = object;
    const errors = twice(volumeErrors(object));
    const source = comparableSource(spec, old);
    const same = (name: (typeof VOLUME_SOURCES)[number]): boolean =>
      // A source without settings is there all the same.
      (source[name] === undefined) === (old[name] === undefined) &&
      semanticEqual(source[name], old[name], SPEC.byName.get(name)?.schema);
    if (!VOLUME_SOURCES.every(same)) {
      const difference = goDiff('core.PersistentVolumeSource', old, source);
      const detail = `spec.persistentvolumesource is immutable after creation\n${difference}`;
      errors.push(forbidden('spec.persistentvolumesource', detail));
    }
    if (spec.volumeMode !== old.volumeMode) {
      errors.push(invalid('volumeMode', spec.volumeMode, 'field is immutable'));
    }
    if (old.nodeAffinity && !sameAffinity(spec.nodeAffinity, old.nodeAffinity)) {
      const value = spec.nodeAffinity ? dumpGo('core.VolumeNodeAffinity', spec.nodeAffinity) : 'null';
      errors.push(invalid('nodeAffinity', value, 'field is immutable, except for updating from beta label to GA'));
    }
    return errors;
  },
  warnings: ({ metadata, spec = {} }) => {
    const found = [...storageClassAnnotationWarnings(metadata)];
    if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
      found.push(
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      );
    }
    const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    for (const [index, term] of terms.entries()) {
      found.push(...nodeSelectorTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`));
    }
    for (const [name, text] of DEAD_SOURCES) if (spec[name]) found.push(`spec.${name}: ${text}`);
    return found;
  },
  metadataOnUpdate: ['whole', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Capacity',
      type: 'string',
      description: 'Size.',
      cell: ({ spec }) => quantityText(spec?.capacity?.['storage'] ?? '0'),
    },
    {
      name: 'Access Modes',
      type: 'string',
      description: 'Ways in which it can be mounted, shortened.',
      cell: ({ spec }) => accessModesText(spec?.accessModes),
    },
    {
      name: 'Reclaim Policy',
      type: 'string',
      description: 'What becomes of it when its claim is deleted.',
      cell: ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
    },
    {
      name: 'Status',
      type: 'string',
      description: 'Whether it is bound to a claim.',
      cell: ({ metadata, status }) => phaseText(metadata, status?.phase),
    },
    {
      name: 'Claim',
      type: 'string',
      description: 'Namespace and name of the claim.',
      cell: ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : ''),
    },
    {
      name: 'StorageClass',
      type: 'string',
      description: 'Class of storage.',
      cell: ({ metadata, spec }) => storageClassText(metadata, spec?.storageClassName),
    },
    {
      name: 'VolumeAttributesClass',
      type: 'string',
      description: 'Class of attributes that may change.',
      cell: ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why it is in its state, in a word.',
      cell: ({ status }) => status?.reason ?? '',
    },
    ageColumn,
    {
      name: 'VolumeMode',
      type: 'string',
      priority: 1,
      description: 'Whether Pods see a file system or a device.',
      cell: ({ spec }) => spec?.volumeMode ?? '<unset>',
    },
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old, { now }) => {
        draft.spec = old.spec as Draft<PersistentVolume>['spec'];
        draft.status ??= {};
        const { status } = draft;
        const { phase, lastPhaseTransitionTime: before } = old.status ?? {};
        const isSame = status.phase === phase;
        if (status.lastPhaseTransitionTime !== undefined && (isSame || status.lastPhaseTransitionTime !== before))
          return;
        const time = isSame ? before : now;
        if (time !== undefined) status.lastPhaseTransitionTime = time;
      },
    },
  ],
});

function volumeErrors({ metadata, spec = {} }: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  const { accessModes = [] } = spec;
  if (accessModes.length === 0) errors.push(required('spec.accessModes'));
  validateAccessModes(errors, accessModes, 'spec.accessModes');
  capacityErrors(errors, spec);
  const { persistentVolumeReclaimPolicy: policy, storageClassName, volumeMode, nodeAffinity, hostPath } = spec;
  if (policy && !RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES));
  }
  if (nodeAffinity?.required) {
    validateNodeSelector(errors, nodeAffinity.required, 'spec.nodeAffinity.required');
  } else if (nodeAffinity) {
    errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  }
  validateVolumeSources(errors, spec, metadata.name ?? '');
  if (hostPath && isRoot(hostPath.path) && policy === 'Recycle') {
    const detail = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', detail));
  }
  if (storageClassName) {
    reject(errors, 'spec.storageClassName', storageClassName, isDns1123Subdomain(storageClassName));
  }
  if (volumeMode !== undefined && !(VOLUME_MODES as readonly string[]).includes(volumeMode)) {
    errors.push(notSupported('spec.volumeMode', volumeMode, VOLUME_MODES));
  }
  return errors;
}

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];

/** Sources whose drivers are gone. */
const DEAD_SOURCES = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const satisfies readonly (readonly [keyof PersistentVolumeSpec, string])[];

function capacityErrors(errors: FieldError[], { capacity }: PersistentVolumeSpec): void {
  const entries = Object.entries(capacity ?? {});
  if (entries.length === 0) errors.push(required('spec.capacity'));
  if (capacity?.['storage'] === undefined || entries.length > 1) {
    errors.push(notSupported('spec.capacity', dumpGo('core.ResourceList', capacity), ['storage']));
  }
  for (const [name, text] of entries) {
    const at = `spec.capacity[${name}]`;
    const quantity = parseQuantity(text);
    if (quantity.value() < 0) errors.push(invalid(at, quantity.value(), 'must be a valid resource quantity'));
    if (quantity.sign() <= 0) errors.push(invalid(at, quantity.toString(), NOT_POSITIVE));
  }
}

/** A path that names the root of the file system. */
const isRoot = (path: string): boolean => /^\/[./]*$/.test(path) && !path.includes('...');

/** A secret for expanding the volume may be added later. */
function comparableSource(spec: PersistentVolumeSpec, { csi: before }: PersistentVolumeSpec): PersistentVolumeSpec {
  if (!spec.csi || !before || before.controllerExpandSecretRef) return spec;
  const { controllerExpandSecretRef: _, ...csi } = spec.csi;
  return { ...spec, csi };
}

/** A volume made before labels of nodes were renamed may take the new names. */
function sameAffinity(now: VolumeNodeAffinity | undefined, before: VolumeNodeAffinity): boolean {
  const text = JSON.stringify(now ?? {});
  const old = JSON.stringify(before);
  return text === old || text === old.replace(OLD_LABELS, (name) => NEW_LABELS[name] ?? name);
}

const NEW_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};
const OLD_LABELS = /(failure-domain\.)?beta\.kubernetes\.io\/[a-z-]+/g;

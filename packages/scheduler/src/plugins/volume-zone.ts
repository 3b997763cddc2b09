import type { StorageClass } from '@tabernetes/api/types/storage-v1';
import type { KubeObject, Labels } from '@tabernetes/apimachinery';
import type { Plugin } from '../framework/plugin.ts';
import { failed, type Status, unresolvable } from '../framework/status.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterSources } from '../snapshot/sources.ts';
import { claimNotFound, storageClassOf } from '../volumes/claims.ts';
import { ownClaim } from './volume-binding.ts';

const NAME = 'VolumeZone';
const CONFLICT = unresolvable(NAME, 'node(s) had no available volume zone');

/** Zone and region labels of volumes, old names and new. */
const GA_NAMES: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region': 'topology.kubernetes.io/region',
};
const LABELS = Object.keys(GA_NAMES);

interface Zone {
  readonly key: string;
  readonly values: readonly string[];
}

/** A volume that lies in a zone is of no use elsewhere. */
export const volumeZone: Plugin = {
  name: NAME,
  requeueOn: [
    { resource: 'StorageClass', actions: ['Add'], helps: (_pod, { object }) => bindsLate(object) },
    { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'] },
    { resource: 'PersistentVolumeClaim', actions: ['Add', 'Update'], helps: ownClaim },
    {
      resource: 'PersistentVolume',
      actions: ['Add', 'Update'],
      helps: (_pod, { object, old }) => liesElsewhere(object, old),
    },
  ],
  preFilter(pod, { sources }) {
    const zones = zonesOf(pod, sources);
    if (!Array.isArray(zones)) return zones as Status;
    if (zones.length === 0) return 'skip';
    return { filter: ({ labels }) => (isWithin(labels, zones) ? undefined : CONFLICT) };
  },
};

const bindsLate = (object: KubeObject | undefined): boolean =>
  (object as StorageClass | undefined)?.volumeBindingMode === 'WaitForFirstConsumer';

const liesElsewhere = (object: KubeObject | undefined, old: KubeObject | undefined): boolean =>
  old === undefined || LABELS.some((key) => object?.metadata.labels?.[key] !== old.metadata.labels?.[key]);

function zonesOf({ spec, namespace }: PodInfo, sources: ClusterSources): Zone[] | Status {
  const zones: Zone[] = [];
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = sources.claim(`${namespace}/${claimName}`);
    if (claim === undefined) return unresolvable(NAME, claimNotFound(claimName));
    const volumeName = claim.spec?.volumeName ?? '';
    if (volumeName === '') {
      const problem = unboundProblem(storageClassOf(claim), sources);
      if (problem !== undefined) return problem;
      continue;
    }
    const volume = sources.volume(volumeName);
    if (volume === undefined) return unresolvable(NAME, `persistentvolume "${volumeName}" not found`);
    for (const key of LABELS) {
      const value = volume.metadata.labels?.[key];
      // One volume may lie in several zones: us-east-1a__us-east-1b.
      if (value !== undefined) zones.push({ key, values: value.split('__').map((zone) => zone.trim()) });
    }
  }
  return zones;
}

/** Undefined: nothing is known yet, and nothing need be. */
function unboundProblem(className: string, sources: ClusterSources): Status | undefined {
  if (className === '') return unresolvable(NAME, 'PersistentVolumeClaim had no pv name and storageClass name');
  const storageClass = sources.storageClass(className);
  if (storageClass === undefined) return unresolvable(NAME, `storageclass.storage.k8s.io "${className}" not found`);
  if (storageClass.volumeBindingMode === undefined)
    return failed(NAME, `VolumeBindingMode not set for StorageClass "${className}"`);
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer') return undefined;
  return unresolvable(NAME, 'PersistentVolume had no name');
}

/** Nodes without any zone take every volume. */
function isWithin(labels: Labels, zones: readonly Zone[]): boolean {
  if (!LABELS.some((key) => labels[key] !== undefined)) return true;
  return zones.every(({ key, values }) => {
    const value = labels[key] ?? labels[GA_NAMES[key] ?? key];
    return value !== undefined && values.includes(value);
  });
}

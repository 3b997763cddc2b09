import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { Pod, PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { podFromTemplate } from '../pods/pod-from-template.ts';
import { volumesOf } from './claims.ts';

/** Name of the ControllerRevision that a Pod was made from. */
const REVISION_LABEL = 'controller-revision-hash';
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

export const startOrdinal = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec?.replicas ?? 1;

/** One of the ordinals that the set has now. */
export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + replicasOf(set);

const STATEFUL_POD = /^(.*)-([0-9]+)$/s;
const MAX_ORDINAL = 2 ** 31 - 1;

/** The name without its number; undefined: a name that no StatefulSet gives. */
export const parentName = (podName: string): string | undefined => STATEFUL_POD.exec(podName)?.[1];

interface Place {
  readonly parent: string | undefined;
  readonly ordinal: number;
}

/** Pure data: every turn asks for the place of every Pod. */
const places = new WeakMap<Pod, Place>();

function placeOf(pod: Pod): Place {
  let place = places.get(pod);
  if (place === undefined) {
    const [, parent, digits] = STATEFUL_POD.exec(pod.metadata.name ?? '') ?? [];
    const ordinal = digits === undefined ? -1 : Number(digits);
    place = { parent, ordinal: ordinal <= MAX_ORDINAL ? ordinal : -1 };
    places.set(pod, place);
  }
  return place;
}

/** The number at the end of a Pod's name; -1: there is none. */
export const ordinalOf = (pod: Pod): number => placeOf(pod).ordinal;

/** It has one of the names that the set gives. */
export const hasNameOf = (set: StatefulSet, pod: Pod): boolean => placeOf(pod).parent === set.metadata.name;

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[REVISION_LABEL] ?? '';

/** The labels that a Pod's place in the set gives it. */
function placeLabels(set: StatefulSet, ordinal: number): Readonly<Record<string, string>> {
  return { [POD_NAME_LABEL]: `${set.metadata.name}-${ordinal}`, [POD_INDEX_LABEL]: String(ordinal) };
}

/** Whether it is labelled with the name that it has. */
export const hasIdentity = (set: StatefulSet, pod: Pod): boolean =>
  pod.metadata.labels?.[POD_NAME_LABEL] === pod.metadata.name && hasNameOf(set, pod);

/** The Pod as its place in the set wants it: labels and volumes. What only a new Pod can be given stays. */
export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const ordinal = ordinalOf(pod);
  const labels = { ...pod.metadata.labels, ...placeLabels(set, ordinal) };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels },
    ...(pod.spec && { spec: { ...pod.spec, volumes: volumesOf(set, ordinal, pod.spec) } }),
  };
}

/** The Pod to make at an ordinal, of the template that a revision keeps. */
export function statefulPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const { metadata, spec, ...rest } = podFromTemplate(template, set);
  const { name: setName, namespace } = set.metadata;
  const name = `${setName}-${ordinal}`;
  const labels = { ...metadata.labels, ...placeLabels(set, ordinal), [REVISION_LABEL]: revision };
  return {
    ...rest,
    metadata: { ...metadata, name, namespace: namespace ?? '', labels },
    spec: {
      containers: [],
      ...spec,
      hostname: name,
      subdomain: set.spec?.serviceName ?? '',
      volumes: volumesOf(set, ordinal, spec ?? { containers: [] }),
    },
  };
}

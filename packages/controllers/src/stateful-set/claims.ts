import type { StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim, Pod, PodSpec, Volume } from '@tabernetes/api/types/core-v1';

const claimName = (set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string =>
  `${template.metadata.name}-${set.metadata.name}-${ordinal}`;

const templatesOf = ({ spec }: StatefulSet): readonly PersistentVolumeClaim[] => spec?.volumeClaimTemplates ?? [];

/** Names of the claims of the Pod at an ordinal, in the order of their templates. */
export const claimNames = (set: StatefulSet, ordinal: number): readonly string[] =>
  templatesOf(set).map((template) => claimName(set, template, ordinal));

/** The claims of the Pod at an ordinal: named after template, set and ordinal, and labelled as the set selects. */
export const claimsOf = (set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] =>
  templatesOf(set).map((template) => ({
    ...template,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinal),
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...set.spec?.selector.matchLabels },
    },
  }));

/** The volumes of the Pod at an ordinal: one for each claim, then those of its template that no claim takes the place of. */
export function volumesOf(set: StatefulSet, ordinal: number, { volumes = [] }: PodSpec): readonly Volume[] {
  const templates = templatesOf(set);
  if (templates.length === 0) return volumes;
  const claimed = templates.map((template) => ({
    name: template.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  return [...claimed, ...volumes.filter(({ name }) => claimed.every((volume) => volume.name !== name))];
}

/** Whether it mounts its own claim for each template. */
export const hasStorage = (set: StatefulSet, pod: Pod, ordinal: number): boolean =>
  templatesOf(set).every((template) => {
    const volume = pod.spec?.volumes?.find(({ name }) => name === template.metadata.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, template, ordinal);
  });

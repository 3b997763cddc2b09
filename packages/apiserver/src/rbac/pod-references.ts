import type { Container, PersistentVolume, Pod, Volume } from '@tabernetes/api/types/core-v1';

/*
 * Names of the objects that a Pod refers to, all of its namespace.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/v1/pod/util.go VisitPodSecretNames
 */

export function secretsOf({ spec }: Pod): readonly string[] {
  const names: (string | undefined)[] = (spec?.imagePullSecrets ?? []).map(({ name }) => name);
  for (const { env = [], envFrom = [] } of containersOf(spec)) {
    names.push(...envFrom.map(({ secretRef }) => secretRef?.name));
    names.push(...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name));
  }
  for (const volume of spec?.volumes ?? []) names.push(...secretsOfPodVolume(volume));
  return names.filter(isName);
}

export function configMapsOf({ spec }: Pod): readonly string[] {
  const names: (string | undefined)[] = [];
  for (const { env = [], envFrom = [] } of containersOf(spec)) {
    names.push(...envFrom.map(({ configMapRef }) => configMapRef?.name));
    names.push(...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name));
  }
  for (const { configMap, projected } of spec?.volumes ?? []) {
    names.push(configMap?.name, ...(projected?.sources ?? []).map((source) => source.configMap?.name));
  }
  return names.filter(isName);
}

/** Claims, those that are made for ephemeral volumes included. */
export const claimsOf = ({ metadata, spec }: Pod): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata.name ?? ''}-${name}`] : [];
  });

/** Secrets that a volume names, as namespace/name. @param home namespace of the claim, where none is given */
export function secretsOfVolume({ spec = {} }: PersistentVolume, home: string): readonly string[] {
  const { azureFile, cephfs, flexVolume, iscsi, rbd, scaleIO, storageos, csi } = spec;
  const references = [
    azureFile && { name: azureFile.secretName, namespace: azureFile.secretNamespace },
    cephfs?.secretRef,
    flexVolume?.secretRef,
    iscsi?.secretRef,
    rbd?.secretRef,
    scaleIO?.secretRef,
    storageos?.secretRef,
    csi?.controllerPublishSecretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.controllerExpandSecretRef,
    csi?.nodeExpandSecretRef,
  ];
  return references.flatMap((reference) =>
    reference?.name ? [`${reference.namespace || home}/${reference.name}`] : [],
  );
}

const secretsOfPodVolume = (volume: Volume): readonly (string | undefined)[] => [
  volume.secret?.secretName,
  volume.azureFile?.secretName,
  volume.cephfs?.secretRef?.name,
  volume.flexVolume?.secretRef?.name,
  volume.iscsi?.secretRef?.name,
  volume.rbd?.secretRef?.name,
  volume.scaleIO?.secretRef?.name,
  volume.storageos?.secretRef?.name,
  volume.csi?.nodePublishSecretRef?.name,
  ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
];

const containersOf = (spec: Pod['spec']): readonly Pick<Container, 'env' | 'envFrom'>[] => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
  ...(spec?.ephemeralContainers ?? []),
];

const isName = (name: string | undefined): name is string => name !== undefined && name !== '';

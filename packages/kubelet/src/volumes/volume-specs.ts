import type { Pod, Volume } from '@tabernetes/api/types/core-v1';

/**
 * The volumes that containers of the Pod mount.
 *
 * @see pkg/volume/util/util.go GetPodVolumeNames
 */
export function mountedNames({ spec }: Pod): ReadonlySet<string> {
  const names = new Set<string>();
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  for (const list of [initContainers, containers, ephemeralContainers])
    for (const { volumeMounts = [], volumeDevices = [] } of list)
      for (const { name } of [...volumeMounts, ...volumeDevices]) names.add(name);
  return names;
}

/** The ConfigMaps and Secrets that volumes of the Pod show. */
export function referredObjects(pod: Pod): readonly (readonly ['configMap' | 'secret', string])[] {
  const found = new Map<string, readonly ['configMap' | 'secret', string]>();
  const add = (kind: 'configMap' | 'secret', name: string | undefined): void => {
    if (name) found.set(`${kind} ${name}`, [kind, name]);
  };
  for (const { configMap, secret, projected } of pod.spec?.volumes ?? []) {
    add('configMap', configMap?.name);
    add('secret', secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add('configMap', source.configMap?.name);
      add('secret', source.secret?.name);
    }
  }
  return [...found.values()];
}

/** True of a projected volume that has tokens alone. */
export const isOnlyToken = ({ projected }: Volume): boolean =>
  projected?.sources?.every((source) => source.serviceAccountToken !== undefined) ?? false;

/** True of a volume in which fields of the Pod are files. */
export const showsMetadata = ({ downwardAPI, projected }: Volume): boolean =>
  downwardAPI !== undefined || (projected?.sources?.some((source) => source.downwardAPI !== undefined) ?? false);

import { podAmounts } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import type { ContainerRuntime } from '@tabernetes/node-api';
import type { SeenPod } from '../pod/runtime-status.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';

/** Whether a Pod can use more local storage than it may: only then does anybody have to look. */
export function hasStorageLimits({ spec }: Pod): boolean {
  return (
    spec?.volumes?.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined && emptyDir.medium !== 'Memory') === true ||
    spec?.containers.some((c) => c.resources?.limits?.['ephemeral-storage'] !== undefined) === true
  );
}

/**
 * What a Pod has done too much of, in the words of its eviction; undefined: nothing.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/eviction/eviction_manager.go localStorageEviction
 */
export function storageExcess(
  pod: Pod,
  volumes: Pick<PodVolumes, 'emptyDirBytes'>,
  seen: SeenPod,
  runtime: Pick<ContainerRuntime, 'usage'>,
): string | undefined {
  let total = 0;
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    if (emptyDir === undefined || emptyDir.medium === 'Memory') continue;
    const used = volumes.emptyDirBytes(name) ?? 0;
    total += used;
    const limit = emptyDir.sizeLimit === undefined ? undefined : parseQuantity(emptyDir.sizeLimit);
    if (limit !== undefined && limit.sign() > 0 && used > limit.value()) {
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit "${limit}". `;
    }
  }
  const usage = new Map<string, number>();
  for (const { id, name, state } of seen.containers) {
    if (state !== 'running') continue;
    const bytes = runtime.usage(id).ephemeralBytes;
    usage.set(name, bytes);
    total += bytes;
  }
  const limit = podAmounts(pod.spec, 'limits').get('ephemeral-storage');
  if (limit !== undefined && total > limit.value()) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `;
  }
  for (const { name, resources } of pod.spec?.containers ?? []) {
    const text = resources?.limits?.['ephemeral-storage'];
    if (text === undefined || (usage.get(name) ?? 0) <= parseQuantity(text).value()) continue;
    return `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(text)}. `;
  }
  return undefined;
}

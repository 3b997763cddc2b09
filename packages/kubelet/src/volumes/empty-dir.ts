import type { Container, Pod, Volume as VolumeSpec } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import type { VolumeOptions } from '@tabernetes/node-api';

/** What an emptyDir is made as. */
export function emptyDirOptions(pod: Pod, { emptyDir }: VolumeSpec, allocatableMemoryBytes: number): VolumeOptions {
  if (emptyDir?.medium !== 'Memory') return { fsType: 'ext4', mode: 0o777 };
  const most = memoryLimit(pod, allocatableMemoryBytes);
  const asked = emptyDir.sizeLimit === undefined ? 0 : parseQuantity(emptyDir.sizeLimit).value();
  return { fsType: 'tmpfs', mode: 0o1777, capacityBytes: asked > 0 ? Math.min(asked, most) : most };
}

/**
 * What a volume in memory may hold: no more than the Pod's containers may use, and than the node has for Pods.
 *
 * @see pkg/volume/emptydir/empty_dir.go calculateEmptyDirMemorySize
 */
export function memoryLimit({ spec }: Pod, allocatableMemoryBytes: number): number {
  const bytes = ({ resources }: Container): number => parseQuantity(resources?.limits?.['memory'] ?? '0').value();
  let sum = 0;
  for (const container of spec?.containers ?? []) sum += bytes(container);
  for (const container of spec?.initContainers ?? []) sum = Math.max(sum, bytes(container));
  return sum > 0 ? Math.min(sum, allocatableMemoryBytes) : allocatableMemoryBytes;
}

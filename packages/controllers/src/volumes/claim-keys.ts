import type { Pod } from '@tabernetes/api/types/core-v1';

/** Index of Pods by the claims that they mount. */
export const PODS_BY_CLAIM = 'mountedClaims';

/** `namespace/name` of the claims that a Pod mounts, those of its ephemeral volumes too. */
export function claimKeysOfPod({ metadata, spec }: Pod): readonly string[] {
  const { volumes } = spec ?? {};
  if (volumes === undefined) return NONE;
  const keys: string[] = [];
  for (const { name, persistentVolumeClaim, ephemeral } of volumes) {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral && `${metadata.name}-${name}`);
    if (claim !== undefined) keys.push(`${metadata.namespace}/${claim}`);
  }
  return keys;
}

/** What {@link claimKeysOfPod} reads. */
export const volumesOfPod = ({ spec }: Pod): unknown => spec?.volumes;

const NONE: readonly string[] = [];

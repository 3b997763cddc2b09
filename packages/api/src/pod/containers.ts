import type { PodSpec } from '../generated/core-v1.ts';
import type { AnyContainer } from './default-containers.ts';

/** Every container with its path: init containers, regular ones, ephemeral ones, as upstream visits them. */
export function containersWithPath(spec: PodSpec, path: string): readonly (readonly [AnyContainer, string])[] {
  const found: [AnyContainer, string][] = [];
  for (const field of CONTAINERS) {
    const containers = spec[field] as readonly AnyContainer[] | undefined;
    if (!containers) continue; // what is stored prints nil lists as null
    for (let i = 0; i < containers.length; i++) {
      found.push([containers[i] as AnyContainer, `${path}.${field}[${i}]`]);
    }
  }
  return found;
}

/** Whether any of them is like this: what few containers have need not be looked for path by path. */
export function someContainer(spec: PodSpec, test: (container: AnyContainer) => boolean): boolean {
  for (const field of CONTAINERS) if ((spec[field] as readonly AnyContainer[] | undefined)?.some(test)) return true;
  return false;
}

const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** An init container that stays: a sidecar. */
export const isRestartableInit = (container: { readonly restartPolicy?: string }): boolean =>
  container.restartPolicy === 'Always';

import type { PodSpec } from '../generated/core-v1.ts';
import type { AnyContainer } from './default-containers.ts';

/** Every container with its path: init containers, regular ones, ephemeral ones, as upstream visits them. */
export function* containersWithPath(spec: PodSpec, path: string): Generator<readonly [AnyContainer, string]> {
  yield* withPath(spec.initContainers, `${path}.initContainers`);
  yield* withPath(spec.containers, `${path}.containers`);
  yield* withPath(spec.ephemeralContainers, `${path}.ephemeralContainers`);
}

function* withPath(
  containers: readonly AnyContainer[] | undefined,
  path: string,
): Generator<readonly [AnyContainer, string]> {
  for (const [i, container] of (containers ?? []).entries()) yield [container, `${path}[${i}]`];
}

/** An init container that stays: a sidecar. */
export const isRestartableInit = (container: { readonly restartPolicy?: string }): boolean =>
  container.restartPolicy === 'Always';

import type { KindDefinition } from '@tabernetes/api';
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN, type KubeObject } from '@tabernetes/apimachinery';
import type { DeleteOptions } from '../write-options.ts';

/** True when nothing holds a deleted object any longer: an update that brings this about removes it. */
export function isFinished(definition: KindDefinition, object: KubeObject, old: KubeObject): boolean {
  if (old.metadata.deletionTimestamp === undefined) return false;
  if ((object.metadata.finalizers?.length ?? 0) > 0) return false;
  if ((old.metadata.deletionGracePeriodSeconds ?? 0) !== 0) return false;
  return definition.holdsDeletion?.(object) !== true;
}

/** What of a deletion says what its dependents shall come to. */
type DependentsOptions = Pick<DeleteOptions, 'orphanDependents' | 'propagationPolicy'>;

/**
 * The finalizers that a deletion leaves on an object: what its dependents shall come to is noted as one, for the garbage
 * collector. @see staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go deletionFinalizersForGarbageCollection
 */
export function finalizersForDeletion(
  definition: KindDefinition,
  current: readonly string[],
  options: DependentsOptions,
): readonly string[] {
  const policy = dependentsPolicy(definition, current, options);
  const wanted = policy === 'Orphan' ? FINALIZER_ORPHAN : policy === 'Foreground' ? FINALIZER_FOREGROUND : undefined;
  const kept = current.filter((name) => name !== FINALIZER_ORPHAN && name !== FINALIZER_FOREGROUND);
  const finalizers = wanted === undefined ? kept : [...kept, wanted];
  const isSame = finalizers.length === current.length && finalizers.every((name) => current.includes(name));
  return isSame ? current : finalizers;
}

function dependentsPolicy(
  definition: KindDefinition,
  current: readonly string[],
  { orphanDependents, propagationPolicy }: DependentsOptions,
): string {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background';
  if (propagationPolicy !== undefined) return propagationPolicy;
  // What an earlier deletion asked for stands.
  if (current.includes(FINALIZER_ORPHAN)) return 'Orphan';
  if (current.includes(FINALIZER_FOREGROUND)) return 'Foreground';
  return definition.defaultPropagation ?? 'Background';
}

import type { KindDefinition } from '@tabernetes/api';
import { type GroupVersionKind, type KubeObject, statedKind } from '@tabernetes/apimachinery';

/** The kind that validation names: that of the stored version. Events of events.k8s.io are the core group's. */
export const internalKind = (definition: KindDefinition): GroupVersionKind => definition.storedAs?.kind ?? definition;

/** The kind that validation of a change names: a custom resource may call itself something else by then. */
export function changedKind(definition: KindDefinition, object: KubeObject): GroupVersionKind {
  const stated = definition.readAs && statedKind(object);
  return typeof stated === 'object' ? stated : internalKind(definition);
}

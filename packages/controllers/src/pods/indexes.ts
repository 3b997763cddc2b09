import type { KubeObject } from '@tabernetes/apimachinery';
import type { Informer } from '@tabernetes/client';
import { controllerOf } from './pod-state.ts';

/** Index of objects by the uid of the owner that manages them. */
export const BY_CONTROLLER = 'controllerUid';
/** Index of objects that nobody manages, by namespace. */
const ORPHANS = 'orphansOfNamespace';

/**
 * Files the objects of an informer by who manages them, so that an owner finds its own, and what it may adopt, without
 * looking through everything that exists.
 */
export function indexByController<T extends KubeObject>(informer: Informer<T>): void {
  const ownerUid = (object: KubeObject): readonly string[] => {
    const owner = controllerOf(object);
    return owner === undefined ? [] : [owner.uid];
  };
  const orphanOf = (object: KubeObject): readonly string[] =>
    controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : [];
  const references = ({ metadata }: KubeObject): unknown => metadata.ownerReferences;
  informer.addIndex(BY_CONTROLLER, ownerUid, references);
  informer.addIndex(ORPHANS, orphanOf, references);
}

/** What the owner manages, and what it could adopt. */
export const candidatesOf = <T extends KubeObject>(informer: Informer<T>, { metadata }: KubeObject): readonly T[] => [
  ...informer.lister.byIndex(BY_CONTROLLER, metadata.uid ?? ''),
  ...informer.lister.byIndex(ORPHANS, metadata.namespace ?? ''),
];

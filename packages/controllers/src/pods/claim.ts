import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Client, ResourceReference } from '@tabernetes/client';
import { controllerOf } from './pod-state.ts';

export interface ClaimOptions<T extends KubeObject> {
  readonly client: Client;
  /** What is claimed. */
  readonly claimed: ResourceReference<T>;
  readonly owner: KubeObject;
  readonly matches: (object: T) => boolean;
  /** Read before the first adoption: an owner that is being deleted must not adopt. */
  readonly ownerIsAlive: () => Promise<boolean>;
  /** Comes with adoption, and goes with release. */
  readonly finalizer?: string;
  readonly signal: AbortSignal;
}

/**
 * Which of the candidates belong to the owner. It adopts those that match its selector and have no controller, unless
 * they are being deleted, and releases those that it owns and that match no longer. An owner that is being deleted does
 * neither.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/controller_ref_manager.go
 */
export async function claim<T extends KubeObject>(
  candidates: readonly T[],
  options: ClaimOptions<T>,
): Promise<readonly T[]> {
  const { client, claimed, owner, matches, ownerIsAlive, finalizer, signal } = options;
  const resource = client.resource(claimed);
  const uid = owner.metadata.uid ?? '';
  const mine: T[] = [];
  let alive: boolean | undefined;
  for (const object of candidates) {
    const { name = '', namespace, deletionTimestamp } = object.metadata;
    const controller = controllerOf(object);
    if (controller !== undefined) {
      if (controller.uid !== uid) continue;
      if (matches(object)) mine.push(object);
      else if (owner.metadata.deletionTimestamp === undefined) {
        const patch = {
          metadata: {
            ownerReferences: [{ $patch: 'delete', uid }],
            uid: object.metadata.uid,
            ...(finalizer && { '$deleteFromPrimitiveList/finalizers': [finalizer] }),
          },
        };
        await resource.patch(name, namespace, 'strategic', patch, { signal }).catch(lostIt);
      }
      continue;
    }
    if (owner.metadata.deletionTimestamp !== undefined || deletionTimestamp !== undefined || !matches(object)) continue;
    alive ??= await ownerIsAlive();
    if (!alive) continue;
    const patch = {
      metadata: {
        ownerReferences: [ownerReference(owner)],
        uid: object.metadata.uid,
        ...(finalizer && { finalizers: [finalizer] }),
      },
    };
    const adopted = await resource.patch(name, namespace, 'strategic', patch, { signal }).catch(lostIt);
    if (adopted !== undefined) mine.push(adopted);
  }
  return mine;
}

export const ownerReference = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

/** It is gone, or it is another one by now. */
function lostIt(error: unknown): undefined {
  if (error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Invalid')) return undefined;
  throw error;
}

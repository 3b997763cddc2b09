import { kinds } from '@tabernetes/api';
import type { ControllerRevision } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import { ownerReference } from '../pods/claim.ts';
import { revisionData, revisionHash, revisionName, sameData } from './revision-data.ts';

/** Label that says the hash of a StatefulSet's revision. */
const REVISION_HASH_LABEL = 'controller.kubernetes.io/hash';

export interface NewRevision {
  readonly template: PodTemplateSpec;
  readonly revision: number;
  readonly collisionCount: number;
}

/** What became of it: the revision, and how many names were taken by other states so far. */
export interface CreatedRevision {
  readonly created: ControllerRevision;
  readonly collisionCount: number;
}

/**
 * Keeps a template as a ControllerRevision of `owner`. When its name is taken by another state, the hash is made anew
 * with a higher collision count; when it is taken by the very same state, that one is it.
 *
 * @throws {StatusError} whatever the server refuses it for
 */
export async function createRevision(
  client: Client,
  owner: KubeObject,
  { template, revision, collisionCount }: NewRevision,
): Promise<CreatedRevision> {
  const revisions = client.resource(kinds.controllerRevision);
  const data = revisionData(template);
  const { name: ownerName = '', namespace = '', annotations } = owner.metadata;
  // The label keeps the first hash, also when the name has to go on to another.
  const labels = { ...template.metadata?.labels, [REVISION_HASH_LABEL]: revisionHash(data, collisionCount) };
  for (let count = collisionCount; ; count++) {
    const name = revisionName(ownerName, revisionHash(data, count));
    const wanted: ControllerRevision = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace,
        labels,
        ...(annotations && { annotations }),
        ownerReferences: [ownerReference(owner)],
      },
      data,
      revision,
    };
    try {
      return { created: await revisions.create(wanted), collisionCount: count };
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
      const there = await revisions.get(name, namespace);
      if (sameData(there.data, data)) return { created: there, collisionCount: count };
    }
  }
}

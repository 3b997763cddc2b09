import { kinds } from '@tabernetes/api';
import type { ControllerRevision, DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import { revisionData, sameData } from '../history/revision-data.ts';
import { byRevision, nextRevision } from '../history/revisions.ts';
import { ownerReference } from '../pods/claim.ts';
import { podTemplateHash } from '../pods/pod-template-hash.ts';
import { TryAgain } from '../runtime/controller.ts';
import { HASH_LABEL } from './daemon-pod.ts';

export interface DaemonSetRevisions {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

/**
 * Finds the revision of a DaemonSet's template among those that it has, and keeps its number the highest; makes it when
 * it is not there. Of several that hold the same, one stays, and Pods are labelled with that one.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/update.go constructHistory
 */
export async function reviseDaemonSet(
  client: Client,
  ds: DaemonSet,
  known: readonly ControllerRevision[],
  pods: readonly Pod[],
): Promise<DaemonSetRevisions> {
  const revisions = client.resource(kinds.controllerRevision);
  const data = revisionData(ds.spec?.template ?? {});
  const same: ControllerRevision[] = [];
  const old: ControllerRevision[] = [];
  for (const revision of known) {
    const labelled = revision.metadata.labels?.[HASH_LABEL] === undefined ? await label(client, revision) : revision;
    (sameData(labelled.data, data) ? same : old).push(labelled);
  }
  const revision = nextRevision(old);
  if (same.length === 0) return { current: await makeRevision(client, ds, revision), old };
  const current = await onlyOne(client, same, pods);
  if (current.revision >= revision) return { current, old };
  return { current: await revisions.update({ ...current, revision }), old };
}

/** One from before there were hashes: its name is as good. */
async function label(client: Client, revision: ControllerRevision): Promise<ControllerRevision> {
  const labels = { ...revision.metadata.labels, [HASH_LABEL]: revision.metadata.name ?? '' };
  return client.resource(kinds.controllerRevision).update({ ...revision, metadata: { ...revision.metadata, labels } });
}

async function makeRevision(client: Client, ds: DaemonSet, revision: number): Promise<ControllerRevision> {
  const revisions = client.resource(kinds.controllerRevision);
  const template = ds.spec?.template ?? {};
  const { name: dsName = '', namespace = '', annotations } = ds.metadata;
  const hash = podTemplateHash(template, ds.status?.collisionCount);
  const name = `${dsName}-${hash}`;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const data = revisionData(template);
  try {
    return await revisions.create({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name, namespace, labels, ...(annotations && { annotations }), ownerReferences: [ownerReference(ds)] },
      data,
      revision,
    });
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
    const there = await revisions.get(name, namespace);
    if (sameData(there.data, data)) return there;
    await countCollision(client, ds);
    throw error;
  }
}

/** Another template with the same hash: the next attempt hashes with a higher count. */
async function countCollision(client: Client, ds: DaemonSet): Promise<void> {
  const daemonSets = client.resource(kinds.daemonSet);
  const fresh = await daemonSets.get(ds.metadata.name ?? '', ds.metadata.namespace);
  const { status } = fresh;
  if (status?.collisionCount !== ds.status?.collisionCount) throw new TryAgain('the collision count was stale');
  if (status === undefined) return;
  await daemonSets.updateStatus({ ...fresh, status: { ...status, collisionCount: (status.collisionCount ?? 0) + 1 } });
}

/** The one with the highest number; the others go. */
async function onlyOne(
  client: Client,
  same: readonly ControllerRevision[],
  pods: readonly Pod[],
): Promise<ControllerRevision> {
  const kept = same.reduce((a, b) => (b.revision >= a.revision ? b : a));
  if (same.length === 1) return kept;
  const hash = kept.metadata.labels?.[HASH_LABEL] ?? '';
  for (const { metadata } of pods) {
    if (metadata.labels?.[HASH_LABEL] === hash) continue;
    const patch = { metadata: { labels: { [HASH_LABEL]: hash } } };
    await client.resource(kinds.pod).patch(metadata.name ?? '', metadata.namespace, 'merge', patch);
  }
  for (const { metadata } of same) {
    if (metadata.name === kept.metadata.name) continue;
    await client.resource(kinds.controllerRevision).delete(metadata.name ?? '', metadata.namespace);
  }
  return kept;
}

/** The oldest of those beyond the limit that no Pod was made from. */
export function surplusRevisions(
  ds: DaemonSet,
  old: readonly ControllerRevision[],
  pods: readonly Pod[],
): readonly ControllerRevision[] {
  const surplus = old.length - (ds.spec?.revisionHistoryLimit ?? DEFAULT_LIMIT);
  if (surplus <= 0) return [];
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[HASH_LABEL]));
  return [...old]
    .sort(byRevision)
    .filter(({ metadata }) => !live.has(metadata.labels?.[HASH_LABEL]))
    .slice(0, surplus);
}

const DEFAULT_LIMIT = 10;

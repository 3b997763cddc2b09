import { kinds, schemaOf } from '@tabernetes/api';
import type { ControllerRevision, StatefulSet } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { applyStrategicMergePatch } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import { createRevision } from '../history/create-revision.ts';
import { revisionData, sameData } from '../history/revision-data.ts';
import { byRevision, nextRevision } from '../history/revisions.ts';

/** Where a StatefulSet's rollout comes from and where it goes to. */
export interface StatefulSetRevisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
}

/**
 * Finds the revision of the set's template among those that it has. An older one that comes back gets the next number;
 * one that is not there is made.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
 */
export async function reviseStatefulSet(
  client: Client,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
): Promise<StatefulSetRevisions> {
  const sorted = [...revisions].sort(byRevision);
  const template = set.spec?.template ?? {};
  const data = revisionData(template);
  const equal = sorted.findLast((revision) => sameData(revision.data, data));
  const newest = sorted.at(-1);
  let collisionCount = set.status?.collisionCount ?? 0;
  let update: ControllerRevision;
  if (equal === undefined) {
    const made = await createRevision(client, set, { template, revision: nextRevision(sorted), collisionCount });
    update = made.created;
    collisionCount = made.collisionCount;
  } else if (newest !== undefined && sameData(newest.data, equal.data)) {
    update = newest;
  } else {
    update = await client.resource(kinds.controllerRevision).update({ ...equal, revision: nextRevision(sorted) });
  }
  const current = sorted.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return { current: current ?? update, update, collisionCount };
}

/** The template that the set had at a revision. */
export function templateAt(set: StatefulSet, { data }: ControllerRevision): PodTemplateSpec {
  const schema = schemaOf('io.k8s.api.apps.v1.StatefulSet');
  const { spec } = set;
  return applyStrategicMergePatch(schema, { spec }, data ?? {}).spec?.template ?? {};
}

/**
 * The revisions that are kept for no reason: neither current, new, nor of any Pod, and beyond the limit; the oldest.
 * A negative limit keeps all.
 */
export function surplusRevisions(
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  live: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const limit = set.spec?.revisionHistoryLimit ?? DEFAULT_LIMIT;
  if (limit < 0 || revisions.length <= limit) return [];
  const history = [...revisions].sort(byRevision).filter(({ metadata }) => !live.has(metadata.name ?? ''));
  return history.slice(0, Math.max(history.length - limit, 0));
}

const DEFAULT_LIMIT = 10;

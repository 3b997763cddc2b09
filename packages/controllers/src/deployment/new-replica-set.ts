import { kinds } from '@tabernetes/api';
import type { Deployment, DeploymentCondition, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { StatusError, semanticEqual } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Client, EventRecorder } from '@tabernetes/client';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { controllerOf } from '../pods/pod-state.ts';
import { annotationsOf, newReplicaSetAnnotations, REVISION, revisionOf } from './annotations.ts';
import { hasProgressDeadline, replicasOf } from './limits.ts';
import { findNewReplicaSet, hasTemplateOf, newReplicaSetObject } from './replica-sets.ts';
import { condition, conditionOf, withCondition } from './status.ts';

export interface NewReplicaSetDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
}

/** A Deployment's ReplicaSets, told apart; `d` as it is now that its revision has been written. */
export interface Revisions {
  readonly d: Deployment;
  readonly newSet: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** Finds the ReplicaSet of a Deployment's template, or makes it; keeps its revision, and that of the Deployment, the highest. */
export type ReviseReplicaSets = (d: Deployment, sets: readonly ReplicaSet[], create: boolean) => Promise<Revisions>;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/deployment/sync.go getNewReplicaSet */
export function reviseReplicaSets({ client, clock, recorder }: NewReplicaSetDeps): ReviseReplicaSets {
  const deployments = client.resource(kinds.deployment);
  const replicaSets = client.resource(kinds.replicaSet);

  async function make(d: Deployment, old: readonly ReplicaSet[], revision: bigint): Promise<Made> {
    const wanted = newReplicaSetObject(d, old, revision);
    try {
      const newSet = await replicaSets.create(wanted);
      const replicas = replicasOf(newSet);
      if (replicas > 0) {
        const message = `Scaled up replica set ${newSet.metadata.name} from 0 to ${replicas}`;
        recorder.event(d, 'Normal', 'ScalingReplicaSet', message);
      }
      return { newSet, existed: false };
    } catch (error) {
      if (!(error instanceof StatusError) || isTerminating(error)) throw error;
      if (error.reason === 'AlreadyExists') {
        const there = await replicaSets.get(wanted.metadata.name ?? '', d.metadata.namespace);
        if (controllerOf(there)?.uid === d.metadata.uid && hasTemplateOf(there, d))
          return { newSet: there, existed: true };
        // Another template with the same hash: the next attempt hashes with a higher count.
        const collisionCount = (d.status?.collisionCount ?? 0) + 1;
        await deployments.updateStatus({ ...d, status: { ...d.status, collisionCount } });
        throw error;
      }
      const message = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
      if (hasProgressDeadline(d)) {
        const failed = condition('Progressing', 'False', 'ReplicaSetCreateError', message, clock.now());
        await deployments.updateStatus(withConditionOf(d, failed));
      }
      recorder.event(d, 'Warning', 'ReplicaSetCreateError', message);
      throw error;
    }
  }

  /** Writes the revision, and the condition if there is one to say; nothing when nothing differs. */
  async function withRevision(
    d: Deployment,
    revision: bigint,
    said: DeploymentCondition | undefined,
  ): Promise<Deployment> {
    const told = said === undefined ? d : withConditionOf(d, said);
    if (told === d && annotationsOf(d)[REVISION] === String(revision)) return d;
    const annotations = { ...annotationsOf(d), [REVISION]: String(revision) };
    return deployments.updateStatus({ ...told, metadata: { ...d.metadata, annotations } });
  }

  const progressing = (d: Deployment, reason: string, message: string): DeploymentCondition | undefined =>
    hasProgressDeadline(d) ? condition('Progressing', 'True', reason, message, clock.now()) : undefined;

  return async (d, sets, create) => {
    const existing = findNewReplicaSet(d, sets);
    const old = sets.filter((rs) => rs !== existing);
    const revision = old.map(revisionOf).reduce((highest, each) => (each > highest ? each : highest), 0n) + 1n;
    if (existing !== undefined) {
      const annotations = newReplicaSetAnnotations(d, annotationsOf(existing), revision, true);
      const { minReadySeconds = 0 } = d.spec ?? {};
      const spec = existing.spec && { ...existing.spec, minReadySeconds };
      const isSame =
        (existing.spec?.minReadySeconds ?? 0) === minReadySeconds &&
        semanticEqual(annotations, annotationsOf(existing));
      const newSet = isSame
        ? existing
        : await replicaSets.update({
            ...existing,
            metadata: { ...existing.metadata, annotations },
            ...(spec && { spec }),
          });
      const silent = conditionOf(d.status, 'Progressing') === undefined;
      const found = `Found new replica set "${newSet.metadata.name}"`;
      const said = silent ? progressing(d, 'FoundNewReplicaSet', found) : undefined;
      return { d: await withRevision(d, revisionOf(newSet), said), newSet, old };
    }
    if (!create) return { d, newSet: undefined, old };
    const { newSet, existed } = await make(d, old, revision);
    const message = `Created new replica set "${newSet.metadata.name}"`;
    const said = existed ? undefined : progressing(d, 'NewReplicaSetCreated', message);
    return { d: await withRevision(d, revision, said), newSet, old };
  };
}

interface Made {
  readonly newSet: ReplicaSet;
  /** It was there already: the caches had not seen it. */
  readonly existed: boolean;
}

function withConditionOf(d: Deployment, next: DeploymentCondition): Deployment {
  const before = d.status?.conditions ?? [];
  const conditions = withCondition(before, next);
  return conditions === before ? d : { ...d, status: { ...d.status, conditions } };
}

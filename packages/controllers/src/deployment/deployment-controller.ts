import { kinds } from '@tabernetes/api';
import type { Deployment, DeploymentStatus, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { controllerOf } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import {
  annotationsOf,
  desiredReplicasOf,
  newReplicaSetAnnotations,
  REVISION,
  revisionOf,
  withReplicaCounts,
} from './annotations.ts';
import { hasProgressDeadline, hasRevisionHistoryLimit, isRollingUpdate, maxSurgeOf, replicasOf } from './limits.ts';
import { findNewReplicaSet, hasTemplateOf, newReplicaSetObject } from './replica-sets.ts';
import { byCreation, newReplicas, oldReplicas, proportionalSizes } from './rolling.ts';
import {
  condition,
  conditionOf,
  deploymentStatus,
  isComplete,
  PROGRESS_DEADLINE_EXCEEDED,
  rolloutStatus,
  stuckCheckAfterMs,
  withCondition,
} from './status.ts';

/**
 * Rolls a Deployment's ReplicaSets from one template to the next.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/deployment/deployment_controller.go
 */
export function deploymentController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const deployments = informers.for(kinds.deployment);
  const replicaSets = informers.for(kinds.replicaSet);
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.deployment);
  const writeSet = client.resource(kinds.replicaSet);
  const recorder = createEventRecorder(context, { component: 'deployment-controller' });
  replicaSets.addIndex(BY_CONTROLLER, (rs) => [controllerOf(rs)?.uid ?? ORPHAN]);
  pods.addIndex(BY_CONTROLLER, (pod) => [controllerOf(pod)?.uid ?? ORPHAN]);

  async function ownReplicaSets(d: Deployment, signal: AbortSignal): Promise<readonly ReplicaSet[]> {
    const selector = labelSelectorAsSelector(d.spec?.selector);
    const orphans = replicaSets.lister
      .byIndex(BY_CONTROLLER, ORPHAN)
      .filter((rs) => rs.metadata.namespace === d.metadata.namespace);
    return claim([...replicaSets.lister.byIndex(BY_CONTROLLER, d.metadata.uid ?? ''), ...orphans], {
      client,
      claimed: kinds.replicaSet,
      owner: d,
      matches: (rs) => selector.matches(rs.metadata.labels ?? {}),
      async ownerIsAlive() {
        const fresh = await write.get(d.metadata.name ?? '', d.metadata.namespace);
        return fresh.metadata.uid === d.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
      },
      signal,
    });
  }

  /** Scales and says so in an event. Gives back the ReplicaSet as it is then. */
  async function scale(d: Deployment, rs: ReplicaSet, to: number): Promise<ReplicaSet> {
    const from = replicasOf(rs);
    const annotations = withReplicaCounts(annotationsOf(rs), replicasOf(d), replicasOf(d) + maxSurgeOf(d));
    const spec = rs.spec && { ...rs.spec, replicas: to };
    const scaled = await writeSet.update({ ...rs, metadata: { ...rs.metadata, annotations }, ...(spec && { spec }) });
    if (from !== to) {
      const direction = from < to ? 'up' : 'down';
      recorder.event(
        d,
        'Normal',
        'ScalingReplicaSet',
        `Scaled ${direction} replica set ${rs.metadata.name} from ${from} to ${to}`,
      );
    }
    return scaled;
  }

  /** Revision and annotations of the new ReplicaSet, which is made if `create`; those of the Deployment follow. */
  async function newReplicaSet(
    d: Deployment,
    sets: readonly ReplicaSet[],
    create: boolean,
  ): Promise<{ readonly d: Deployment; readonly newSet: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] }> {
    const existing = findNewReplicaSet(d, sets);
    const old = sets.filter((rs) => rs !== existing);
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (existing !== undefined) {
      const annotations = newReplicaSetAnnotations(d, annotationsOf(existing), revision, true);
      const minReadySeconds = d.spec?.minReadySeconds ?? 0;
      const spec = existing.spec && { ...existing.spec, minReadySeconds };
      // Nothing is written when nothing differs.
      const newSet = await writeSet.update({
        ...existing,
        metadata: { ...existing.metadata, annotations },
        ...(spec && { spec }),
      });
      return {
        d: await withRevision(
          d,
          revisionOf(newSet),
          newSet,
          'FoundNewReplicaSet',
          `Found new replica set "${newSet.metadata.name}"`,
        ),
        newSet,
        old,
      };
    }
    if (!create) return { d, newSet: undefined, old };
    const made = await make(d, old, revision);
    const message = `Created new replica set "${made.metadata.name}"`;
    return { d: await withRevision(d, revision, made, 'NewReplicaSetCreated', message), newSet: made, old };
  }

  async function make(d: Deployment, old: readonly ReplicaSet[], revision: number): Promise<ReplicaSet> {
    const wanted = newReplicaSetObject(d, old, revision);
    try {
      const made = await writeSet.create(wanted);
      const replicas = replicasOf(made);
      if (replicas > 0)
        recorder.event(
          d,
          'Normal',
          'ScalingReplicaSet',
          `Scaled up replica set ${made.metadata.name} from 0 to ${replicas}`,
        );
      return made;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'AlreadyExists') {
        const there = await writeSet.get(wanted.metadata.name ?? '', d.metadata.namespace);
        if (controllerOf(there)?.uid === d.metadata.uid && hasTemplateOf(there, d)) return there;
        // Another template with the same hash: the next attempt hashes with a higher count.
        await write.updateStatus({
          ...d,
          status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 },
        });
        throw error;
      }
      const message = `Failed to create new replica set "${wanted.metadata.name}": ${error.message}`;
      if (hasProgressDeadline(d)) {
        const failed = condition('Progressing', 'False', 'ReplicaSetCreateError', message, clock.now());
        await write.updateStatus({
          ...d,
          status: { ...d.status, conditions: withCondition(d.status?.conditions ?? [], failed) },
        });
      }
      recorder.event(d, 'Warning', 'ReplicaSetCreateError', message);
      throw error;
    }
  }

  async function withRevision(
    d: Deployment,
    revision: number,
    newSet: ReplicaSet,
    reason: string,
    message: string,
  ): Promise<Deployment> {
    const created = reason === 'NewReplicaSetCreated';
    const conditions = d.status?.conditions ?? [];
    const say = hasProgressDeadline(d) && (created || conditionOf(d.status, 'Progressing') === undefined);
    const next = say
      ? withCondition(conditions, condition('Progressing', 'True', reason, message, clock.now()))
      : conditions;
    const sameRevision = annotationsOf(d)[REVISION] === String(revision);
    if (sameRevision && next === conditions) return d;
    const annotations = { ...annotationsOf(d), [REVISION]: String(revisionOf(newSet) || revision) };
    return write.updateStatus({
      ...d,
      metadata: { ...d.metadata, annotations },
      status: { ...d.status, conditions: next },
    });
  }

  async function setStatus(d: Deployment, status: DeploymentStatus): Promise<Result> {
    // The server stores nothing when nothing has changed.
    const stored = await write.updateStatus({ ...d, status });
    const unchanged = stored.metadata.resourceVersion === d.metadata.resourceVersion;
    const afterMs = unchanged ? stuckCheckAfterMs(d, status, clock.now()) : undefined;
    return afterMs === undefined ? DONE : { requeueAfterMs: afterMs };
  }

  async function rollingUpdate(before: Deployment, sets: readonly ReplicaSet[]): Promise<Result> {
    const { d, newSet, old } = await newReplicaSet(before, sets, true);
    if (newSet === undefined) return DONE;
    const all = [...old, newSet];
    const size = replicasOf(newSet);
    const wanted = size > replicasOf(d) ? replicasOf(d) : size < replicasOf(d) ? newReplicas(d, all, size) : size;
    if (wanted !== size) {
      const scaled = await scale(d, newSet, wanted);
      return setStatus(d, rolloutStatus(d, [...old, scaled], scaled, clock.now()));
    }
    const down = oldReplicas(d, newSet, old);
    if (down.length > 0) {
      const sizes = new Map<ReplicaSet, ReplicaSet>();
      for (const { rs, to } of down) sizes.set(rs, await scale(d, rs, to));
      return setStatus(d, rolloutStatus(d, [...old.map((rs) => sizes.get(rs) ?? rs), newSet], newSet, clock.now()));
    }
    if (isComplete(d, d.status ?? {})) await cleanUp(d, old);
    return setStatus(d, rolloutStatus(d, all, newSet, clock.now()));
  }

  async function recreate(before: Deployment, sets: readonly ReplicaSet[]): Promise<Result> {
    const first = await newReplicaSet(before, sets, false);
    const active = first.old.filter((rs) => replicasOf(rs) > 0);
    if (active.length > 0) {
      const scaled = new Map<ReplicaSet, ReplicaSet>();
      for (const rs of active) scaled.set(rs, await scale(first.d, rs, 0));
      const old = first.old.map((rs) => scaled.get(rs) ?? rs);
      return setStatus(
        first.d,
        rolloutStatus(first.d, [...old, ...(first.newSet ? [first.newSet] : [])], first.newSet, clock.now()),
      );
    }
    if (first.old.some((rs) => pods.lister.byIndex(BY_CONTROLLER, rs.metadata.uid ?? '').some(isRunning))) {
      return setStatus(first.d, rolloutStatus(first.d, sets, first.newSet, clock.now()));
    }
    const { d, newSet, old } = first.newSet === undefined ? await newReplicaSet(first.d, sets, true) : first;
    if (newSet === undefined) return DONE;
    const scaled = replicasOf(newSet) === replicasOf(d) ? newSet : await scale(d, newSet, replicasOf(d));
    if (isComplete(d, d.status ?? {})) await cleanUp(d, old);
    return setStatus(d, rolloutStatus(d, [...old, scaled], scaled, clock.now()));
  }

  /** Scales what is there, and leaves the rollout where it is: a paused Deployment, or one that was scaled in the middle. */
  async function sync(before: Deployment, sets: readonly ReplicaSet[]): Promise<Result> {
    const { d, newSet, old } = await newReplicaSet(before, sets, false);
    const all = [...old, ...(newSet ? [newSet] : [])];
    const active = all.filter((rs) => replicasOf(rs) > 0);
    const latest = newSet ?? [...all].sort(byCreation).at(-1);
    const changed = new Map<ReplicaSet, ReplicaSet>();
    const saturated =
      newSet !== undefined &&
      replicasOf(newSet) === replicasOf(d) &&
      desiredReplicasOf(newSet) === replicasOf(d) &&
      newSet.status?.availableReplicas === replicasOf(d);
    if (active.length <= 1) {
      const only = active[0] ?? latest;
      if (only !== undefined && replicasOf(only) !== replicasOf(d))
        changed.set(only, await scale(d, only, replicasOf(d)));
    } else if (saturated) {
      for (const rs of old) if (replicasOf(rs) > 0) changed.set(rs, await scale(d, rs, 0));
    } else if (isRollingUpdate(d)) {
      for (const { rs, to } of proportionalSizes(d, active)) changed.set(rs, await scale(d, rs, to));
    }
    if (d.spec?.paused) await cleanUp(d, old);
    const now = all.map((rs) => changed.get(rs) ?? rs);
    return setStatus(d, deploymentStatus(d, now, newSet && (changed.get(newSet) ?? newSet), clock.now()));
  }

  /** Forgets the oldest revisions that nothing runs of. */
  async function cleanUp(d: Deployment, old: readonly ReplicaSet[]): Promise<void> {
    if (!hasRevisionHistoryLimit(d)) return;
    const idle = old
      .filter((rs) => rs.metadata.deletionTimestamp === undefined)
      .sort((a, b) => revisionOf(a) - revisionOf(b));
    for (const rs of idle.slice(0, Math.max(idle.length - (d.spec?.revisionHistoryLimit ?? 0), 0))) {
      const { generation = 0, name = '', namespace } = rs.metadata;
      if (replicasOf(rs) !== 0 || (rs.status?.replicas ?? 0) !== 0 || generation > (rs.status?.observedGeneration ?? 0))
        continue;
      await writeSet.delete(name, namespace).catch((error) => {
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
      });
    }
  }

  /** Says in the conditions that the deadline stands still, or runs again. */
  async function notePause(d: Deployment): Promise<Deployment> {
    const progressing = conditionOf(d.status, 'Progressing');
    if (!hasProgressDeadline(d) || progressing?.reason === PROGRESS_DEADLINE_EXCEEDED) return d;
    const noted = progressing?.reason === 'DeploymentPaused';
    if (Boolean(d.spec?.paused) === noted) return d;
    const next = d.spec?.paused
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', clock.now())
      : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', clock.now());
    return write.updateStatus({
      ...d,
      status: { ...d.status, conditions: withCondition(d.status?.conditions ?? [], next) },
    });
  }

  return createController(context, {
    name: 'deployment-controller',
    informers: [deployments, replicaSets, pods],
    watch: (queue) => {
      const ownerOf = (rs: ReplicaSet): void => {
        const owner = controllerOf(rs);
        if (owner?.kind === 'Deployment') queue.add(`${rs.metadata.namespace}/${owner.name}`);
        if (owner !== undefined) return;
        for (const d of deployments.lister.list(rs.metadata.namespace)) {
          if (labelSelectorAsSelector(d.spec?.selector).matches(rs.metadata.labels ?? {})) queue.add(objectKey(d));
        }
      };
      return [
        deployments.addHandler({
          onAdd: (d) => queue.add(objectKey(d)),
          onUpdate: (d) => queue.add(objectKey(d)),
          onDelete: (d) => queue.add(objectKey(d)),
        }),
        replicaSets.addHandler({
          onAdd: ownerOf,
          onUpdate(rs, old) {
            ownerOf(rs);
            if (controllerOf(old)?.uid !== controllerOf(rs)?.uid) ownerOf(old);
          },
          onDelete: ownerOf,
        }),
        // Recreate waits for the last Pod of the old template to go.
        pods.addHandler({
          onDelete(pod) {
            const rs = replicaSets.lister.get(controllerOf(pod)?.name ?? '', pod.metadata.namespace);
            const owner = rs && deployments.lister.get(controllerOf(rs)?.name ?? '', rs.metadata.namespace);
            if (owner?.spec?.strategy?.type === 'Recreate') queue.add(objectKey(owner));
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const found = deployments.lister.byKey(key);
      if (found === undefined) return DONE;
      const sets = await ownReplicaSets(found, signal);
      if (found.metadata.deletionTimestamp !== undefined) {
        const newSet = findNewReplicaSet(found, sets);
        return setStatus(found, deploymentStatus(found, sets, newSet, clock.now()));
      }
      const d = await notePause(found);
      if (d.spec?.paused) return sync(d, sets);
      const scaled = sets.some((rs) => {
        const desired = desiredReplicasOf(rs);
        return replicasOf(rs) > 0 && desired !== undefined && desired !== replicasOf(d);
      });
      if (scaled) return sync(d, sets);
      return isRollingUpdate(d) ? rollingUpdate(d, sets) : recreate(d, sets);
    },
  });
}

const BY_CONTROLLER = 'controllerUid';
const ORPHAN = '';
const isRunning = (pod: Pod): boolean => pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded';

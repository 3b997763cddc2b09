import { kinds } from '@tabernetes/api';
import type { Deployment, DeploymentStatus, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import { labelSelectorAsSelector, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { BY_CONTROLLER, candidatesOf, indexByController } from '../pods/indexes.ts';
import { controllerOf, isFinished } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { annotationsOf, compareRevisions, desiredReplicasOf, withReplicaCounts } from './annotations.ts';
import { hasProgressDeadline, hasRevisionHistoryLimit, isRollingUpdate, maxSurgeOf, replicasOf } from './limits.ts';
import { reviseReplicaSets } from './new-replica-set.ts';
import { findNewReplicaSet } from './replica-sets.ts';
import { byCreation, newReplicas, oldReplicas, proportionalSizes, type Scaling } from './rolling.ts';
import {
  condition,
  conditionOf,
  deploymentStatus,
  isComplete,
  isSameStatus,
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
  const revise = reviseReplicaSets({ client, clock, recorder });
  indexByController(replicaSets);
  indexByController(pods);

  async function ownReplicaSets(d: Deployment, signal: AbortSignal): Promise<readonly ReplicaSet[]> {
    const selector = labelSelectorAsSelector(d.spec?.selector);
    return claim(candidatesOf(replicaSets, d), {
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

  /** Scales one after the other and says so in events. A ReplicaSet may come twice. */
  async function scale(d: Deployment, steps: readonly Scaling[]): Promise<void> {
    const now = new Map<string, ReplicaSet>();
    for (const { rs: first, to } of steps) {
      const uid = first.metadata.uid ?? '';
      const rs = now.get(uid) ?? first;
      const from = replicasOf(rs);
      const annotations = withReplicaCounts(annotationsOf(rs), replicasOf(d), replicasOf(d) + maxSurgeOf(d));
      const spec = rs.spec && { ...rs.spec, replicas: to };
      now.set(uid, await writeSet.update({ ...rs, metadata: { ...rs.metadata, annotations }, ...(spec && { spec }) }));
      if (from === to) continue;
      const direction = from < to ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${rs.metadata.name} from ${from} to ${to}`;
      recorder.event(d, 'Normal', 'ScalingReplicaSet', message);
    }
  }

  async function rollingUpdate(before: Deployment, sets: readonly ReplicaSet[], nowMs: number): Promise<Result> {
    const { d, newSet, old } = await revise(before, sets, true);
    if (newSet === undefined) return DONE;
    const all = [...old, newSet];
    const size = replicasOf(newSet);
    const wanted = size < replicasOf(d) ? newReplicas(d, all, size) : replicasOf(d);
    const steps = wanted === size ? oldReplicas(d, newSet, old) : [{ rs: newSet, to: wanted }];
    await scale(d, steps);
    if (steps.length === 0 && isComplete(d, d.status ?? {})) await cleanUp(d, old);
    return finishRollout(d, rolloutStatus(d, all, newSet, nowMs));
  }

  async function recreate(before: Deployment, sets: readonly ReplicaSet[], nowMs: number): Promise<Result> {
    const first = await revise(before, sets, false);
    const stop = first.old.filter((rs) => replicasOf(rs) > 0).map((rs): Scaling => ({ rs, to: 0 }));
    await scale(first.d, stop);
    if (stop.length > 0 || first.old.some(runs))
      return finishRollout(first.d, rolloutStatus(first.d, sets, first.newSet, nowMs));
    const { d, newSet, old } = first.newSet === undefined ? await revise(first.d, sets, true) : first;
    if (newSet === undefined) return DONE;
    if (replicasOf(newSet) !== replicasOf(d)) await scale(d, [{ rs: newSet, to: replicasOf(d) }]);
    if (isComplete(d, d.status ?? {})) await cleanUp(d, old);
    return finishRollout(d, rolloutStatus(d, [...old, newSet], newSet, nowMs));
  }

  /** Pods of it are there, or it thinks so. */
  const runs = ({ metadata, status }: ReplicaSet): boolean =>
    (status?.replicas ?? 0) > 0 ||
    pods.lister.byIndex(BY_CONTROLLER, metadata.uid ?? '').some((pod) => !isFinished(pod));

  const hasPods = ({ metadata }: Deployment): boolean =>
    replicaSets.lister
      .byIndex(BY_CONTROLLER, metadata.uid ?? '')
      .some((rs) => pods.lister.byIndex(BY_CONTROLLER, rs.metadata.uid ?? '').length > 0);

  /** Scales what is there, and leaves the rollout where it is: a paused Deployment, or one that was scaled in the middle. */
  async function sync(before: Deployment, sets: readonly ReplicaSet[], nowMs: number): Promise<Result> {
    const { d, newSet, old } = await revise(before, sets, false);
    const all = newSet === undefined ? old : [...old, newSet];
    await scale(d, syncSteps(d, newSet, old));
    if (d.spec?.paused) await cleanUp(d, old);
    // Upstream's status would overwrite the revision that it has just written, and is refused: the next look says whether it progresses.
    if (d !== before) return DONE;
    await writeStatus(d, deploymentStatus(d, all, newSet, nowMs));
    return DONE;
  }

  /** False when it has nothing new to say. */
  async function writeStatus(d: Deployment, status: DeploymentStatus): Promise<boolean> {
    if (isSameStatus(d.status ?? {}, status)) return false;
    await write.updateStatus({ ...d, status });
    return true;
  }

  /** When nothing has changed, it may be stuck. */
  async function finishRollout(d: Deployment, status: DeploymentStatus): Promise<Result> {
    if (await writeStatus(d, status)) return DONE;
    const requeueAfterMs = stuckCheckAfterMs(d, status, clock.now());
    return requeueAfterMs === undefined ? DONE : { requeueAfterMs };
  }

  /** Forgets the oldest revisions that nothing runs of. */
  async function cleanUp(d: Deployment, old: readonly ReplicaSet[]): Promise<void> {
    if (!hasRevisionHistoryLimit(d)) return;
    const idle = old
      .filter((rs) => rs.metadata.deletionTimestamp === undefined)
      .sort((a, b) => compareRevisions(a, b) || byCreation(a, b));
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
        // Recreate waits for the last Pod of the old template to go; as upstream's, it looks when no Pod of any template is left.
        pods.addHandler({
          onDelete(pod) {
            const rs = replicaSets.lister.get(controllerOf(pod)?.name ?? '', pod.metadata.namespace);
            const owner = rs && deployments.lister.get(controllerOf(rs)?.name ?? '', rs.metadata.namespace);
            if (owner?.spec?.strategy?.type === 'Recreate' && !hasPods(owner)) queue.add(objectKey(owner));
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const found = deployments.lister.byKey(key);
      if (found === undefined) return DONE;
      const sets = await ownReplicaSets(found, signal);
      const nowMs = clock.now();
      if (found.metadata.deletionTimestamp !== undefined) {
        const status = deploymentStatus(found, sets, findNewReplicaSet(found, sets), nowMs);
        await writeStatus(found, status);
        return DONE;
      }
      const d = await notePause(found);
      if (d.spec?.paused || sets.some((rs) => wasScaled(rs, d))) return sync(d, sets, nowMs);
      return isRollingUpdate(d) ? rollingUpdate(d, sets, nowMs) : recreate(d, sets, nowMs);
    },
  });
}

/** The Deployment has got another size since it scaled this ReplicaSet. */
function wasScaled(rs: ReplicaSet, d: Deployment): boolean {
  const desired = desiredReplicasOf(rs);
  return replicasOf(rs) > 0 && desired !== undefined && desired !== replicasOf(d);
}

/** One active ReplicaSet takes the whole change, else the last one; several share it. */
function syncSteps(d: Deployment, newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly Scaling[] {
  const all = newSet === undefined ? old : [...old, newSet];
  const active = all.filter((rs) => replicasOf(rs) > 0);
  const wanted = replicasOf(d);
  if (active.length <= 1) {
    const only = active[0] ?? newSet ?? [...old].sort(byCreation).at(-1);
    return only === undefined || replicasOf(only) === wanted ? [] : [{ rs: only, to: wanted }];
  }
  const saturated =
    newSet !== undefined &&
    replicasOf(newSet) === wanted &&
    desiredReplicasOf(newSet) === wanted &&
    (newSet.status?.availableReplicas ?? 0) === wanted;
  if (saturated) return old.filter((rs) => replicasOf(rs) > 0).map((rs): Scaling => ({ rs, to: 0 }));
  return isRollingUpdate(d) ? proportionalSizes(d, active) : [];
}

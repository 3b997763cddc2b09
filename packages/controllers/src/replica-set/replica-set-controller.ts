import { type KindDefinition, kinds } from '@tabernetes/api';
import type { ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, objectKey, type Selector, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { BY_CONTROLLER, candidatesOf, indexByController } from '../pods/indexes.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { podFromTemplate } from '../pods/pod-from-template.ts';
import { controllerOf, isActive, nextAvailableAfterMs } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { planReplicas, type ReplicaFailure, replicaSetStatus } from './plan.ts';

/**
 * Keeps as many Pods as a ReplicaSet asks for.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/replicaset/replica_set.go
 */
export const replicaSetController = (context: ControllerContext): Controller =>
  replicasController(context, {
    kind: kinds.replicaSet,
    name: 'replicaset-controller',
    component: 'replicaset-controller',
    selectorOf: (rs) => labelSelectorAsSelector(rs.spec?.selector),
  });

/** A kind whose objects keep Pods as ReplicaSets do. */
export interface ReplicasFlavour {
  readonly kind: KindDefinition<ReplicaSet>;
  readonly name: string;
  /** Source of its events. */
  readonly component: string;
  readonly selectorOf: (owner: ReplicaSet) => Selector;
}

/** Keeps as many Pods as the objects of one kind ask for. */
export function replicasController(
  context: ControllerContext,
  { kind, name, component, selectorOf }: ReplicasFlavour,
): Controller {
  const { client, informers, clock } = context;
  const replicaSets = informers.for(kind);
  const pods = informers.for(kinds.pod);
  const write = { sets: client.resource(kind), pods: client.resource(kinds.pod) };
  const recorder = createEventRecorder(context, { component });
  indexByController(pods);
  indexByController(replicaSets);

  /** Makes or deletes Pods. Returns what stopped it, if anything did. */
  async function manage(rs: ReplicaSet, active: readonly Pod[], signal: AbortSignal): Promise<Failed | undefined> {
    const plan = planReplicas(rs, active, relatives(rs), clock.now());
    return (await create(rs, plan.create, signal)) ?? (await remove(rs, plan.remove, signal));
  }

  /**
   * In batches of 1, 2, 4, …: a batch in which something fails is the last one, so that a quota that is used up costs
   * few refusals.
   */
  async function create(rs: ReplicaSet, count: number, signal: AbortSignal): Promise<Failed | undefined> {
    const { template } = rs.spec ?? {};
    if (template === undefined) return undefined;
    const pod = podFromTemplate(template, rs);
    let failed: Failed | undefined;
    for (let made = 0, batch = 1; made < count && failed === undefined; batch *= 2) {
      for (const end = Math.min(made + batch, count); made < end; made++) {
        try {
          const { metadata } = await write.pods.create(pod, { signal });
          recorder.event(rs, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          // Nothing can be made here any more: no mistake of ours.
          if (isTerminating(error)) return undefined;
          recorder.event(rs, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
          failed ??= { reason: 'FailedCreate', error };
        }
      }
    }
    return failed;
  }

  async function remove(rs: ReplicaSet, pods: readonly Pod[], signal: AbortSignal): Promise<Failed | undefined> {
    let failed: Failed | undefined;
    for (const { metadata } of pods) {
      try {
        const preconditions = { uid: metadata.uid ?? '' };
        await write.pods.delete(metadata.name ?? '', metadata.namespace, { preconditions, signal });
        recorder.event(rs, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (error.reason === 'NotFound') continue;
        recorder.event(rs, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
        failed ??= { reason: 'FailedDelete', error };
      }
    }
    return failed;
  }

  /** The active Pods of all ReplicaSets of the same owner; none if nobody owns this one. */
  function relatives(rs: ReplicaSet): readonly Pod[] {
    const owner = controllerOf(rs);
    if (owner === undefined) return [];
    return replicaSets.lister
      .byIndex(BY_CONTROLLER, owner.uid)
      .flatMap(({ metadata }) => pods.lister.byIndex(BY_CONTROLLER, metadata.uid ?? ''))
      .filter(isActive);
  }

  return createController(context, {
    name,
    informers: [replicaSets, pods],
    watch: (queue) => {
      const own = (pod: Pod): void => {
        const owner = controllerOf(pod);
        if (owner?.kind === kind.kind) queue.add(`${pod.metadata.namespace}/${owner.name}`);
      };
      return [
        replicaSets.addHandler({
          onAdd: (rs) => queue.add(objectKey(rs)),
          onUpdate: (rs) => queue.add(objectKey(rs)),
          onDelete: (rs) => queue.add(objectKey(rs)),
        }),
        pods.addHandler({
          onAdd(pod) {
            if (controllerOf(pod) !== undefined) own(pod);
            else offer(pod);
          },
          onUpdate(pod, old) {
            own(old);
            if (controllerOf(pod) !== undefined) own(pod);
            else if (pod.metadata.labels !== old.metadata.labels || controllerOf(old) !== undefined) offer(pod);
          },
          onDelete: own,
        }),
      ];
      /** An orphan may belong to any ReplicaSet of its namespace that selects it. */
      function offer(pod: Pod): void {
        for (const rs of replicaSets.lister.list(pod.metadata.namespace)) {
          if (selectorOf(rs).matches(pod.metadata.labels ?? {})) queue.add(objectKey(rs));
        }
      }
    },
    async reconcile(key, signal) {
      const rs = replicaSets.lister.byKey(key);
      if (rs === undefined) return DONE; // Deleted: the garbage collector takes its Pods.
      const selector = selectorOf(rs);
      const owned = await claim(candidatesOf(pods, rs).filter(isActive), {
        client,
        claimed: kinds.pod,
        owner: rs,
        matches: (pod) => selector.matches(pod.metadata.labels ?? {}),
        async ownerIsAlive() {
          const fresh = await write.sets.get(rs.metadata.name ?? '', rs.metadata.namespace);
          return fresh.metadata.uid === rs.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
        },
        signal,
      });
      const failed = rs.metadata.deletionTimestamp === undefined ? await manage(rs, owned, signal) : undefined;
      const failure = failed && { reason: failed.reason, message: failed.error.message };

      const status = replicaSetStatus(rs, owned, failure, clock.now());
      // The server stores nothing when nothing has changed.
      await write.sets.updateStatus({ ...rs, status }, { signal });
      if (failed !== undefined) throw failed.error;
      const requeueAfterMs = nextAvailableAfterMs(owned, rs.spec?.minReadySeconds ?? 0, clock.now());
      return requeueAfterMs === undefined ? DONE : { requeueAfterMs };
    },
  });
}

interface Failed {
  readonly reason: ReplicaFailure['reason'];
  readonly error: StatusError;
}

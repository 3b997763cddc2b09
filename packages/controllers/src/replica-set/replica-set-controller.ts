import { kinds } from '@tabernetes/api';
import type { ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { podFromTemplate } from '../pods/pod-from-template.ts';
import { controllerOf, isActive } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { planReplicas, type ReplicaFailure, replicaSetStatus } from './plan.ts';

/**
 * Keeps as many Pods as a ReplicaSet asks for.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/replicaset/replica_set.go
 */
export function replicaSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const replicaSets = informers.for(kinds.replicaSet);
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.replicaSet);
  const recorder = createEventRecorder(context, { component: 'replicaset-controller' });
  pods.addIndex(BY_CONTROLLER, controllerUid);
  pods.addIndex(ORPHANS, (pod) => (controllerOf(pod) === undefined ? [pod.metadata.namespace ?? ''] : []));

  /** Pods that are the ReplicaSet's, or could be. */
  const candidates = ({ metadata }: ReplicaSet): readonly Pod[] => [
    ...pods.lister.byIndex(BY_CONTROLLER, metadata.uid ?? ''),
    ...pods.lister.byIndex(ORPHANS, metadata.namespace ?? ''),
  ];

  /** What stopped it, if anything did. */
  async function manage(rs: ReplicaSet, active: readonly Pod[], signal: AbortSignal): Promise<Failed | undefined> {
    const { namespace } = rs.metadata;
    const siblings = [rs, ...siblingsOf(rs)].flatMap((s) => pods.lister.byIndex(BY_CONTROLLER, s.metadata.uid ?? ''));
    const plan = planReplicas(rs, active, siblings, clock.now());
    for (let made = 0; made < plan.create; made++) {
      if (rs.spec?.template === undefined) break;
      try {
        const pod = await client.resource(kinds.pod).create(podFromTemplate(rs.spec.template, rs), { signal });
        recorder.event(rs, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (isTerminating(error)) return undefined;
        recorder.event(rs, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
        return { reason: 'FailedCreate', error };
      }
    }
    for (const { metadata } of plan.remove) {
      try {
        const preconditions = { uid: metadata.uid ?? '' };
        await client.resource(kinds.pod).delete(metadata.name ?? '', namespace, { preconditions, signal });
        recorder.event(rs, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (error.reason === 'NotFound') continue;
        recorder.event(rs, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
        return { reason: 'FailedDelete', error };
      }
    }
    return undefined;
  }

  function siblingsOf(rs: ReplicaSet): readonly ReplicaSet[] {
    const owner = controllerOf(rs);
    if (owner === undefined) return [];
    return replicaSets.lister.list(rs.metadata.namespace).filter((o) => o !== rs && controllerOf(o)?.uid === owner.uid);
  }

  return createController(context, {
    name: 'replicaset-controller',
    informers: [replicaSets, pods],
    watch: (queue) => {
      const own = (pod: Pod): void => {
        const owner = controllerOf(pod);
        if (owner?.kind === 'ReplicaSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
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
          if (labelSelectorAsSelector(rs.spec?.selector).matches(pod.metadata.labels ?? {})) queue.add(objectKey(rs));
        }
      }
    },
    async reconcile(key, signal) {
      const rs = replicaSets.lister.byKey(key);
      if (rs === undefined) return DONE; // Deleted: the garbage collector takes its Pods.
      const selector = labelSelectorAsSelector(rs.spec?.selector);
      const owned = await claim(candidates(rs).filter(isActive), {
        client,
        claimed: kinds.pod,
        owner: rs,
        matches: (pod) => selector.matches(pod.metadata.labels ?? {}),
        async ownerIsAlive() {
          const fresh = await write.get(rs.metadata.name ?? '', rs.metadata.namespace);
          return fresh.metadata.uid === rs.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
        },
        signal,
      });
      const failed = rs.metadata.deletionTimestamp === undefined ? await manage(rs, owned, signal) : undefined;
      const failure = failed && { reason: failed.reason, message: failed.error.message };

      const status = replicaSetStatus(rs, owned, failure, clock.now());
      // The server stores nothing when nothing has changed.
      await write.updateStatus({ ...rs, status }, { signal });
      if (failed !== undefined) throw failed.error;
      const { readyReplicas = 0, availableReplicas = 0 } = status;
      const minReadySeconds = rs.spec?.minReadySeconds ?? 0;
      return minReadySeconds > 0 && readyReplicas > availableReplicas
        ? { requeueAfterMs: minReadySeconds * 1000 }
        : DONE;
    },
  });
}

interface Failed {
  readonly reason: ReplicaFailure['reason'];
  readonly error: StatusError;
}

const BY_CONTROLLER = 'controllerUid';
const ORPHANS = 'orphansOfNamespace';
const controllerUid = (pod: Pod): readonly string[] => {
  const owner = controllerOf(pod);
  return owner === undefined ? [] : [owner.uid];
};
const isTerminating = (error: StatusError): boolean =>
  error.status.details?.causes?.some((c) => c.reason === 'NamespaceTerminating') === true;

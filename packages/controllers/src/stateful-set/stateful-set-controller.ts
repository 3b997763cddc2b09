import { kinds } from '@tabernetes/api';
import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, objectKey } from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { candidatesOf, indexByController } from '../pods/indexes.ts';
import { controllerOf, nextAvailableAfterMs, readySince } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { hasNameOf, parentName, revisionOf } from './identity.ts';
import { isOutcome, performSteps } from './perform.ts';
import { planStatefulSet, type StatefulPlan } from './plan.ts';
import { reviseStatefulSet, surplusRevisions, templateAt } from './stateful-set-revisions.ts';
import { completed, isNews, type RevisionNames } from './status.ts';

/**
 * Keeps the Pods of a StatefulSet, each with its name and its claims.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_set.go
 */
export function statefulSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const sets = informers.for(kinds.statefulSet);
  const pods = informers.for(kinds.pod);
  const claims = informers.for(kinds.persistentVolumeClaim);
  const revisions = informers.for(kinds.controllerRevision);
  const write = { sets: client.resource(kinds.statefulSet), revisions: client.resource(kinds.controllerRevision) };
  const recorder = createEventRecorder(context, { component: 'statefulset-controller' });
  const perform = performSteps({ client, recorder, claim: (name, namespace) => claims.lister.get(name, namespace) });
  indexByController(pods);
  indexByController(revisions);

  async function isAlive({ metadata }: StatefulSet): Promise<boolean> {
    const fresh = await write.sets.get(metadata.name ?? '', metadata.namespace);
    return fresh.metadata.uid === metadata.uid && fresh.metadata.deletionTimestamp === undefined;
  }

  /** Those that the set selects and nobody else manages; one that nobody manages becomes its own. */
  async function ownRevisions(set: StatefulSet, signal: AbortSignal): Promise<readonly ControllerRevision[]> {
    const selector = labelSelectorAsSelector(set.spec?.selector);
    const selected = candidatesOf(revisions, set).filter(({ metadata }) => selector.matches(metadata.labels));
    return claim(selected, {
      client,
      claimed: kinds.controllerRevision,
      owner: set,
      matches: () => true,
      ownerIsAlive: () => isAlive(set),
      signal,
    });
  }

  async function ownPods(set: StatefulSet, signal: AbortSignal): Promise<readonly Pod[]> {
    const selector = labelSelectorAsSelector(set.spec?.selector);
    return claim(candidatesOf(pods, set), {
      client,
      claimed: kinds.pod,
      owner: set,
      // Whatever its labels say, a Pod without one of the set's names has no place in it.
      matches: (pod) => hasNameOf(set, pod) && selector.matches(pod.metadata.labels ?? {}),
      ownerIsAlive: () => isAlive(set),
      signal,
    });
  }

  /**
   * In batches of 1, 2, 4, … when Pods are independent, else one by one; a batch in which something fails is the last
   * one. Returns what failed first.
   */
  async function run(set: StatefulSet, { phases }: StatefulPlan, signal: AbortSignal): Promise<Failure | undefined> {
    const parallel = set.spec?.podManagementPolicy === 'Parallel';
    for (const tasks of phases) {
      let failed: Failure | undefined;
      for (let done = 0, batch = 1; done < tasks.length && failed === undefined; ) {
        for (const task of tasks.slice(done, done + batch)) failed = (await runTask(set, task, signal)) ?? failed;
        done += batch;
        if (parallel) batch = Math.min(batch * 2, MAX_BATCH);
      }
      if (failed !== undefined) return failed;
    }
    return undefined;
  }

  async function runTask(set: StatefulSet, task: Task, signal: AbortSignal): Promise<Failure | undefined> {
    try {
      for (const step of task) await perform(set, step, signal);
      return undefined;
    } catch (error) {
      if (isOutcome(error)) return { error };
      throw error;
    }
  }

  /** Does what the plan says. The status is that of the Pods before, less the one that was told to make way. */
  async function act(set: StatefulSet, plan: StatefulPlan, signal: AbortSignal): Promise<Outcome> {
    const { replace, status } = plan;
    const failed = await run(set, plan, signal);
    if (failed !== undefined || replace === undefined) return { status, failed };
    const stuck = await runTask(set, [{ do: 'delete', pod: replace }], signal);
    if (stuck !== undefined) return { status, failed: stuck };
    return { status: { ...status, currentReplicas: (status.currentReplicas ?? 0) - 1 }, failed: undefined };
  }

  async function truncate(
    set: StatefulSet,
    own: readonly ControllerRevision[],
    live: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const { metadata } of surplusRevisions(set, own, live))
      await write.revisions.delete(metadata.name ?? '', metadata.namespace, { signal });
  }

  return createController(context, {
    name: 'statefulset-controller',
    informers: [sets, pods, claims, revisions],
    watch: (queue) => {
      const own = (pod: Pod): void => {
        const owner = controllerOf(pod);
        if (owner?.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
      };
      /** An orphan may belong to the set whose name it has. */
      const offer = (pod: Pod): void => {
        const set = sets.lister.get(parentName(pod.metadata.name ?? '') ?? '', pod.metadata.namespace);
        if (set !== undefined) queue.add(objectKey(set));
      };
      return [
        sets.addHandler({
          onAdd: (set) => queue.add(objectKey(set)),
          onUpdate: (set) => queue.add(objectKey(set)),
          onDelete: (set) => queue.add(objectKey(set)),
        }),
        pods.addHandler({
          onAdd(pod) {
            if (controllerOf(pod) !== undefined) own(pod);
            else offer(pod);
          },
          onUpdate(pod, old) {
            if (!isNewsOf(pod, old)) return;
            own(old);
            if (controllerOf(pod) !== undefined) own(pod);
            else if (pod.metadata.labels !== old.metadata.labels || controllerOf(old) !== undefined) offer(pod);
          },
          onDelete: own,
        }),
        // A Pod that was scaled away and comes back waits for its old claims to go.
        claims.addHandler({
          onDelete({ metadata }) {
            for (const { kind, name } of metadata.ownerReferences ?? []) {
              const set = kind === 'Pod' ? parentName(name) : undefined;
              if (set !== undefined) queue.add(`${metadata.namespace}/${set}`);
            }
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const set = sets.lister.byKey(key);
      if (set === undefined) return DONE; // Deleted: the garbage collector takes its Pods.
      const deleting = set.metadata.deletionTimestamp !== undefined;
      const known = await ownRevisions(set, signal);
      const owned = await ownPods(set, signal);
      // One that goes keeps the names it has: a revision made now would only hold it up.
      const revised = deleting ? undefined : await reviseStatefulSet(client, set, known);
      const names: RevisionNames = {
        current: revised?.current.metadata.name ?? set.status?.currentRevision ?? '',
        update: revised?.update.metadata.name ?? set.status?.updateRevision ?? '',
        collisionCount: revised?.collisionCount ?? set.status?.collisionCount ?? 0,
      };
      const { namespace } = set.metadata;
      const plan = planStatefulSet({
        set,
        pods: owned,
        revisions: names,
        currentTemplate: () => (revised === undefined ? {} : templateAt(set, revised.current)),
        claim: (name) => claims.lister.get(name, namespace),
        nowMs: clock.now(),
      });
      const { status, failed } = await act(set, plan, signal);
      const next = completed(set, status);
      if (isNews(set, next)) await write.sets.updateStatus({ ...set, status: next }, { signal });
      if (!deleting) {
        const live = new Set([names.current, names.update, ...owned.map(revisionOf)]);
        await truncate(set, known, live, signal);
      }
      if (failed !== undefined) throw failed.error;
      const requeueAfterMs = nextAvailableAfterMs(owned, set.spec?.minReadySeconds ?? 0, clock.now());
      return requeueAfterMs === undefined ? DONE : { requeueAfterMs };
    },
  });
}

const MAX_BATCH = 500;

/** Anything that the plan or the status look at. A Pod on its way to be ready changes more often than that. */
const isNewsOf = (pod: Pod, old: Pod): boolean =>
  pod.metadata.labels !== old.metadata.labels ||
  pod.metadata.ownerReferences !== old.metadata.ownerReferences ||
  pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
  pod.status?.phase !== old.status?.phase ||
  readySince(pod) !== readySince(old);

type Task = StatefulPlan['phases'][number][number];

interface Failure {
  readonly error: Error;
}
interface Outcome {
  readonly status: StatefulSetStatus;
  readonly failed: Failure | undefined;
}

import { kinds } from '@tabernetes/api';
import type { ControllerRevision, DaemonSet } from '@tabernetes/api/types/apps-v1';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import {
  type KubeObject,
  labelSelectorAsSelector,
  objectKey,
  StatusError,
  semanticEqual,
} from '@tabernetes/apimachinery';
import { createEventRecorder } from '@tabernetes/client';
import { claim } from '../pods/claim.ts';
import { BY_CONTROLLER, candidatesOf, indexByController } from '../pods/indexes.ts';
import { isTerminating } from '../pods/namespace-terminating.ts';
import { controllerOf, nextAvailableAfterMs, readySince } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { daemonPods, HASH_LABEL, podsByNode, type TemplateVersion, targetNode, templateVersion } from './daemon-pod.ts';
import { reviseDaemonSet, surplusRevisions } from './daemon-set-revisions.ts';
import { eligibility } from './eligibility.ts';
import { FailedPodsBackOff } from './failed-pods-back-off.ts';
import { type DaemonPlan, type ManagePlan, planManage } from './manage-plan.ts';
import { planRolling, type RollingWorld } from './rolling-plan.ts';
import { daemonSetStatus, isNews } from './status.ts';

/**
 * Keeps one Pod of a DaemonSet on every node that it is for.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/daemon/daemon_controller.go
 */
export function daemonSetController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const daemonSets = informers.for(kinds.daemonSet);
  const revisions = informers.for(kinds.controllerRevision);
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const write = {
    sets: client.resource(kinds.daemonSet),
    pods: client.resource(kinds.pod),
    revisions: client.resource(kinds.controllerRevision),
  };
  const recorder = createEventRecorder(context, { component: 'daemonset-controller' });
  const backOff = new FailedPodsBackOff();
  indexByController(pods);
  indexByController(revisions);

  const selects = (ds: DaemonSet, { metadata }: KubeObject): boolean =>
    labelSelectorAsSelector(ds.spec?.selector).matches(metadata.labels ?? {});

  function claimOptions(ds: DaemonSet, signal: AbortSignal) {
    return {
      client,
      owner: ds,
      matches: (object: KubeObject) => selects(ds, object),
      async ownerIsAlive() {
        const fresh = await write.sets.get(ds.metadata.name ?? '', ds.metadata.namespace);
        return fresh.metadata.uid === ds.metadata.uid && fresh.metadata.deletionTimestamp === undefined;
      },
      signal,
    };
  }

  /** In batches of 1, 2, 4, …: a batch in which something fails is the last one. Returns what failed first. */
  async function create(
    ds: DaemonSet,
    on: readonly string[],
    version: TemplateVersion,
    signal: AbortSignal,
  ): Promise<StatusError | undefined> {
    const podOn = daemonPods(ds, version);
    let failed: StatusError | undefined;
    for (let made = 0, batch = 1; made < on.length && failed === undefined; made += batch, batch *= 2) {
      for (const node of on.slice(made, made + batch)) {
        try {
          const { metadata } = await write.pods.create(podOn(node), { signal });
          recorder.event(ds, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          // Nothing can be made here any more: no mistake of ours.
          if (isTerminating(error)) return undefined;
          recorder.event(ds, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
          failed ??= error;
        }
      }
    }
    return failed;
  }

  async function remove(ds: DaemonSet, gone: readonly Pod[], signal: AbortSignal): Promise<StatusError | undefined> {
    let failed: StatusError | undefined;
    for (const { metadata } of gone) {
      try {
        await write.pods.delete(metadata.name ?? '', metadata.namespace, { signal });
        recorder.event(ds, 'Normal', 'SuccessfulDelete', `Deleted pod: ${metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (error.reason === 'NotFound') continue;
        recorder.event(ds, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
        failed ??= error;
      }
    }
    return failed;
  }

  async function perform(
    { ds, version }: RollingWorld,
    plan: DaemonPlan,
    signal: AbortSignal,
  ): Promise<StatusError | undefined> {
    const notMade = await create(ds, plan.create.slice(0, BURST), version, signal);
    const notGone = await remove(ds, plan.remove.slice(0, BURST), signal);
    return notMade ?? notGone;
  }

  /** Says which Pods have ended, before they are replaced. */
  function tell({ ds, nowMs }: RollingWorld, { failed, succeeded }: ManagePlan): void {
    const { uid = '' } = ds.metadata;
    for (const { pod, node } of failed) {
      backOff.next(uid, ds.status?.observedGeneration ?? 0, node, nowMs);
      const message = `Found failed daemon pod ${objectKey(pod)} on node ${node}, will try to kill it`;
      recorder.event(ds, 'Warning', 'FailedDaemonPod', message);
    }
    for (const { pod, node } of succeeded) {
      const message = `Found succeeded daemon pod ${objectKey(pod)} on node ${node}, will try to delete it`;
      recorder.event(ds, 'Normal', 'SucceededDaemonPod', message);
    }
  }

  /** Every node gets what it should have; when all have it, a rolling update goes one step on. */
  async function act(world: RollingWorld, plan: ManagePlan, signal: AbortSignal): Promise<StatusError | undefined> {
    tell(world, plan);
    // What is made and deleted now comes back as a change: the update is planned with what there is then.
    if (plan.create.length + plan.remove.length > 0) return perform(world, plan, signal);
    if (world.ds.spec?.updateStrategy?.type !== 'RollingUpdate') return undefined;
    return perform(world, planRolling(world), signal);
  }

  return createController(context, {
    name: 'daemonset-controller',
    informers: [daemonSets, revisions, pods, nodes],
    watch: (queue) => {
      const own = (object: Pod | ControllerRevision): void => {
        const owner = controllerOf(object);
        if (owner?.kind === 'DaemonSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
      };
      /** An orphan may belong to any DaemonSet of its namespace that selects it. */
      const offer = (object: Pod | ControllerRevision): void => {
        for (const ds of daemonSets.lister.list(object.metadata.namespace))
          if (selects(ds, object)) queue.add(objectKey(ds));
      };
      const changed = (object: Pod | ControllerRevision, old: Pod | ControllerRevision): void => {
        own(old);
        if (controllerOf(object) !== undefined) own(object);
        else if (object.metadata.labels !== old.metadata.labels || controllerOf(old) !== undefined) offer(object);
      };
      return [
        daemonSets.addHandler({
          onAdd: (ds) => queue.add(objectKey(ds)),
          onUpdate: (ds) => queue.add(objectKey(ds)),
          onDelete: ({ metadata }) => backOff.forget(metadata.uid ?? ''),
        }),
        revisions.addHandler({
          onAdd(revision) {
            if (controllerOf(revision) === undefined) offer(revision);
          },
          onUpdate: changed,
          onDelete: own,
        }),
        pods.addHandler({
          onAdd(pod) {
            if (controllerOf(pod) !== undefined) own(pod);
            else offer(pod);
          },
          onUpdate(pod, old) {
            if (isNewsOf(pod, old)) changed(pod, old);
          },
          onDelete: own,
        }),
        nodes.addHandler({
          onAdd(node) {
            for (const ds of daemonSets.lister.list()) if (eligibility(ds)(node) === 'run') queue.add(objectKey(ds));
          },
          onUpdate(node, old) {
            if (isAlike(node, old)) return;
            for (const ds of daemonSets.lister.list()) {
              const eligible = eligibility(ds);
              if (eligible(node) !== eligible(old)) queue.add(objectKey(ds));
            }
          },
        }),
      ];
    },
    async reconcile(key, signal) {
      const ds = daemonSets.lister.byKey(key);
      // Deleted or about to be: the garbage collector takes its Pods, and may have taken its revisions already.
      if (ds === undefined || ds.metadata.deletionTimestamp !== undefined) return DONE;
      const { uid = '' } = ds.metadata;
      const options = claimOptions(ds, signal);
      const owned = await claim(candidatesOf(pods, ds), { ...options, claimed: kinds.pod });
      const known = await claim(candidatesOf(revisions, ds), { ...options, claimed: kinds.controllerRevision });
      const { current, old } = await reviseDaemonSet(client, ds, known, owned);
      const nowMs = clock.now();
      const hash = current.metadata.labels?.[HASH_LABEL] ?? '';
      const world: RollingWorld = {
        ds,
        nodes: nodes.lister.list(),
        eligible: eligibility(ds),
        pods: podsByNode(owned),
        hash,
        version: templateVersion(ds, hash),
        backOffMs: (node) => backOff.leftMs(uid, ds.status?.observedGeneration ?? 0, node, nowMs),
        nowMs,
      };
      const plan = planManage(world);
      const failed = await act(world, plan, signal);
      if (failed === undefined) {
        for (const { metadata } of surplusRevisions(ds, old, owned))
          await write.revisions.delete(metadata.name ?? '', metadata.namespace, { signal });
      }
      // Before and after are the same objects when nothing was made or deleted.
      const now = pods.lister.byIndex(BY_CONTROLLER, uid);
      const unchanged = now.length === owned.length && now.every((pod, i) => pod === owned[i]);
      const after = unchanged ? owned : now.filter((pod) => selects(ds, pod));
      const status = daemonSetStatus(unchanged ? world : { ...world, pods: podsByNode(after) });
      if (isNews(ds, status)) await write.sets.updateStatus({ ...ds, status }, { signal });
      if (failed !== undefined) throw failed;
      return nextLook(plan.waitMs, nextAvailableAfterMs(after, ds.spec?.minReadySeconds ?? 0, nowMs));
    },
  });
}

/** How many Pods one turn makes or deletes at most. */
const BURST = 250;
/** What keeps failing is waited for in the background: `idle()` would else never end. */
const PATIENCE_MS = 5_000;

function nextLook(failedMs: number | undefined, availableMs: number | undefined): Result {
  if (failedMs === undefined && availableMs === undefined) return DONE;
  const [a, b] = [failedMs ?? Number.POSITIVE_INFINITY, availableMs ?? Number.POSITIVE_INFINITY];
  return { requeueAfterMs: Math.min(a, b), background: a < b && a >= PATIENCE_MS };
}

/** Anything that the plans or the status look at. A Pod on its way to be ready changes more often than that. */
const isNewsOf = (pod: Pod, old: Pod): boolean =>
  pod.metadata.labels !== old.metadata.labels ||
  pod.metadata.ownerReferences !== old.metadata.ownerReferences ||
  pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
  pod.status?.phase !== old.status?.phase ||
  readySince(pod) !== readySince(old) ||
  targetNode(pod) !== targetNode(old);

/** Nothing that decides where daemons run has changed. */
const isAlike = (a: Node, b: Node): boolean =>
  (a.metadata.labels === b.metadata.labels || semanticEqual(a.metadata.labels, b.metadata.labels)) &&
  (a.spec?.taints === b.spec?.taints || semanticEqual(a.spec?.taints, b.spec?.taints));

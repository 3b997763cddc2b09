import type { StatefulSet, StatefulSetStatus } from '@tabernetes/api/types/apps-v1';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { isAvailable, isFinished } from '../pods/pod-state.ts';
import { claimNames, hasStorage } from './claims.ts';
import { hasIdentity, isInRange, ordinalOf, replicasOf, revisionOf, startOrdinal, statefulPod } from './identity.ts';
import { waitsForClaims, wantedOwners } from './retention.ts';
import { isRunningAndReady, type RevisionNames, statefulSetStatus } from './status.ts';

/**
 * What to do about one Pod.
 *  - `create`: its claims, then the Pod;
 *  - `delete`: the Pod;
 *  - `claims`: make those that are missing, and put their owners right;
 *  - `retain`: put the owners of its claims right;
 *  - `update`: the Pod, so that it has its labels and volumes, and its claims.
 */
export interface Step {
  readonly do: 'create' | 'delete' | 'claims' | 'retain' | 'update';
  readonly pod: Pod;
}

export interface StatefulPlan {
  /**
   * One after the other; steps of one Pod stand together. What fails ends its phase, and no later one is begun.
   */
  readonly phases: readonly (readonly (readonly Step[])[])[];
  /** The Pod that makes way for one of the new revision, once all phases are done. */
  readonly replace: Pod | undefined;
  /** As the Pods are before anything is done. */
  readonly status: StatefulSetStatus;
}

export interface StatefulWorld {
  readonly set: StatefulSet;
  /** All that belong to the set, in any order. */
  readonly pods: readonly Pod[];
  readonly revisions: RevisionNames;
  /** The template that the current revision keeps; asked for only when a Pod is made of it. */
  readonly currentTemplate: () => PodTemplateSpec;
  /** By name. */
  readonly claim: (name: string) => PersistentVolumeClaim | undefined;
  readonly nowMs: number;
}

/**
 * What brings a StatefulSet one step closer to what it should be. In order (OrderedReady) nothing is done for a Pod before all
 * that come first are available, and Pods go one by one, the last first; in Parallel all are made and deleted at once.
 * A rollout replaces one Pod at a time, the last first, and waits for each to be ready: one that never is ready holds it up.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
 */
export function planStatefulSet(world: StatefulWorld): StatefulPlan {
  const { set, pods, revisions, nowMs } = world;
  if (set.metadata.deletionTimestamp !== undefined)
    return { phases: [], replace: undefined, status: statefulSetStatus(set, revisions, pods, nowMs) };

  const { replicas, condemned } = partition(world);
  const kept = replicas.filter((replica): replica is Pod => replica !== undefined);
  const status = statefulSetStatus(set, revisions, [...kept, ...condemned], nowMs);
  const ordered = set.spec?.podManagementPolicy !== 'Parallel';

  const living = planReplicas(world, replicas, ordered);
  if (living.blocked) return { phases: [living.tasks], replace: undefined, status };
  const owners = condemned.filter((pod) => needsOwners(world, pod)).map((pod): Task => [{ do: 'retain', pod }]);
  const dying = planCondemned(world, condemned, ordered);
  const phases = [living.tasks, owners, dying.tasks].filter(({ length }) => length > 0);
  return { phases, replace: dying.blocked ? undefined : nextToReplace(world, replicas), status };
}

type Task = readonly Step[];

interface Phase {
  readonly tasks: readonly Task[];
  /** Nothing that comes later may be done yet. */
  readonly blocked: boolean;
}

/** By ordinal: those that the set wants (undefined: not there), and the others, the last first. */
function partition({ set, pods }: StatefulWorld): {
  readonly replicas: readonly (Pod | undefined)[];
  readonly condemned: readonly Pod[];
} {
  const replicas = new Array<Pod | undefined>(replicasOf(set)).fill(undefined);
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(pod);
    if (isInRange(set, ordinal)) replicas[ordinal - startOrdinal(set)] = pod;
    else if (ordinal >= 0) condemned.push(pod);
  }
  return { replicas, condemned: condemned.sort((a, b) => ordinalOf(b) - ordinalOf(a)) };
}

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod);

function planReplicas(world: StatefulWorld, replicas: readonly (Pod | undefined)[], ordered: boolean): Phase {
  const { set } = world;
  const tasks: Task[] = [];
  for (const [index, pod] of replicas.entries()) {
    const { steps, blocks } =
      pod === undefined ? planMissing(world, startOrdinal(set) + index) : planReplica(world, pod);
    if (steps.length > 0) tasks.push(steps);
    if (blocks && ordered) return { tasks, blocked: true };
  }
  return { tasks, blocked: false };
}

interface PodPlan {
  readonly steps: Task;
  /** In order, nothing is done for later Pods before this one is done with. */
  readonly blocks: boolean;
}

function planMissing(world: StatefulWorld, ordinal: number): PodPlan {
  const { set } = world;
  const pod = newPod(world, ordinal);
  const waits = waitsForClaims(set, pod, existingClaims(world, ordinal));
  return { steps: waits ? [] : [{ do: 'create', pod }], blocks: true };
}

/** Pods below the partition are made of the current revision, the others of the new one. */
function newPod({ set, revisions, currentTemplate }: StatefulWorld, ordinal: number): Pod {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  const old =
    rollingUpdate === undefined
      ? type === 'RollingUpdate' && (set.status?.currentReplicas ?? 0)
      : (rollingUpdate.partition ?? 0);
  const useCurrent = old !== false && ordinal < startOrdinal(set) + old && revisions.current !== revisions.update;
  const template = useCurrent ? currentTemplate() : (set.spec?.template ?? {});
  return statefulPod(set, template, useCurrent ? revisions.current : revisions.update, ordinal);
}

function planReplica(world: StatefulWorld, pod: Pod): PodPlan {
  const { set, nowMs } = world;
  // Whatever way its containers ended: it comes again once it is gone.
  if (isFinished(pod)) return { steps: isTerminating(pod) ? [] : [{ do: 'delete', pod }], blocks: true };
  const ordinal = ordinalOf(pod);
  const pending = pod.status?.phase === 'Pending';
  const claims: Task = pending && needsClaims(world, pod) ? [{ do: 'claims', pod }] : [];
  const waits =
    isTerminating(pod) || !isRunningAndReady(pod) || !isAvailable(pod, set.spec?.minReadySeconds ?? 0, nowMs);
  if (waits && set.spec?.podManagementPolicy !== 'Parallel') return { steps: claims, blocks: true };
  const right =
    hasIdentity(set, pod) && hasStorage(set, pod, ordinal) && (claims.length > 0 || !needsOwners(world, pod));
  return { steps: right ? claims : [...claims, { do: 'update', pod }], blocks: false };
}

function planCondemned({ set, nowMs }: StatefulWorld, condemned: readonly Pod[], ordered: boolean): Phase {
  if (!ordered) {
    const tasks = condemned.filter((pod) => !isTerminating(pod)).map((pod): Task => [{ do: 'delete', pod }]);
    return { tasks, blocked: false };
  }
  const [last] = condemned;
  if (last === undefined) return { tasks: [], blocked: false };
  // Of those that must go, the first that is not healthy may go whatever it is like: waiting for it could take for ever.
  const firstUnhealthy = condemned.findLast((pod) => !isHealthy(pod));
  const healthy = isRunningAndReady(last) && isAvailable(last, set.spec?.minReadySeconds ?? 0, nowMs);
  const waits = isTerminating(last) || (!healthy && last !== firstUnhealthy);
  return { tasks: waits ? [] : [[{ do: 'delete', pod: last }]], blocked: true };
}

/** The last Pod that is not of the new revision, unless one after it is not healthy. */
function nextToReplace({ set, revisions }: StatefulWorld, replicas: readonly (Pod | undefined)[]): Pod | undefined {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === 'OnDelete') return undefined;
  for (let index = replicas.length - 1; index >= (rollingUpdate?.partition ?? 0); index--) {
    const pod = replicas[index];
    // Just made, or just deleted because it has ended.
    if (pod === undefined || isFinished(pod)) return undefined;
    if (revisionOf(pod) !== revisions.update && !isTerminating(pod)) return pod;
    if (!isHealthy(pod)) return undefined;
  }
  return undefined;
}

const existingClaims = ({ set, claim }: StatefulWorld, ordinal: number): readonly PersistentVolumeClaim[] =>
  claimNames(set, ordinal).flatMap((name) => claim(name) ?? []);

const hasClaims = ({ set }: StatefulWorld): boolean => (set.spec?.volumeClaimTemplates?.length ?? 0) > 0;

const needsOwners = (world: StatefulWorld, pod: Pod): boolean =>
  hasClaims(world) &&
  existingClaims(world, ordinalOf(pod)).some((claim) => wantedOwners(claim, world.set, pod) !== undefined);

/** One is missing, or about to go (which has to be waited for), or has the wrong owners. */
const needsClaims = (world: StatefulWorld, pod: Pod): boolean =>
  hasClaims(world) &&
  claimNames(world.set, ordinalOf(pod)).some((name) => {
    const claim = world.claim(name);
    return (
      claim === undefined ||
      claim.metadata.deletionTimestamp !== undefined ||
      wantedOwners(claim, world.set, pod) !== undefined
    );
  });

import {
  badRequest,
  conflict,
  type Draft,
  failure,
  forbiddenStatus,
  invalid,
  invalidStatus,
  isConflict,
  labelSelectorAsSelector,
  type Selector,
  SelectorProblem,
  type StatusError,
} from '@tabernetes/apimachinery';
import type { Pod } from '../generated/core-v1.ts';
import type { Eviction, PodDisruptionBudget } from '../generated/policy-v1.ts';
import type { CreateSubresource, ParentAccess, ParentReader, RequestContext, UnadmittedParent } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { SUCCESS } from './binding.ts';
import { isPodReady, setPodCondition } from './conditions.ts';

const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction' } as const;
const UNSAFE = 'deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential';
const BUDGETS = { group: 'policy', plural: 'poddisruptionbudgets' } as const;
/** Evictions that the budget's controller has not seen yet; more are refused until it has. */
const MAX_DISRUPTED_PODS = 2000;
const MAX_TRIES = 20;
const VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * `pods/eviction`: deletes a Pod unless its disruption budget forbids that.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/pod/storage/eviction.go
 */
export const evictionSubresource: CreateSubresource<Pod> = {
  type: 'create',
  name: 'eviction',
  kind: EVICTION,
  otherVersions: ['v1beta1'],
  schema: schemaOf('io.k8s.api.policy.v1.Eviction'),
  create: (input, parent, context) => evictPod(input as Eviction, parent, context),
};

type DeleteOptions = Parameters<ParentAccess<Pod>['delete']>[0];

async function evictPod(
  eviction: Eviction,
  posted: UnadmittedParent<Pod>,
  context: RequestContext,
): Promise<typeof SUCCESS> {
  if (eviction.metadata.name !== posted.name) throw badRequest('name in URL does not match name in Eviction object');
  const {
    dryRun = [],
    ignoreStoreReadErrorWithClusterBreakingPotential: isUnsafe,
    ...asked
  } = eviction.deleteOptions ?? {};
  if (isUnsafe) {
    const detail = 'can not be set for pod eviction, try after removing the option';
    throw invalidStatus(EVICTION, posted.name, [invalid(UNSAFE, true, detail)]);
  }
  if (context.dryRun && dryRun.length > 0 && dryRun.join() !== 'All') {
    throw failure(500, '', `Non-matching dry-run options in request and content: [All] and [${dryRun.join(' ')}]`);
  }
  // `kubectl drain --dry-run=server` says so in the body.
  const isDry = context.dryRun || dryRun.includes('All');
  const options: DeleteOptions = { ...(isDry && { dryRun: true }), ...asked };
  const parent = await posted.admit(eviction);
  const pod = await parent.get();
  if (isBeyondBudgets(pod)) {
    await retryOnConflict(options, async () => {
      const now = await parent.get();
      const ended = now.status?.phase === 'Succeeded' || now.status?.phase === 'Failed';
      await deleteEvicted(parent, context, ended || now.metadata.deletionTimestamp ? options : pinned(options, now));
    });
    return SUCCESS;
  }
  const budgets = await budgetsOf(pod, parent);
  const [budget] = budgets;
  if (budgets.length > 1) {
    const text = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw failure(500, '', text);
  }
  if (budget === undefined) {
    await deleteEvicted(parent, context, options);
  } else if (!isPodReady(pod) && mayLoseUnready(budget)) {
    await deleteUnready(parent, context, options, pod, budget);
  } else {
    await countEviction(budget, parent, isDry, context);
    await deleteEvicted(parent, context, options);
  }
  return SUCCESS;
}

/** Pods that have not begun or are ending count for no budget. */
function isBeyondBudgets({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  return metadata.deletionTimestamp !== undefined || phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed';
}

async function budgetsOf(pod: Pod, parent: ParentReader<Pod>): Promise<readonly PodDisruptionBudget[]> {
  const budgets = (await parent.list(BUDGETS, parent.namespace)) as readonly PodDisruptionBudget[];
  return budgets.filter(({ spec }) => selectorOrNone(spec?.selector)?.matches(pod.metadata.labels));
}

function selectorOrNone(selector: Parameters<typeof labelSelectorAsSelector>[0]): Selector | undefined {
  try {
    return labelSelectorAsSelector(selector);
  } catch (error) {
    if (error instanceof SelectorProblem) return undefined;
    throw error;
  }
}

/** A Pod that does not serve is missed by nobody: always, or while the others suffice. */
function mayLoseUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

async function deleteUnready(
  parent: ParentAccess<Pod>,
  context: RequestContext,
  options: DeleteOptions,
  pod: Pod,
  budget: PodDisruptionBudget,
): Promise<void> {
  try {
    await deleteEvicted(parent, context, pinned(options, pod));
  } catch (error) {
    // It changed meanwhile and may serve by now: ask again.
    if (isConflict(error) && options.preconditions?.resourceVersion === undefined) throw stillProcessing(budget);
    throw error;
  }
}

/** Takes one from what the budget allows, and tells its controller which Pod will go. */
async function countEviction(
  budget: PodDisruptionBudget,
  parent: ParentAccess<Pod>,
  isDry: boolean,
  context: RequestContext,
): Promise<void> {
  if (isDry) {
    checkBudget(budget);
    return;
  }
  await parent.changeStatus(BUDGETS, parent.namespace, budget.metadata.name ?? '', (object, current) => {
    checkBudget(current as PodDisruptionBudget);
    const draft = object as Draft<PodDisruptionBudget>;
    const { status } = draft;
    if (!status) return;
    status.disruptionsAllowed -= 1;
    if (status.disruptionsAllowed === 0) markInsufficient(draft, context.now);
    status.disruptedPods = { ...status.disruptedPods, [parent.name]: context.now };
  });
}

function checkBudget(budget: PodDisruptionBudget): void {
  const { metadata, status } = budget;
  const name = metadata.name ?? '';
  const { observedGeneration = 0, disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
  if (observedGeneration < (metadata.generation ?? 0)) throw stillProcessing(budget);
  const resource = { group: 'policy', resource: 'poddisruptionbudget' };
  if (disruptionsAllowed < 0) throw forbiddenStatus(resource, name, 'pdb disruptions allowed is negative');
  if (Object.keys(status?.disruptedPods ?? {}).length > MAX_DISRUPTED_PODS) {
    const text = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    throw forbiddenStatus(resource, name, text);
  }
  if (disruptionsAllowed === 0) {
    const needs = `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw tooMany(`The disruption budget ${name} ${needs}`);
  }
}

const stillProcessing = ({ metadata }: PodDisruptionBudget): StatusError =>
  tooMany(`The disruption budget ${metadata.name ?? ''} is still being processed by the server.`, 10);

const tooMany = (cause: string, retryAfterSeconds?: number): StatusError =>
  failure(429, 'TooManyRequests', VIOLATED, {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });

function markInsufficient({ metadata, status }: Draft<PodDisruptionBudget>, now: string): void {
  if (!status) return;
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    observedGeneration: metadata.generation ?? 0,
    reason: 'InsufficientPods',
    message: '',
    lastTransitionTime: now,
  };
  status.conditions ??= [];
  const at = status.conditions.findIndex(({ type }) => type === condition.type);
  const old = status.conditions[at];
  if (!old) status.conditions.push(condition);
  else {
    const lastTransitionTime = old.status === condition.status ? old.lastTransitionTime : now;
    status.conditions[at] = { ...condition, lastTransitionTime };
  }
}

/** Deletes the Pod as it was read: a change in between means looking again. */
const pinned = (options: DeleteOptions, { metadata }: Pod): DeleteOptions =>
  options.preconditions?.resourceVersion !== undefined || metadata.resourceVersion === undefined
    ? options
    : { ...options, preconditions: { ...options.preconditions, resourceVersion: metadata.resourceVersion } };

/** Says on the Pod why it goes, then deletes it. */
async function deleteEvicted(
  parent: ParentAccess<Pod>,
  context: RequestContext,
  options: DeleteOptions,
): Promise<void> {
  if (options.dryRun) {
    await parent.delete(options);
    return;
  }
  const marked = await parent.update((draft, current) => {
    checkPreconditions(current, options);
    draft.status = { ...draft.status };
    setPodCondition(draft.status, context.now, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
  });
  const { resourceVersion } = marked.metadata;
  const isPinned = options.preconditions?.resourceVersion !== undefined && resourceVersion !== undefined;
  // The mark was a change too, and it was ours.
  await parent.delete(
    isPinned ? { ...options, preconditions: { ...options.preconditions, resourceVersion } } : options,
  );
}

function checkPreconditions({ metadata }: Pod, { preconditions = {} }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions;
  const pod = { group: '', resource: 'Pod' };
  const name = metadata.name ?? '';
  if (uid && uid !== metadata.uid) {
    const text = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''})`;
    throw conflict(pod, name, `${text}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const text = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ''})`;
    throw conflict(pod, name, `${text}. The object might have been modified`);
  }
}

async function retryOnConflict(options: DeleteOptions, attempt: () => Promise<void>): Promise<void> {
  const tries = options.preconditions?.resourceVersion === undefined ? MAX_TRIES : 1;
  for (let i = 1; ; i++) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isConflict(error) || i >= tries) throw error;
    }
  }
}

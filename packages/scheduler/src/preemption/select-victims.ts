import type { PodDisruptionBudget } from '@tabernetes/api/types/policy-v1';
import { Simulation } from '../framework/filter-chain.ts';
import type { NodeFilter } from '../framework/plugin.ts';
import { type Status, unresolvable } from '../framework/status.ts';
import { selectorOf } from '../snapshot/affinity-term.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** The Pods that would have to go from a node, the most important first. */
export interface Victims {
  readonly node: NodeInfo;
  readonly pods: readonly PodInfo[];
  /** How many of them a PodDisruptionBudget would rather keep. */
  readonly violations: number;
}

/**
 * The least that must go from a node for the Pod to fit: all of lower priority are taken out, then, the most important
 * first, put back where there is room; those that a PodDisruptionBudget protects before all others.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go SelectVictimsOnNode
 */
export function selectVictims(
  filters: readonly NodeFilter[],
  pod: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
): Victims | Status {
  const potential = [...node.pods.values()].filter(({ priority }) => priority < pod.priority);
  if (potential.length === 0) return NO_VICTIMS;
  const simulation = new Simulation(filters, node);
  for (const victim of potential) simulation.removePod(victim);
  const status = simulation.filterBesideNominated(pod, snapshot);
  if (status !== undefined) return status;

  potential.sort(moreImportant);
  const { violating, others } = byBudgets(potential, snapshot);
  const victims: PodInfo[] = [];
  let violations = 0;
  const mustGo = (victim: PodInfo): boolean => {
    simulation.addPod(victim);
    if (simulation.filterBesideNominated(pod, snapshot) === undefined) return false;
    simulation.removePod(victim);
    victims.push(victim);
    return true;
  };
  for (const victim of violating) if (mustGo(victim)) violations++;
  for (const victim of others) mustGo(victim);
  if (violating.length > 0 && others.length > 0) victims.sort(moreImportant);
  return { node, pods: victims, violations };
}

/** Higher priority first, then the longer running. */
function moreImportant(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [from, to] = [startTime(a), startTime(b)];
  return from < to ? -1 : from > to ? 1 : 0;
}

/** Of Pods that have not started: later than any that has. */
export const startTime = ({ pod }: PodInfo): string => pod.status?.startTime ?? '~';

const NO_VICTIMS = unresolvable('DefaultPreemption', 'No preemption victims found for incoming pod');

/** Walks in order of importance, using up what each budget still allows. */
function byBudgets(
  pods: readonly PodInfo[],
  { sources }: Snapshot,
): { readonly violating: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  const allowed = new Map<PodDisruptionBudget, number>();
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let violates = false;
    if (Object.keys(pod.labels ?? {}).length > 0) {
      for (const budget of sources.disruptionBudgets(pod.namespace)) {
        const selector = selectorOf(budget.spec?.selector);
        if (selector.empty || !selector.matches(pod.labels)) continue;
        // It is on its way out already: the budget has counted it.
        if (budget.status?.disruptedPods?.[pod.name] !== undefined) continue;
        const left = (allowed.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1;
        allowed.set(budget, left);
        if (left < 0) violates = true;
      }
    }
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

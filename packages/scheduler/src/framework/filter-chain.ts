import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isStatus, type NodeFilter, type SimulatedFilter } from './plugin.ts';
import type { Profile } from './profile.ts';
import { type Status, unresolvable } from './status.ts';

/** What PreFilter found: the filters that have a say, or a refusal of every node. */
export interface Prepared {
  readonly filters: readonly NodeFilter[];
  /** Holds for every node. */
  readonly refusal?: Status;
  /** Only these nodes can fit. */
  readonly nodeNames?: ReadonlySet<string>;
  /** Plugins that gave `nodeNames`. */
  readonly narrowedBy: readonly string[];
}

/** Asks every plugin what the Pod means to it. @see pkg/scheduler/framework/runtime/framework.go RunPreFilterPlugins */
export function prepareFilters(pod: PodInfo, snapshot: Snapshot, { plugins }: Profile): Prepared {
  const filters: NodeFilter[] = [];
  const narrowedBy: string[] = [];
  let nodeNames: ReadonlySet<string> | undefined;
  let refusal: Status | undefined;
  for (const plugin of plugins) {
    const result = plugin.preFilter?.(pod, snapshot) ?? 'skip';
    if (result === 'skip') continue;
    if (isStatus(result)) {
      if (result.code !== 'Unschedulable') return { filters, refusal: result, narrowedBy };
      // Preemption may come: it needs the filters of the others.
      refusal = result;
      continue;
    }
    filters.push(result);
    if (result.nodeNames === undefined) continue;
    narrowedBy.push(plugin.name);
    nodeNames = nodeNames === undefined ? result.nodeNames : intersection(nodeNames, result.nodeNames);
    if (nodeNames.size === 0) return { filters, refusal: noneLeft(narrowedBy), narrowedBy };
  }
  return { filters, ...(refusal && { refusal }), ...(nodeNames && { nodeNames }), narrowedBy: [...narrowedBy].sort() };
}

/** Undefined: the Pod fits. The first filter that refuses is the one that is heard. */
function runFilters(filters: readonly NodeFilter[], node: NodeInfo): Status | undefined {
  for (const filter of filters) {
    const status = filter.filter(node);
    if (status !== undefined) return status;
  }
  return undefined;
}

/**
 * As {@link runFilters}, with room kept for Pods of the same or a higher priority that are to get this node: it must
 * fit with them there, and (as they may never come) without them.
 */
export function runFiltersBesideNominated(
  filters: readonly NodeFilter[],
  pod: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
): Status | undefined {
  if (snapshot.hasNominations) {
    const nominated = nominatedFor(pod, node, snapshot);
    if (nominated.length > 0) {
      const simulation = new Simulation(filters, node);
      for (const other of nominated) simulation.addPod(other);
      const status = simulation.filter();
      if (status !== undefined) return status;
    }
  }
  return runFilters(filters, node);
}

/** One node whose Pods are changed in thought. */
export class Simulation {
  readonly node: NodeInfo;
  readonly #filters: readonly (NodeFilter | SimulatedFilter)[];
  readonly #simulated: readonly SimulatedFilter[];

  constructor(filters: readonly NodeFilter[], node: NodeInfo) {
    this.node = node.clone();
    const all = filters.map((filter) => filter.simulate?.(this.node) ?? filter);
    this.#filters = all;
    this.#simulated = all.filter((filter): filter is SimulatedFilter => 'addPod' in filter);
  }
  addPod(pod: PodInfo): void {
    this.node.addPod(pod);
    for (const filter of this.#simulated) filter.addPod(pod);
  }
  removePod(pod: PodInfo): void {
    this.node.removePod(pod);
    for (const filter of this.#simulated) filter.removePod(pod);
  }
  filter(): Status | undefined {
    for (const filter of this.#filters) {
      const status = filter.filter(this.node);
      if (status !== undefined) return status;
    }
    return undefined;
  }
  /** The same, with Pods that are to get the node, and without. */
  filterBesideNominated(pod: PodInfo, snapshot: Snapshot): Status | undefined {
    const nominated = snapshot.hasNominations ? nominatedFor(pod, this.node, snapshot) : [];
    if (nominated.length > 0) {
      for (const other of nominated) this.addPod(other);
      const status = this.filter();
      for (const other of nominated) this.removePod(other);
      if (status !== undefined) return status;
    }
    return this.filter();
  }
}

function nominatedFor(pod: PodInfo, node: NodeInfo, snapshot: Snapshot): readonly PodInfo[] {
  const found: PodInfo[] = [];
  for (const other of snapshot.nominatedPods(node.name))
    if (other.priority >= pod.priority && other.key !== pod.key) found.push(other);
  return found;
}

const intersection = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...a].filter((name) => b.has(name)));

function noneLeft(plugins: readonly string[]): Status {
  const [first] = plugins;
  const text =
    plugins.length === 1
      ? `node(s) didn't satisfy plugin ${first}`
      : `node(s) didn't satisfy plugin(s) [${[...plugins].sort().join(' ')}] simultaneously`;
  return unresolvable(first ?? '', text);
}

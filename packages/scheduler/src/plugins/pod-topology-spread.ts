import type { Node } from '@tabernetes/api/types/core-v1';
import { type KubeObject, semanticEqual } from '@tabernetes/apimachinery';
import {
  MAX_NODE_SCORE,
  type NodeFilter,
  type NodeScorer,
  type Plugin,
  type SimulatedFilter,
} from '../framework/plugin.ts';
import { type Status, unresolvable, unschedulable } from '../framework/status.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  type DefaultConstraint,
  type HardSelector,
  hardSelectors,
  hasAllTopologies,
  NodeInclusion,
  type SpreadConstraint,
  SYSTEM_DEFAULTS,
  spreadConstraints,
} from './spread-constraints.ts';
import { type SpreadCounts, spreadCounts } from './spread-counts.ts';

const NAME = 'PodTopologySpread';
const HOSTNAME = 'kubernetes.io/hostname';
const SKEWED = unschedulable(NAME, "node(s) didn't match pod topology spread constraints");
const NO_LABEL = unresolvable(NAME, "node(s) didn't match pod topology spread constraints (missing required label)");

/** Spreads Pods over the values of node labels. Without constraints of its own a Pod gets `defaults`. */
export function podTopologySpread(defaults: readonly DefaultConstraint[] = SYSTEM_DEFAULTS): Plugin {
  const systemDefaulted = defaults === SYSTEM_DEFAULTS;
  return {
    name: NAME,
    requeueOn: [
      {
        resource: 'AssignedPod',
        actions: ['Add', 'Delete', 'UpdatePodLabel'],
        helps: (pod, { object, old }) =>
          object?.metadata.namespace === pod.namespace && isCountedAnew(hardSelectors(pod, defaults), object, old),
      },
      {
        resource: 'Pod',
        actions: ['UpdatePodLabel'],
        helps: (pod, { object, old }) => isCountedAnew(hardSelectors(pod, defaults), object, old),
      },
      {
        resource: 'Pod',
        actions: ['UpdatePodTolerations'],
        helps: (pod) => hardSelectors(pod, defaults).some(({ honorsTaints }) => honorsTaints),
      },
      {
        resource: 'Node',
        actions: ['Add', 'Delete', 'UpdateNodeLabel', 'UpdateNodeTaint'],
        helps: (pod, { object, old }) => changesDomains(hardSelectors(pod, defaults), object, old),
      },
    ],
    preFilter(pod, snapshot) {
      const constraints = spreadConstraints(pod, snapshot, 'DoNotSchedule', defaults);
      return constraints.length === 0 ? 'skip' : hardFilter(pod, snapshot, constraints);
    },
    preScore(pod, snapshot, nodes) {
      const constraints = spreadConstraints(pod, snapshot, 'ScheduleAnyway', defaults);
      if (constraints.length === 0) return undefined;
      // The built-in defaults spread over hosts even where nodes have no zone.
      const needAll = !systemDefaulted || (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
      return softScorer(pod, snapshot, nodes, constraints, needAll);
    },
  };
}

/** A Pod that came or went counts where it is selected; one that changed, where that is new. */
const isCountedAnew = (
  constraints: readonly HardSelector[],
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): boolean =>
  constraints.some(({ selector }) => {
    const matches = selector.matches(object?.metadata.labels);
    return old === undefined ? matches : matches !== selector.matches(old.metadata.labels);
  });

/** Only nodes that have all topologies count, and only when one of those, or a taint, is another. */
function changesDomains(
  constraints: readonly HardSelector[],
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): boolean {
  const counts = (node: KubeObject | undefined): boolean =>
    constraints.every(({ topologyKey }) => node?.metadata.labels?.[topologyKey] !== undefined);
  if (old === undefined) return counts(object);
  if (counts(old) !== counts(object)) return true;
  if (!counts(object)) return false;
  const differ = ({ topologyKey }: HardSelector): boolean =>
    old.metadata.labels?.[topologyKey] !== object?.metadata.labels?.[topologyKey];
  return constraints.some(differ) || !semanticEqual((old as Node).spec?.taints, (object as Node).spec?.taints);
}

/** A hard constraint, and how Pods lie now. */
class Spread {
  readonly constraint: SpreadConstraint;
  readonly #counts: SpreadCounts;
  /** 1 when the Pod would count itself. */
  readonly #self: number;

  constructor(constraint: SpreadConstraint, counts: SpreadCounts, pod: PodInfo) {
    this.constraint = constraint;
    this.#counts = counts;
    this.#self = constraint.selector.matches(pod.labels) ? 1 : 0;
  }

  /** Pods in the domain with the fewest, `delta` more being in one of them. */
  fewest(inDomain = -1, delta = 0): number {
    const { topology, minDomains } = this.constraint;
    if (this.#counts.domains < minDomains) return 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (let domain = 0; domain < topology.limit; domain++) {
      if (!this.#counts.has(domain)) continue;
      const matching = this.#counts.matching(domain) + (domain === inDomain ? delta : 0);
      if (matching < fewest) fewest = matching;
    }
    return fewest;
  }

  refusal({ slot }: NodeInfo, fewest: number, delta = 0): Status | undefined {
    const domain = this.constraint.topology.domainOf(slot);
    if (domain < 0) return NO_LABEL;
    const skew = this.#counts.matching(domain) + delta + this.#self - fewest;
    return skew > this.constraint.maxSkew ? SKEWED : undefined;
  }
}

function hardFilter(pod: PodInfo, snapshot: Snapshot, constraints: readonly SpreadConstraint[]): NodeFilter {
  const counts = spreadCounts(constraints, constraints, pod, snapshot);
  const spreads = constraints.map((constraint, i) => new Spread(constraint, counts[i] as SpreadCounts, pod));
  const fewest = spreads.map((spread) => spread.fewest());

  return {
    filter(node) {
      for (let i = 0; i < spreads.length; i++) {
        const refusal = spreads[i]?.refusal(node, fewest[i] ?? 0);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    simulate: (node) => simulated(pod, node, spreads),
  };
}

function simulated(pod: PodInfo, node: NodeInfo, spreads: readonly Spread[]): SimulatedFilter {
  const inclusion = new NodeInclusion(pod);
  const deltas = spreads.map(() => 0);
  const complete = hasAllTopologies(
    node,
    spreads.map(({ constraint }) => constraint),
  );
  const change = (other: PodInfo, amount: 1 | -1): void => {
    if (!complete || other.namespace !== pod.namespace) return;
    spreads.forEach(({ constraint }, i) => {
      if (!constraint.counter.question.matches(other) || !inclusion.includes(node, constraint)) return;
      deltas[i] = (deltas[i] ?? 0) + amount;
    });
  };
  return {
    addPod: (other) => change(other, 1),
    removePod: (other) => change(other, -1),
    filter() {
      for (let i = 0; i < spreads.length; i++) {
        const delta = deltas[i] ?? 0;
        const spread = spreads[i];
        const fewest = spread?.fewest(spread.constraint.topology.domainOf(node.slot), delta) ?? 0;
        const refusal = spread?.refusal(node, fewest, delta);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

/**
 * The fewer Pods in a node's domains, the better; topologies of few values weigh less.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/podtopologyspread/scoring.go
 */
function softScorer(
  pod: PodInfo,
  snapshot: Snapshot,
  nodes: readonly NodeInfo[],
  constraints: readonly SpreadConstraint[],
  needAll: boolean,
): NodeScorer {
  const ignored = new Set<NodeInfo>();
  if (needAll) for (const node of nodes) if (!hasAllTopologies(node, constraints)) ignored.add(node);
  const shared = constraints.filter(({ topologyKey }) => topologyKey !== HOSTNAME);
  const counts = spreadCounts(shared, needAll ? constraints : undefined, pod, snapshot);
  const parts = constraints.map((constraint) => {
    const counted = counts[shared.indexOf(constraint)];
    const size = counted === undefined ? nodes.length - ignored.size : domainsOf(constraint, nodes, ignored);
    return { constraint, counted, weight: Math.log(size + 2) };
  });
  const isIgnored = (node: NodeInfo): boolean => ignored.size > 0 && ignored.has(node);
  return (_nodes, scores) => {
    scores.fill(0);
    for (const { constraint, counted, weight } of parts) {
      const { topology, counter, maxSkew } = constraint;
      if (topology.nodes === 0) continue;
      for (let i = 0; i < nodes.length; i++) {
        const { slot } = nodes[i] as NodeInfo;
        const domain = topology.domainOf(slot);
        if (domain < 0) continue;
        const count = counted === undefined ? counter.onNode(slot) : counted.matching(domain);
        scores[i] = (scores[i] ?? 0) + count * weight + (maxSkew - 1);
      }
    }
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let i = 0; i < scores.length; i++) {
      if (isIgnored(nodes[i] as NodeInfo)) continue;
      const score = Math.round(scores[i] ?? 0);
      scores[i] = score;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    for (let i = 0; i < scores.length; i++) {
      if (isIgnored(nodes[i] as NodeInfo)) scores[i] = 0;
      else
        scores[i] =
          most === 0 ? MAX_NODE_SCORE : Math.trunc((MAX_NODE_SCORE * (most + least - (scores[i] ?? 0))) / most);
    }
  };
}

/** How many domains have a feasible node; to be without the label is one more. */
function domainsOf({ topology }: SpreadConstraint, nodes: readonly NodeInfo[], ignored: ReadonlySet<NodeInfo>): number {
  const seen = new Uint8Array(topology.limit + 1);
  let count = 0;
  for (const node of nodes) {
    if (ignored.size > 0 && ignored.has(node)) continue;
    const at = topology.domainOf(node.slot) + 1;
    if (seen[at] === 1) continue;
    seen[at] = 1;
    count++;
  }
  return count;
}

import { type NodeTerm, requiredNodes } from '@tabernetes/api';
import type { TopologySpreadConstraint } from '@tabernetes/api/types/core-v1';
import {
  EVERYTHING,
  type Labels,
  type Requirement,
  type Selector,
  selectorFromLabels,
  selectorOf as selectorOfRequirements,
} from '@tabernetes/apimachinery';
import { selectorKey, selectorOf } from '../snapshot/affinity-term.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type PodCounter, requiredLabel } from '../snapshot/pod-counter.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Topology } from '../snapshot/topology.ts';
import { untolerated } from './tolerations.ts';

/** A constraint, ready to be counted. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly topology: Topology;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** The Pods that it counts: alive, of the Pod's namespace. */
  readonly counter: PodCounter;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** What constraints are made of where the Pod has none of its own. */
export interface DefaultConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
}

/**
 * `defaultingType: System`.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints
 */
export const SYSTEM_DEFAULTS: readonly DefaultConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];

/** The constraints of one kind that hold for a Pod: its own, or the defaults with what its owners select. */
export function spreadConstraints(
  pod: PodInfo,
  snapshot: Snapshot,
  whenUnsatisfiable: DefaultConstraint['whenUnsatisfiable'],
  defaults: readonly DefaultConstraint[],
): readonly SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints ?? [];
  if (own.length > 0) {
    return own
      .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
      .map((constraint) => prepared(constraint, withMatchLabelKeys(constraint, pod.labels), pod, snapshot));
  }
  const wanted = defaults.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  if (wanted.length === 0) return [];
  const selector = defaultSelector(pod, snapshot);
  if (selector.empty) return [];
  return wanted.map((constraint) => prepared(constraint, selector, pod, snapshot));
}

/** What of a hard constraint can be told without a look at the cluster. */
export interface HardSelector {
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly honorsTaints: boolean;
}

/** The hard constraints of a Pod. What the owners of a Pod without any select is not known here: it may be everything. */
export function hardSelectors(pod: PodInfo, defaults: readonly DefaultConstraint[]): readonly HardSelector[] {
  const own = pod.spec.topologySpreadConstraints ?? [];
  if (own.length === 0)
    return defaults
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map(({ topologyKey }) => ({ topologyKey, selector: EVERYTHING, honorsTaints: false }));
  return own
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map((constraint) => ({
      topologyKey: constraint.topologyKey,
      selector: withMatchLabelKeys(constraint, pod.labels),
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

/** Which nodes' Pods a constraint counts. */
export class NodeInclusion {
  readonly #pod: PodInfo;
  readonly #allowed: NodeTerm | undefined;
  constructor(pod: PodInfo) {
    this.#pod = pod;
    this.#allowed = requiredNodes(pod.spec);
  }
  /** True: every node is included. */
  isTrivial({ honorsAffinity, honorsTaints }: SpreadConstraint): boolean {
    return !honorsTaints && !(honorsAffinity && this.#allowed !== undefined);
  }
  includes({ node, hardTaints }: NodeInfo, { honorsAffinity, honorsTaints }: SpreadConstraint): boolean {
    if (honorsAffinity && this.#allowed !== undefined && (node === undefined || !this.#allowed.matches(node)))
      return false;
    return !honorsTaints || untolerated(hardTaints, this.#pod.spec.tolerations) === undefined;
  }
}

export function hasAllTopologies({ slot }: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topology } of constraints) if (topology.domainOf(slot) < 0) return false;
  return true;
}

function prepared(
  constraint: Pick<TopologySpreadConstraint, 'topologyKey' | 'maxSkew'> & Partial<TopologySpreadConstraint>,
  selector: Selector,
  { namespace }: PodInfo,
  snapshot: Snapshot,
): SpreadConstraint {
  return {
    topologyKey: constraint.topologyKey,
    topology: snapshot.topology(constraint.topologyKey),
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector,
    counter: snapshot.counter(`spread|${namespace}|${selectorKey(selector)}`, () => ({
      namespaces: new Set([namespace]),
      label: requiredLabel(selector),
      // An empty selector counts nothing, though it matches everything.
      matches: (pod) => !selector.empty && !pod.terminating && selector.matches(pod.labels),
    })),
    honorsAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

/** The selector, narrowed to Pods that equal this one in some labels. */
function withMatchLabelKeys(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  labels: Labels | undefined,
): Selector {
  const selector = selectorOf(labelSelector);
  const shared: Record<string, string> = {};
  for (const key of matchLabelKeys) {
    const value = labels?.[key];
    if (value !== undefined) shared[key] = value;
  }
  return Object.keys(shared).length === 0 ? selector : both(selectorFromLabels(shared), selector);
}

function both(a: Selector, b: Selector): Selector {
  // Nothing has no requirements to join.
  if (b.requirements.length === 0 && !b.empty) return b;
  return selectorOfRequirements([...a.requirements, ...b.requirements]);
}

/**
 * What the Services of a Pod and its controller select.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/helper/spread.go
 */
function defaultSelector(pod: PodInfo, { sources }: Snapshot): Selector {
  const requirements = new Map<string, Requirement>();
  for (const { spec } of sources.services(pod.namespace)) {
    const selector = spec?.selector;
    if (selector === undefined) continue;
    const wanted = selectorFromLabels(selector);
    if (!wanted.matches(pod.labels)) continue;
    for (const requirement of wanted.requirements) requirements.set(requirement.key, requirement);
  }
  const fromServices = selectorOfRequirements([...requirements.values()]);
  const owner = pod.pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const selector = owner && sources.controllerSelector(pod.namespace, owner.apiVersion, owner.kind, owner.name);
  if (selector === undefined) return fromServices;
  return fromServices.empty
    ? selector.requirements.length === 0
      ? EVERYTHING
      : selector
    : both(fromServices, selector);
}

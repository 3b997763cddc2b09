import type { KubeObject, Labels, Selector } from '@tabernetes/apimachinery';
import type { ClusterEvent } from '../framework/events.ts';
import { MAX_NODE_SCORE, type Plugin, type SimulatedFilter } from '../framework/plugin.ts';
import { type Status, unresolvable, unschedulable } from '../framework/status.ts';
import { type AffinityTerm, selectorKey, termMatches } from '../snapshot/affinity-term.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { type PodCounter, type PodQuestion, requiredLabel } from '../snapshot/pod-counter.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { DomainCounts } from '../snapshot/topology.ts';

const NAME = 'InterPodAffinity';
const NO_AFFINITY = unresolvable(NAME, "node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = unschedulable(NAME, "node(s) didn't match pod anti-affinity rules");
const EXISTING_ANTI_AFFINITY = unschedulable(NAME, "node(s) didn't satisfy existing pods anti-affinity rules");

/**
 * Puts Pods near to, or far from, other Pods; what running Pods ask of newcomers counts as well.
 *
 * @param hardPodAffinityWeight what a running Pod's required affinity to the new one is worth when nodes are scored
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/scheduler/framework/plugins/interpodaffinity
 */
export const interPodAffinity = (hardPodAffinityWeight = 1): Plugin => ({
  name: NAME,
  requeueOn: [
    { resource: 'AssignedPod', actions: ['Add', 'Delete', 'UpdatePodLabel'], helps: bringsOrClears },
    { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'], helps: hasTopology },
  ],
  preFilter(pod, snapshot) {
    const rules = rulesOf(pod, snapshot);
    if (rules.existing.length + rules.anti.length + rules.affinity.length === 0) return 'skip';
    return {
      filter: (node) => refusal(rules, node, NO_DELTAS),
      simulate: (node) => simulated(pod, snapshot, rules, node),
    };
  },
  preScore(pod, snapshot) {
    const parts: Weighted[] = [];
    const add = (counts: DomainCounts, weight: number): void => {
      if (counts.total > 0 && weight !== 0) parts.push({ counts, weight });
    };
    const labels = snapshot.sources.namespaceLabels(pod.namespace);
    for (const term of pod.preferredAffinity) add(countsOf([term], term.topologyKey, snapshot).counts, term.weight);
    for (const term of pod.preferredAntiAffinity)
      add(countsOf([term], term.topologyKey, snapshot).counts, -term.weight);
    for (const { term, counts } of snapshot.termGroups('requiredAffinity').values())
      if (termMatches(term, pod.namespace, labels, pod.labels)) add(counts, hardPodAffinityWeight);
    for (const { term, counts } of snapshot.termGroups('preferredAffinity').values())
      if (termMatches(term, pod.namespace, labels, pod.labels)) add(counts, term.weight);
    for (const { term, counts } of snapshot.termGroups('preferredAntiAffinity').values())
      if (termMatches(term, pod.namespace, labels, pod.labels)) add(counts, -term.weight);
    if (parts.length === 0) return undefined;
    return (nodes, scores) => {
      scores.fill(0);
      for (const { counts, weight } of parts)
        for (let i = 0; i < nodes.length; i++)
          scores[i] = (scores[i] ?? 0) + weight * counts.at((nodes[i] as NodeInfo).slot);
      normalize(scores);
    };
  },
});

interface Weighted {
  readonly counts: DomainCounts;
  readonly weight: number;
}

/** One count per domain that a rule asks for. */
interface Rule {
  readonly counts: DomainCounts;
  readonly counter: PodCounter;
}

interface Rules {
  /** Anti-affinity terms of running Pods that speak of this one. */
  readonly existing: readonly { readonly key: string; readonly counts: DomainCounts }[];
  readonly anti: readonly Rule[];
  /** All count the same Pods, those that match every term, over different labels. */
  readonly affinity: readonly Rule[];
  /** The Pod matches its own affinity: it may be the first of its kind. */
  readonly attractsItself: boolean;
}

/** What has been changed in thought on the node that is looked at. */
interface Deltas {
  readonly existing: ReadonlyMap<string, { readonly topologyKey: string; pods: number }> | undefined;
  readonly anti: readonly number[];
  readonly affinity: number;
}

const NO_DELTAS: Deltas = { existing: undefined, anti: [], affinity: 0 };

function rulesOf(pod: PodInfo, snapshot: Snapshot): Rules {
  const existing: { readonly key: string; readonly counts: DomainCounts }[] = [];
  const groups = snapshot.termGroups('requiredAntiAffinity');
  if (groups.size > 0) {
    const labels = snapshot.sources.namespaceLabels(pod.namespace);
    for (const [key, { term, counts }] of groups) {
      if (counts.total > 0 && termMatches(term, pod.namespace, labels, pod.labels)) existing.push({ key, counts });
    }
  }
  const { requiredAffinity, requiredAntiAffinity } = pod;
  const affinity = requiredAffinity.map(({ topologyKey }) => countsOf(requiredAffinity, topologyKey, snapshot));
  return {
    existing,
    anti: requiredAntiAffinity.map((term) => countsOf([term], term.topologyKey, snapshot)),
    affinity,
    attractsItself: affinity[0]?.counter.question.matches(pod) ?? false,
  };
}

function refusal(
  { existing, anti, affinity, attractsItself }: Rules,
  { slot, labels }: NodeInfo,
  deltas: Deltas,
): Status | undefined {
  let near = true;
  let anywhere = 0;
  for (const { counts } of affinity) {
    // Every label must be there, even for the first Pod of its kind.
    if (counts.topology.domainOf(slot) < 0) return NO_AFFINITY;
    if (counts.at(slot) + deltas.affinity <= 0) near = false;
    anywhere += counts.total + deltas.affinity;
  }
  if (!near && !(anywhere === 0 && attractsItself)) return NO_AFFINITY;
  for (let i = 0; i < anti.length; i++) {
    const counts = anti[i]?.counts;
    if (counts === undefined || counts.topology.domainOf(slot) < 0) continue;
    if (counts.at(slot) + (deltas.anti[i] ?? 0) > 0) return ANTI_AFFINITY;
  }
  for (const { key, counts } of existing) {
    if (counts.at(slot) + (deltas.existing?.get(key)?.pods ?? 0) > 0) return EXISTING_ANTI_AFFINITY;
  }
  // Pods added in thought may bring terms that nobody has yet.
  for (const [key, { topologyKey, pods }] of deltas.existing ?? []) {
    if (pods > 0 && labels[topologyKey] !== undefined && !existing.some((rule) => rule.key === key))
      return EXISTING_ANTI_AFFINITY;
  }
  return undefined;
}

function simulated(pod: PodInfo, snapshot: Snapshot, rules: Rules, node: NodeInfo): SimulatedFilter {
  const existing = new Map<string, { readonly topologyKey: string; pods: number }>();
  const anti = rules.anti.map(() => 0);
  let affinity = 0;
  const namespaceLabels = snapshot.sources.namespaceLabels(pod.namespace);
  const change = (other: PodInfo, amount: 1 | -1): void => {
    for (const term of other.requiredAntiAffinity) {
      if (!termMatches(term, pod.namespace, namespaceLabels, pod.labels)) continue;
      const delta = existing.get(term.key) ?? { topologyKey: term.topologyKey, pods: 0 };
      delta.pods += amount;
      existing.set(term.key, delta);
    }
    rules.anti.forEach(({ counter: { question } }, i) => {
      if (asked(question, other)) anti[i] = (anti[i] ?? 0) + amount;
    });
    const [first] = rules.affinity;
    if (first !== undefined && asked(first.counter.question, other)) affinity += amount;
  };
  return {
    addPod: (other) => change(other, 1),
    removePod: (other) => change(other, -1),
    filter: () => refusal(rules, node, { existing, anti, affinity }),
  };
}

const asked = ({ namespaces, matches }: PodQuestion, pod: PodInfo): boolean =>
  (namespaces === undefined || namespaces.has(pod.namespace)) && matches(pod);

/** Counts the Pods that every term speaks of, by the values of one label. */
function countsOf(terms: readonly AffinityTerm[], topologyKey: string, snapshot: Snapshot): Rule {
  const [first] = terms;
  const resolved = terms.map((term) => ({ selector: term.selector, namespaces: namespacesOf(term, snapshot) }));
  const single = terms.length === 1 ? resolved[0] : undefined;
  const counter = snapshot.counter(`affinity|${resolved.map(questionKey).join('|')}`, () => ({
    namespaces: single === undefined && first !== undefined ? undefined : single?.namespaces,
    label: first && requiredLabel(first.selector),
    matches: (pod) => resolved.every((term) => speaksOf(term, pod)),
  }));
  return { counter, counts: snapshot.inDomains(counter, topologyKey) };
}

interface ResolvedTerm {
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string> | undefined;
}

const questionKey = ({ selector, namespaces }: ResolvedTerm): string =>
  `${namespaces === undefined ? '*' : [...namespaces].sort().join(',')}|${selectorKey(selector)}`;

const speaksOf = ({ selector, namespaces }: ResolvedTerm, pod: PodInfo): boolean =>
  (namespaces === undefined || namespaces.has(pod.namespace)) && selector.matches(pod.labels);

/** The namespaces that a term of the new Pod means now; undefined: all. */
function namespacesOf(
  { namespaces, namespaceSelector }: AffinityTerm,
  { sources }: Snapshot,
): ReadonlySet<string> | undefined {
  if (namespaceSelector.empty) return undefined;
  if (namespaceSelector.requirements.length === 0) return namespaces;
  const all = new Set(namespaces);
  for (const { name, labels } of sources.namespaces()) if (namespaceSelector.matches(labels)) all.add(name);
  return all;
}

function normalize(scores: Float64Array): void {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < least) least = score;
    if (score > most) most = score;
  }
  const range = most - least;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = range > 0 ? Math.trunc(MAX_NODE_SCORE * (((scores[i] ?? 0) - least) / range)) : 0;
  }
}

/**
 * A Pod that came helps who wants it near, one that went helps who wants it far. What running Pods have against this one is
 * not looked at: upstream lets such a Pod wait until something else changes, or for five minutes.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/interpodaffinity/plugin.go
 */
function bringsOrClears({ requiredAffinity, requiredAntiAffinity }: PodInfo, { action, object, old }: ClusterEvent) {
  if (object === undefined) return true;
  if (action === 'Delete') return concern(requiredAntiAffinity, object);
  if (old === undefined) return concern(requiredAffinity, object);
  return (
    (!concern(requiredAffinity, old) && concern(requiredAffinity, object)) ||
    (concern(requiredAntiAffinity, old) && !concern(requiredAntiAffinity, object))
  );
}

/** All terms there are, and one at least. Labels of namespaces are not known here. */
const concern = (terms: readonly AffinityTerm[], { metadata }: KubeObject): boolean =>
  terms.length > 0 &&
  terms.every((term) => termMatches(term, metadata.namespace ?? '', undefined, metadata.labels as Labels));

const hasTopology = ({ requiredAffinity, requiredAntiAffinity }: PodInfo, { object }: ClusterEvent): boolean =>
  [...requiredAffinity, ...requiredAntiAffinity].some(
    ({ topologyKey }) => object?.metadata.labels?.[topologyKey] !== undefined,
  );

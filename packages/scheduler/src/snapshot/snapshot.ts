import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import type { Labels } from '@tabernetes/apimachinery';
import type { AffinityTerm } from './affinity-term.ts';
import { FreeAmounts, type ImageState, NodeInfo } from './node-info.ts';
import { PlacedPods } from './placed-pods.ts';
import { PodCounter, type PodQuestion } from './pod-counter.ts';
import { PodCounters } from './pod-counters.ts';
import { PodInfo } from './pod-info.ts';
import { type ClusterSources, NO_SOURCES } from './sources.ts';
import { DomainCounts, Topology } from './topology.ts';

/** The Pods that carry an equal affinity term, by domain of its topology. */
export interface TermGroup {
  readonly term: AffinityTerm;
  readonly counts: DomainCounts;
  pods: number;
}

export type TermGroups = ReadonlyMap<string, TermGroup>;

/**
 * The cluster as a scheduling cycle sees it: nodes, the Pods on them (bound or assumed), and counts over both.
 *
 *   nodes      node-1 → NodeInfo { slot 0, pods, requested, … }
 *   counters   "app=web in demo" → Pods per slot, per zone        asked for by plugins, least recently used go
 *   terms      "anti-affinity to app=web by zone" → Pods per zone  of the Pods that are there
 *   topologies "zone" → number of the value per slot
 *
 * Everything is changed in place by what happens, so a cycle costs what it asks for. Cycles are synchronous: nothing
 * changes under them.
 */
export class Snapshot {
  readonly sources: ClusterSources;
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #zones = new Map<string, Set<NodeInfo>>();
  readonly #placed = new PlacedPods();
  readonly #counters = new PodCounters(MAX_COUNTERS);
  readonly #topologies = new Map<string, Topology>();
  readonly #terms = {
    requiredAffinity: new Map<string, TermGroup>(),
    requiredAntiAffinity: new Map<string, TermGroup>(),
    preferredAffinity: new Map<string, TermGroup>(),
    preferredAntiAffinity: new Map<string, TermGroup>(),
  };
  readonly #images = new Map<string, ImageState>();
  readonly #nominations = new Map<string, { pod: PodInfo; nodeName: string }>();
  readonly #nominatedTo = new Map<string, Map<string, PodInfo>>();
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #workspace = new Workspace(0);
  readonly #free = new FreeAmounts();
  #ordered: readonly NodeInfo[] | undefined;

  constructor(sources: ClusterSources = NO_SOURCES) {
    this.sources = sources;
  }

  /** What nodes have that plugins need not look for where none has it. */
  readonly #peculiar = { unschedulable: 0, hardTaints: 0, softTaints: 0 };

  /** Is any node cordoned? */
  get hasUnschedulableNodes(): boolean {
    return this.#peculiar.unschedulable > 0;
  }
  /** Has any node a taint with effect NoSchedule or NoExecute? */
  get hasHardTaints(): boolean {
    return this.#peculiar.hardTaints > 0;
  }
  /** Has any node a taint with effect PreferNoSchedule? */
  get hasSoftTaints(): boolean {
    return this.#peculiar.softTaints > 0;
  }

  /** Room for a number per node, of which nothing is kept for the next cycle. */
  workspace(length: number): Workspace {
    if (this.#workspace.scores.length !== length) this.#workspace = new Workspace(length);
    return this.#workspace;
  }

  /** Nodes that exist, one of each zone in turn. */
  get nodes(): readonly NodeInfo[] {
    this.#ordered ??= this.#interleaved();
    return this.#ordered;
  }
  /** A node that exists. */
  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node === undefined ? undefined : info;
  }

  setNode(node: Node): void {
    const name = node.metadata.name ?? '';
    const info = this.#nodes.get(name) ?? this.#newNode(name);
    const isNew = info.node === undefined;
    const moved = isNew || !sameLabels(info.labels, node.metadata.labels);
    if (!moved) {
      this.#change(info, node);
      return;
    }
    this.#relabel(info, () => {
      if (!isNew) this.#leaveZone(info);
      this.#change(info, node);
      this.#enterZone(info);
    });
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (info?.node === undefined) return;
    this.#relabel(info, () => {
      this.#leaveZone(info);
      this.#change(info, undefined);
    });
    this.#forgetIfEmpty(info);
  }

  /** Puts a Pod on a node, wherever it was before. The node need not be known yet. */
  addPod(pod: PodInfo, nodeName: string): void {
    const placed = this.#placed.get(pod.key);
    if (placed?.node.name === nodeName && countsAlike(placed.pod, pod)) {
      placed.node.removePod(placed.pod);
      placed.node.addPod(pod);
      placed.pod = pod;
      return;
    }
    this.removePod(pod.key);
    const node = this.#nodes.get(nodeName) ?? this.#newNode(nodeName);
    this.#placed.add({ pod, node });
    node.addPod(pod);
    this.#count(pod, node, 1);
  }

  removePod(key: string): void {
    const placed = this.#placed.get(key);
    if (placed === undefined) return;
    const { pod, node } = placed;
    this.#count(pod, node, -1);
    node.removePod(pod);
    this.#placed.delete(placed);
    this.#forgetIfEmpty(node);
  }

  /** A Pod that is on a node, and the node's name. */
  placement(key: string): { readonly pod: PodInfo; readonly nodeName: string } | undefined {
    const placed = this.#placed.get(key);
    return placed && { pod: placed.pod, nodeName: placed.node.name };
  }

  /** What a Pod object means; unchanged parts are taken from its placed state. */
  podInfo(pod: Pod, key: string): PodInfo {
    return new PodInfo(pod, this.#placed.get(key)?.pod);
  }

  /** Remembers that a waiting Pod is to get a node on which victims are still ending; undefined forgets. */
  nominate(pod: PodInfo, nodeName: string | undefined): void {
    const old = this.#nominations.get(pod.key);
    if (old !== undefined) {
      const there = this.#nominatedTo.get(old.nodeName);
      if (there?.delete(pod.key) && there.size === 0) this.#nominatedTo.delete(old.nodeName);
      this.#nominations.delete(pod.key);
    }
    if (nodeName === undefined || nodeName === '') return;
    this.#nominations.set(pod.key, { pod, nodeName });
    const there = this.#nominatedTo.get(nodeName);
    if (there === undefined) this.#nominatedTo.set(nodeName, new Map([[pod.key, pod]]));
    else there.set(pod.key, pod);
  }
  nominatedNode(podKey: string): string | undefined {
    return this.#nominations.get(podKey)?.nodeName;
  }
  /** Waiting Pods that are to get this node. */
  nominatedPods(nodeName: string): Iterable<PodInfo> {
    return this.#nominatedTo.get(nodeName)?.values() ?? [];
  }
  /** Whether any node says which images it has. */
  get knowsImages(): boolean {
    return this.#images.size > 0;
  }
  get hasNominations(): boolean {
    return this.#nominations.size > 0;
  }

  /** The values of a label over the nodes. */
  topology(key: string): Topology {
    const known = this.#topologies.get(key);
    if (known !== undefined) return known;
    const topology = new Topology(key);
    for (const { slot, labels } of this.#nodes.values()) topology.setNode(slot, labels);
    this.#topologies.set(key, topology);
    return topology;
  }

  /** Counts the placed Pods that match, now and from now on. @param ask says what is asked, when nobody has asked it yet */
  counter(key: string, ask: () => PodQuestion): PodCounter {
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const counter = new PodCounter(key, ask());
    this.#placed.forEachMatch(counter.question, ({ node }) => counter.add(node, 1));
    this.#counters.add(counter);
    return counter;
  }

  inDomains(counter: PodCounter, topologyKey: string): DomainCounts {
    return counter.inDomains(this.topology(topologyKey), this.#slotsInUse());
  }

  /** The affinity terms of placed Pods. */
  termGroups(kind: TermKind): TermGroups {
    return this.#terms[kind];
  }

  *#slotsInUse(): Generator<number> {
    for (const { slot } of this.#nodes.values()) yield slot;
  }

  #newNode(name: string): NodeInfo {
    const info = new NodeInfo(name, this.#freeSlots.pop() ?? this.#slots++, this.#free);
    this.#nodes.set(name, info);
    return info;
  }

  #forgetIfEmpty(info: NodeInfo): void {
    if (info.node !== undefined || info.pods.size > 0) return;
    this.#nodes.delete(info.name);
    this.#freeSlots.push(info.slot);
  }

  /** Takes the node's Pods out of all counts while its labels change. */
  #relabel(info: NodeInfo, change: () => void): void {
    for (const pod of info.pods.values()) this.#count(pod, info, -1);
    change();
    for (const topology of this.#topologies.values()) topology.setNode(info.slot, info.labels);
    for (const pod of info.pods.values()) this.#count(pod, info, 1);
  }

  #count(pod: PodInfo, node: NodeInfo, amount: 1 | -1): void {
    this.#counters.concerned(pod.labels, (counter) => {
      const { namespaces } = counter.question;
      if (namespaces !== undefined && !namespaces.has(pod.namespace)) return;
      if (counter.question.matches(pod)) counter.add(node, amount);
    });
    if (!pod.hasAffinityTerms) return;
    for (const kind of TERM_KINDS) {
      for (const term of pod[kind]) this.#countTerm(this.#terms[kind], term, node, amount);
    }
  }

  #countTerm(groups: Map<string, TermGroup>, term: AffinityTerm, node: NodeInfo, amount: 1 | -1): void {
    let group = groups.get(term.key);
    if (group === undefined) {
      group = { term, counts: new DomainCounts(this.topology(term.topologyKey)), pods: 0 };
      groups.set(term.key, group);
    }
    group.pods += amount;
    group.counts.add(node.slot, amount);
    if (group.pods === 0) groups.delete(term.key);
  }

  #change(info: NodeInfo, node: Node | undefined): void {
    this.#setImages(info, node);
    this.#countPeculiar(info, -1);
    info.setNode(node);
    this.#countPeculiar(info, 1);
  }

  #countPeculiar({ unschedulable, hardTaints, softTaints }: NodeInfo, amount: 1 | -1): void {
    if (unschedulable) this.#peculiar.unschedulable += amount;
    if (hardTaints.length > 0) this.#peculiar.hardTaints += amount;
    if (softTaints.length > 0) this.#peculiar.softTaints += amount;
  }

  #setImages(info: NodeInfo, node: Node | undefined): void {
    const images = node?.status?.images;
    if (info.node?.status?.images === images) return;
    for (const [name, state] of info.images) {
      state.nodes--;
      if (state.nodes === 0) this.#images.delete(name);
    }
    info.images.clear();
    for (const { names, sizeBytes = 0 } of images ?? []) {
      // Null where nobody gave names.
      for (const name of names ?? []) {
        if (info.images.has(name)) continue;
        const state = this.#images.get(name) ?? { sizeBytes, nodes: 0 };
        state.nodes++;
        this.#images.set(name, state);
        info.images.set(name, state);
      }
    }
  }

  #enterZone(info: NodeInfo): void {
    const zone = zoneOf(info.labels);
    const members = this.#zones.get(zone);
    if (members === undefined) this.#zones.set(zone, new Set([info]));
    else members.add(info);
    this.#ordered = undefined;
  }

  #leaveZone(info: NodeInfo): void {
    const zone = zoneOf(info.labels);
    const members = this.#zones.get(zone);
    if (members?.delete(info) && members.size === 0) this.#zones.delete(zone);
    this.#ordered = undefined;
  }

  /** So that the first nodes of the list, which are often all that is looked at, are spread over the zones. */
  #interleaved(): readonly NodeInfo[] {
    const zones = [...this.#zones.values()].map((members) => [...members]);
    const longest = zones.reduce((length, members) => Math.max(length, members.length), 0);
    const ordered: NodeInfo[] = [];
    for (let i = 0; i < longest; i++) {
      for (const members of zones) {
        const info = members[i];
        if (info !== undefined) ordered.push(info);
      }
    }
    return ordered;
  }
}

/** Numbers per node, while a cycle works them out. */
class Workspace {
  readonly scores: Float64Array;
  readonly totals: Float64Array;

  constructor(length: number) {
    this.scores = new Float64Array(length);
    this.totals = new Float64Array(length);
  }
}

export type TermKind = (typeof TERM_KINDS)[number];

const TERM_KINDS = ['requiredAffinity', 'requiredAntiAffinity', 'preferredAffinity', 'preferredAntiAffinity'] as const;

/** Questions remembered at once: each costs a look at every Pod that comes or goes in its namespaces. */
const MAX_COUNTERS = 512;

const zoneOf = (labels: Labels): string => {
  const region = labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? '';
  return `${region}:${zone}`;
};

/** Most changes of a Pod are of its status: no count depends on that. */
const countsAlike = (a: PodInfo, b: PodInfo): boolean =>
  a.terminating === b.terminating &&
  a.requiredAffinity === b.requiredAffinity &&
  a.requiredAntiAffinity === b.requiredAntiAffinity &&
  a.preferredAffinity === b.preferredAffinity &&
  a.preferredAntiAffinity === b.preferredAntiAffinity &&
  sameLabels(a.labels ?? {}, b.labels);

function sameLabels(a: Labels, b: Labels | undefined): boolean {
  if (a === b) return true;
  const other = b ?? {};
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => a[key] === other[key]);
}

import type { Node, Taint } from '@tabernetes/api/types/core-v1';
import { type Labels, parseQuantity } from '@tabernetes/apimachinery';
import { ANY_IP, type HostPort, type PodInfo } from './pod-info.ts';
import { ResourceAmounts } from './resources.ts';

/** A node with what its Pods take of it, kept up to date by additions and removals. */
export class NodeInfo {
  readonly name: string;
  /** Index into the snapshot's per-node arrays; reused when nodes go. */
  readonly slot: number;
  /** Undefined while Pods are known and their node is not. */
  node: Node | undefined = undefined;
  labels: Labels = NO_LABELS;
  unschedulable = false;
  /** Taints with effect NoSchedule or NoExecute. */
  hardTaints: readonly Taint[] = NO_TAINTS;
  /** Taints with effect PreferNoSchedule. */
  softTaints: readonly Taint[] = NO_TAINTS;
  allocatable: ResourceAmounts = new ResourceAmounts();
  allowedPods = 0;
  /** Image name to its size and on how many nodes it is, as {@link Images} counts. */
  readonly images: Map<string, ImageState> = new Map();

  readonly pods: Map<string, PodInfo> = new Map();
  readonly requested: ResourceAmounts = new ResourceAmounts();
  readonly nonZeroRequested: ResourceAmounts = new ResourceAmounts();
  readonly usedPorts: Map<string, number> = new Map();
  /** How many Pods here use a claim, by `namespace/name`. */
  readonly claims: Map<string, number> = new Map();
  /** What is left of cpu, memory, ephemeral storage and Pods stands here, from {@link freeAt} on. */
  readonly free: FreeAmounts;
  /** Which of the nodes in {@link free} it is. */
  readonly place: number;
  readonly freeAt: number;
  /** @param shared where the nodes of a snapshot keep what is left. Default: a place of its own */
  constructor(name: string, slot: number, shared?: FreeAmounts) {
    this.name = name;
    this.slot = slot;
    this.free = shared ?? new FreeAmounts();
    this.place = shared === undefined ? 0 : slot;
    this.freeAt = this.place * FREE_AMOUNTS;
    this.#amountsChanged();
  }

  setNode(node: Node | undefined): void {
    this.node = node;
    this.labels = node?.metadata.labels ?? NO_LABELS;
    this.unschedulable = node?.spec?.unschedulable === true;
    const taints = node?.spec?.taints ?? NO_TAINTS;
    this.hardTaints = taints.length === 0 ? NO_TAINTS : taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
    this.softTaints = taints.length === 0 ? NO_TAINTS : taints.filter(({ effect }) => effect === 'PreferNoSchedule');
    this.allocatable = new ResourceAmounts();
    this.allocatable.addList(node?.status?.allocatable);
    this.allowedPods = parseQuantity(node?.status?.allocatable?.['pods'] ?? '0').value();
    this.#amountsChanged();
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    this.#account(pod, 1);
  }

  removePod(pod: PodInfo): void {
    if (this.pods.delete(pod.key)) this.#account(pod, -1);
  }

  /** Would this port clash with one that is taken? Addresses clash with themselves and with every address. */
  portTaken({ ip, protocol, port }: HostPort): boolean {
    if (this.usedPorts.size === 0) return false;
    if (this.usedPorts.has(portKey(ip, protocol, port)) || this.usedPorts.has(portKey(ANY_IP, protocol, port)))
      return true;
    if (ip !== ANY_IP) return false;
    const end = `/${protocol}/${port}`;
    for (const key of this.usedPorts.keys()) if (key.endsWith(end)) return true;
    return false;
  }

  /** A copy whose Pods can be changed in thought. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name, this.slot);
    copy.node = this.node;
    copy.labels = this.labels;
    copy.unschedulable = this.unschedulable;
    copy.hardTaints = this.hardTaints;
    copy.softTaints = this.softTaints;
    copy.allocatable = this.allocatable;
    copy.allowedPods = this.allowedPods;
    for (const [name, image] of this.images) copy.images.set(name, image);
    for (const pod of this.pods.values()) copy.addPod(pod);
    copy.#amountsChanged();
    return copy;
  }

  #amountsChanged(): void {
    const { freeAt } = this;
    const free = this.free.change(this.place);
    for (let i = 0; i < 3; i++) free[freeAt + i] = (this.allocatable.values[i] ?? 0) - (this.requested.values[i] ?? 0);
    free[freeAt + 3] = this.allowedPods - this.pods.size;
  }

  #account(pod: PodInfo, times: 1 | -1): void {
    this.requested.add(pod.requests, times);
    this.nonZeroRequested.add(pod.nonZero, times);
    this.#amountsChanged();
    for (const { ip, protocol, port } of pod.hostPorts) count(this.usedPorts, portKey(ip, protocol, port), times);
    for (const claim of pod.claimKeys) count(this.claims, claim, times);
  }
}

/** What nodes have left, one after another in one piece: a filter asks thousands of them for every Pod. */
export class FreeAmounts {
  values: Float64Array = new Float64Array(FREE_AMOUNTS);
  /** How often the amounts of a node have changed, by its place: what was worked out of them holds until then. */
  changes: Uint32Array = new Uint32Array(1);

  /** The values, with room for the node, whose own are about to be written. */
  change(place: number): Float64Array {
    if (place >= this.changes.length) {
      const nodes = Math.max(place + 1, this.changes.length * 2);
      const changes = new Uint32Array(nodes);
      changes.set(this.changes);
      this.changes = changes;
      const values = new Float64Array(nodes * FREE_AMOUNTS);
      values.set(this.values);
      this.values = values;
    }
    this.changes[place] = (this.changes[place] ?? 0) + 1;
    return this.values;
  }
}

/** An image that some nodes have. */
export interface ImageState {
  /** As the first node that had it said. */
  readonly sizeBytes: number;
  nodes: number;
}

const FREE_AMOUNTS = 4;
const NO_LABELS: Labels = {};
const NO_TAINTS: readonly Taint[] = [];

const portKey = (ip: string, protocol: string, port: number): string => `${ip}/${protocol}/${port}`;

function count(counts: Map<string, number>, key: string, times: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + times;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}

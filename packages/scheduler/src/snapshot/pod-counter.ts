import type { Selector } from '@tabernetes/apimachinery';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { Counts, DomainCounts, type Topology } from './topology.ts';

/** Which Pods are counted. */
export interface PodQuestion {
  /** Undefined: all. */
  readonly namespaces: ReadonlySet<string> | undefined;
  /** A label that every Pod has that matches: the question is asked of such Pods alone. Undefined: of all. */
  readonly label?: RequiredLabel | undefined;
  matches(pod: PodInfo): boolean;
}

export interface RequiredLabel {
  readonly key: string;
  readonly value: string;
}

/** A label that all Pods have that a selector matches, if it says so. */
export function requiredLabel(selector: Selector): RequiredLabel | undefined {
  for (const { key } of selector.requirements) {
    const value = selector.exactValue(key);
    if (value !== undefined) return { key, value };
  }
  return undefined;
}

/**
 * How many Pods match a question, per node and per domain of the topologies asked for: counted over all Pods once,
 * then kept up to date, so that a cycle does not look at Pods again.
 */
export class PodCounter {
  /** Equal keys mean equal questions. */
  readonly key: string;
  readonly question: PodQuestion;
  readonly #perNode = new Counts();
  readonly #domains = new Map<string, DomainCounts>();

  constructor(key: string, question: PodQuestion) {
    this.key = key;
    this.question = question;
  }

  onNode(slot: number): number {
    return this.#perNode.get(slot);
  }

  add({ slot }: NodeInfo, amount: 1 | -1): void {
    this.#perNode.add(slot, amount);
    for (const counts of this.#domains.values()) counts.add(slot, amount);
  }

  /** Counts by the values of a label. `slots`: of all nodes that there are. */
  inDomains(topology: Topology, slots: Iterable<number>): DomainCounts {
    const known = this.#domains.get(topology.key);
    if (known !== undefined) return known;
    const counts = new DomainCounts(topology);
    for (const slot of slots) {
      const here = this.#perNode.get(slot);
      if (here !== 0) counts.add(slot, here);
    }
    this.#domains.set(topology.key, counts);
    return counts;
  }
}

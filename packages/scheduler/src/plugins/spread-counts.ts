import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { DomainCounts } from '../snapshot/topology.ts';
import { hasAllTopologies, NodeInclusion, type SpreadConstraint } from './spread-constraints.ts';

/** The Pods that a constraint counts, by domain, over the nodes that take part. */
export interface SpreadCounts {
  /** Pods in a domain; 0 where no node takes part. */
  matching(domain: number): number;
  /** Does a node of the domain take part? */
  has(domain: number): boolean;
  /** Domains in which a node takes part. */
  readonly domains: number;
}

/**
 * Counts for each of `constraints`. Where every node takes part that has the label, and that is the rule, the snapshot
 * has counted already; else each node gets a look.
 *
 * @param all constraints whose labels a node must have to take part; undefined: none but its own
 */
export function spreadCounts(
  constraints: readonly SpreadConstraint[],
  all: readonly SpreadConstraint[] | undefined,
  pod: PodInfo,
  snapshot: Snapshot,
): readonly SpreadCounts[] {
  const inclusion = new NodeInclusion(pod);
  const { nodes } = snapshot;
  const others = all ?? [];
  const labelled =
    others.length < 2 ||
    others.every(({ topology }) => topology.nodes === nodes.length || others[0]?.topology === topology);
  const counts = constraints.map((constraint) =>
    labelled && inclusion.isTrivial(constraint)
      ? new Known(snapshot.inDomains(constraint.counter, constraint.topologyKey))
      : new Counted(constraint),
  );
  const open = counts.filter((one): one is Counted => one instanceof Counted);
  if (open.length === 0) return counts;
  for (const node of nodes) {
    if (!hasAllTopologies(node, others)) continue;
    for (const one of open) if (inclusion.includes(node, one.constraint)) one.add(node.slot);
  }
  return counts;
}

class Known implements SpreadCounts {
  readonly #counts: DomainCounts;
  constructor(counts: DomainCounts) {
    this.#counts = counts;
  }
  matching(domain: number): number {
    return this.#counts.in(domain);
  }
  has(domain: number): boolean {
    return this.#counts.topology.has(domain);
  }
  get domains(): number {
    return this.#counts.topology.size;
  }
}

class Counted implements SpreadCounts {
  readonly constraint: SpreadConstraint;
  readonly #matching: Int32Array;
  readonly #has: Uint8Array;
  domains = 0;

  constructor(constraint: SpreadConstraint) {
    this.constraint = constraint;
    this.#matching = new Int32Array(constraint.topology.limit);
    this.#has = new Uint8Array(constraint.topology.limit);
  }
  add(slot: number): void {
    const domain = this.constraint.topology.domainOf(slot);
    if (domain < 0) return;
    if (this.#has[domain] === 0) {
      this.#has[domain] = 1;
      this.domains++;
    }
    this.#matching[domain] = (this.#matching[domain] ?? 0) + this.constraint.counter.onNode(slot);
  }
  matching(domain: number): number {
    return this.#matching[domain] ?? 0;
  }
  has(domain: number): boolean {
    return this.#has[domain] === 1;
  }
}

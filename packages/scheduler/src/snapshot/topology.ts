import type { Labels } from '@tabernetes/apimachinery';

/** Whole numbers by small index; grows by itself, reads as 0 where nothing was written. */
export class Counts {
  #values = new Int32Array(16);

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  /** Returns the new number. */
  add(index: number, amount: number): number {
    if (index >= this.#values.length) {
      const grown = new Int32Array(Math.max(index + 1, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    const next = (this.#values[index] ?? 0) + amount;
    this.#values[index] = next;
    return next;
  }
}

/**
 * The values of one label over all nodes, as small numbers.
 *
 *   key zone     slot 0  1  2  3       domain 0  1
 *   domain       0  1  0  -            value  a  b
 *
 * Numbers of values that no node has any more are used again.
 */
export class Topology {
  readonly key: string;
  #domains = new Int32Array(16).fill(NO_DOMAIN);
  readonly #ids = new Map<string, number>();
  readonly #values: (string | undefined)[] = [];
  readonly #nodes = new Counts();
  readonly #free: number[] = [];
  #labelled = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** Negative when the node lacks the label. */
  domainOf(slot: number): number {
    return this.#domains[slot] ?? NO_DOMAIN;
  }
  /** Does any node have the value? */
  has(domain: number): boolean {
    return this.#values[domain] !== undefined;
  }
  /** How many values there are. */
  get size(): number {
    return this.#ids.size;
  }
  /** How many nodes have the label. */
  get nodes(): number {
    return this.#labelled;
  }
  /** Above every domain number that is in use. */
  get limit(): number {
    return this.#values.length;
  }

  /** Undefined labels: the node is gone. */
  setNode(slot: number, labels: Labels | undefined): void {
    // What objects inherit is never a string, so `constructor` is no label of theirs.
    const found: unknown = labels?.[this.key];
    const value = typeof found === 'string' ? found : undefined;
    const old = this.domainOf(slot);
    if (old !== NO_DOMAIN) {
      if (this.#values[old] === value) return;
      this.#labelled--;
      if (this.#nodes.add(old, -1) === 0) {
        this.#ids.delete(this.#values[old] ?? '');
        this.#values[old] = undefined;
        this.#free.push(old);
      }
    }
    const next = value === undefined ? NO_DOMAIN : this.#idOf(value);
    if (next !== NO_DOMAIN) {
      this.#nodes.add(next, 1);
      this.#labelled++;
    }
    if (slot >= this.#domains.length) {
      const grown = new Int32Array(Math.max(slot + 1, this.#domains.length * 2)).fill(NO_DOMAIN);
      grown.set(this.#domains);
      this.#domains = grown;
    }
    this.#domains[slot] = next;
  }

  #idOf(value: string): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? this.#values.length;
    this.#values[id] = value;
    this.#ids.set(value, id);
    return id;
  }
}

const NO_DOMAIN = -1;

/** How many Pods are in each domain of a topology. */
export class DomainCounts {
  readonly topology: Topology;
  readonly #counts = new Counts();
  /** Pods on nodes that have the label. */
  total = 0;

  constructor(topology: Topology) {
    this.topology = topology;
  }

  /** Pods in the domain of this node; 0 when it has none. */
  at(slot: number): number {
    const domain = this.topology.domainOf(slot);
    return domain === NO_DOMAIN ? 0 : this.#counts.get(domain);
  }

  in(domain: number): number {
    return this.#counts.get(domain);
  }

  add(slot: number, amount: number): void {
    const domain = this.topology.domainOf(slot);
    if (domain === NO_DOMAIN) return;
    this.#counts.add(domain, amount);
    this.total += amount;
  }
}

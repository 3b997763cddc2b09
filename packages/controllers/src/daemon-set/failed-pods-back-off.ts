const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60 * 1_000;

/**
 * How long to wait before a Pod that failed on a node is replaced: not at all the first time, then 1 s, 2 s, … 15 min
 * after the last time. A node where all went well for half an hour begins anew, and so does a DaemonSet that has changed.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
 */
export class FailedPodsBackOff {
  /** By uid of the DaemonSet: nodes of one generation. */
  readonly #sets = new Map<string, { readonly generation: number; readonly nodes: Map<string, Entry> }>();

  /** Milliseconds that are left to wait; 0: none. */
  leftMs(uid: string, generation: number, node: string, nowMs: number): number {
    const entry = this.#nodes(uid, generation).get(node);
    if (entry === undefined || isOver(entry, nowMs)) return 0;
    return Math.max(entry.lastMs + entry.delayMs - nowMs, 0);
  }

  /** A Pod is replaced now: the next one has to wait. */
  next(uid: string, generation: number, node: string, nowMs: number): void {
    const nodes = this.#nodes(uid, generation);
    const entry = nodes.get(node);
    const delayMs = entry === undefined || isOver(entry, nowMs) ? FIRST_MS : Math.min(entry.delayMs * 2, LONGEST_MS);
    nodes.set(node, { delayMs, lastMs: nowMs });
  }

  /** The DaemonSet is gone. */
  forget(uid: string): void {
    this.#sets.delete(uid);
  }

  #nodes(uid: string, generation: number): Map<string, Entry> {
    let set = this.#sets.get(uid);
    if (set?.generation !== generation) {
      set = { generation, nodes: new Map() };
      this.#sets.set(uid, set);
    }
    return set.nodes;
  }
}

interface Entry {
  readonly delayMs: number;
  readonly lastMs: number;
}

const isOver = ({ lastMs }: Entry, nowMs: number): boolean => nowMs - lastMs > LONGEST_MS * 2;

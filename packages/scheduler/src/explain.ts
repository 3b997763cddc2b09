import { statusMessage } from './framework/status.ts';
import { bestNodes, type Decision } from './schedule-pod.ts';
import { scoreAt, totalAt } from './score-nodes.ts';

/** The last decision about a Pod, node by node. */
export interface Explanation {
  /** `namespace/name` */
  readonly pod: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly schedulerName: string;
  readonly outcome: Decision['outcome'];
  /** Where it went. */
  readonly nodeName?: string;
  /** Nodes with the best score, of which chance took one. */
  readonly best?: readonly string[];
  /** Why it went nowhere. */
  readonly message?: string;
  /** Pods, as `namespace/name`, that must go so that it fits. */
  readonly victims?: readonly string[];
  readonly nominatedNodeName?: string;
  /** Refused for every node alike. */
  readonly refusedBy?: Refusal;
  /** Nodes that were looked at; when enough had been found, the rest was not. */
  readonly nodes: readonly NodeExplanation[];
}

export interface NodeExplanation {
  readonly node: string;
  readonly refusedBy?: Refusal;
  /** Absent when it was the only one left. */
  readonly scores?: readonly { readonly plugin: string; readonly score: number; readonly weight: number }[];
  /** Weighted sum. */
  readonly total?: number;
}

export interface Refusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** False: not even the departure of every other Pod would help. */
  readonly preemptionMayHelp: boolean;
}

/** Keeps the last decisions of the last Pods; texts are made when somebody asks. */
export class DecisionLog {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  record(pod: string, schedulerName: string, atMs: number, decision: Decision): void {
    this.#entries.delete(pod);
    this.#entries.set(pod, { schedulerName, atMs, decision });
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  explain(pod: string): Explanation | undefined {
    const entry = this.#entries.get(pod);
    if (entry === undefined) return undefined;
    const { schedulerName, atMs, decision } = entry;
    const common = { pod, atMs, schedulerName, outcome: decision.outcome, nodes: nodesOf(decision) };
    const { refusal } = decision.trace;
    const all = refusal && { refusedBy: refusalOf(refusal) };
    if (decision.outcome === 'scheduled')
      return { ...common, ...all, nodeName: decision.nodeName, best: bestNodes(decision.trace) };
    if (decision.outcome === 'failed') return { ...common, ...all, message: decision.message };
    return {
      ...common,
      ...all,
      message: decision.message,
      ...(decision.nominatedNodeName && { nominatedNodeName: decision.nominatedNodeName }),
      ...(decision.victims && { victims: decision.victims.pods.map(({ key }) => key) }),
    };
  }
}

interface Entry {
  readonly schedulerName: string;
  readonly atMs: number;
  readonly decision: Decision;
}

type AnyStatus = Decision['trace']['statuses'][number];

const refusalOf = (status: AnyStatus): Refusal => ({
  plugin: status.plugin,
  reasons: status.reasons.length > 0 ? status.reasons : [statusMessage(status)],
  preemptionMayHelp: status.code === 'Unschedulable',
});

function nodesOf({ trace: { feasible, rejected, statuses, scores } }: Decision): readonly NodeExplanation[] {
  const nodes: NodeExplanation[] = feasible.map(({ name }, i) => {
    if (scores.length === 0) return { node: name };
    return {
      node: name,
      scores: scores.map((one) => ({ plugin: one.plugin, weight: one.weight, score: scoreAt(one, i) })),
      total: totalAt(scores, i),
    };
  });
  nodes.sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  rejected.forEach(({ name }, i) => {
    const status = statuses[i];
    nodes.push({ node: name, ...(status && { refusedBy: refusalOf(status) }) });
  });
  return nodes;
}

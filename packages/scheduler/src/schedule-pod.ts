import type { Pod } from '@tabernetes/api/types/core-v1';
import { type Prepared, prepareFilters, runFiltersBesideNominated } from './framework/filter-chain.ts';
import { fitErrorText } from './framework/fit-error.ts';
import type { Profile } from './framework/profile.ts';
import { type Status, statusMessage } from './framework/status.ts';
import { preempt } from './preemption/default-preemption.ts';
import type { Victims } from './preemption/select-victims.ts';
import { type PluginScores, scoreNodes, totalAt } from './score-nodes.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import { PodInfo } from './snapshot/pod-info.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** Where a Pod goes, or why it goes nowhere. */
export type Decision = Scheduled | Unschedulable | Failed;

export interface Scheduled {
  readonly outcome: 'scheduled';
  readonly nodeName: string;
  readonly trace: Trace;
}

export interface Unschedulable {
  readonly outcome: 'unschedulable';
  /** As conditions and events have it. */
  readonly message: string;
  /** Plugins that refused: what they wait for may help. Empty: anything may. */
  readonly plugins: ReadonlySet<string>;
  /** '': clear what was nominated. Undefined: leave it. */
  readonly nominatedNodeName?: string;
  /** Who must go for the nominated node to have room. */
  readonly victims?: Victims;
  readonly trace: Trace;
}

export interface Failed {
  readonly outcome: 'failed';
  readonly message: string;
  readonly trace: Trace;
}

/** How the decision came about: which nodes were looked at, what each said, how the rest scored. */
export interface Trace {
  readonly feasible: readonly NodeInfo[];
  readonly rejected: readonly NodeInfo[];
  /** Of `rejected`, by index. */
  readonly statuses: readonly Status[];
  /** Holds for every node. */
  readonly refusal?: Status;
  /** Of `feasible`, by index; empty when there was nothing to choose. */
  readonly scores: readonly PluginScores[];
}

/** Nodes with the best total, of which chance took one. */
export function bestNodes({ feasible, scores }: Trace): readonly string[] {
  const totals = feasible.map((_node, i) => totalAt(scores, i));
  const most = Math.max(...totals);
  return feasible.filter((_node, i) => totals[i] === most).map(({ name }) => name);
}

export interface CycleOptions {
  /** Index of the first node to look at. Default 0. */
  readonly startIndex?: number;
  /** Uniform in 0 … n-1, for equal scores. Default: the first. */
  readonly randomInt?: (n: number) => number;
  /** The node that was nominated for the Pod. Default: as its status says. */
  readonly nominatedNodeName?: string;
}

/**
 * One scheduling cycle, from the filters over the scores to preemption. Reads the snapshot and changes nothing.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/schedule_one.go
 */
export function schedulePod(
  snapshot: Snapshot,
  pod: PodInfo | Pod,
  profile: Profile,
  { startIndex = 0, randomInt = () => 0, nominatedNodeName }: CycleOptions = {},
): Decision {
  const info = pod instanceof PodInfo ? pod : new PodInfo(pod);
  const nominated = nominatedNodeName ?? info.pod.status?.nominatedNodeName;
  const { nodes } = snapshot;
  if (nodes.length === 0) {
    return {
      outcome: 'unschedulable',
      message: 'no nodes available to schedule pods',
      plugins: new Set(),
      nominatedNodeName: '',
      trace: NOTHING_SEEN,
    };
  }
  const prepared = prepareFilters(info, snapshot, profile);
  const { refusal } = prepared;
  if (refusal?.code === 'Error')
    return failedDecision(`running PreFilter plugin "${refusal.plugin}": ${statusMessage(refusal)}`);
  const seen =
    refusal === undefined ? findFeasible(info, snapshot, prepared, nominated, profile, startIndex) : NONE_SEEN;
  if (seen.error !== undefined)
    return failedDecision(`running "${seen.error.plugin}" filter plugin: ${statusMessage(seen.error)}`);
  if (seen.feasible.length > 0) return chooseNode(info, snapshot, profile, seen, randomInt);

  const plugins = new Set(seen.statuses.map(({ plugin }) => plugin));
  if (refusal !== undefined) plugins.add(refusal.plugin);
  for (const plugin of prepared.narrowedBy) plugins.add(plugin);
  const preemption = profile.preempts
    ? preempt(
        {
          pod: info,
          filters: prepared.filters,
          candidates: removable(snapshot, seen, refusal),
          nominatedNodeName: nominated,
          nominatedNodeStatus: seen.statuses[seen.rejected.findIndex(({ name }) => name === nominated)] ?? refusal,
          randomInt,
        },
        snapshot,
      )
    : { message: '', nominatedNodeName: '' };
  const message = fitErrorText(nodes.length, seen.statuses, {
    absent:
      prepared.nodeNames === undefined ? [] : [`node(s) didn't satisfy plugin(s) [${prepared.narrowedBy.join(' ')}]`],
    preFilter: refusal === undefined ? '' : statusMessage(refusal),
    postFilter: preemption.message,
  });
  return {
    outcome: 'unschedulable',
    message,
    plugins,
    ...(preemption.nominatedNodeName !== undefined && { nominatedNodeName: preemption.nominatedNodeName }),
    ...(preemption.victims && { victims: preemption.victims }),
    trace: { ...seen, scores: [], ...(refusal && { refusal }) },
  };
}

/** Enough feasible nodes are enough: of 5,000 nodes a tenth, never less than a hundred. */
export function feasibleNodesWanted(nodeCount: number, percentage: number): number {
  if (nodeCount < MIN_FEASIBLE) return nodeCount;
  const share = percentage > 0 ? percentage : Math.max(MIN_PERCENTAGE, 50 - Math.trunc(nodeCount / 125));
  if (share >= 100) return nodeCount;
  return Math.max(MIN_FEASIBLE, Math.trunc((nodeCount * share) / 100));
}

const MIN_FEASIBLE = 100;
const MIN_PERCENTAGE = 5;

interface Seen {
  readonly feasible: readonly NodeInfo[];
  readonly rejected: readonly NodeInfo[];
  readonly statuses: readonly Status[];
  readonly error?: Status;
}

const NONE_SEEN: Seen = { feasible: [], rejected: [], statuses: [] };
const NOTHING_SEEN: Trace = { feasible: [], rejected: [], statuses: [], scores: [] };

const failedDecision = (message: string): Failed => ({ outcome: 'failed', message, trace: NOTHING_SEEN });

function findFeasible(
  pod: PodInfo,
  snapshot: Snapshot,
  { filters, nodeNames }: Prepared,
  nominated: string | undefined,
  { percentageOfNodesToScore }: Profile,
  startIndex: number,
): Seen {
  if (nominated) {
    // Room has been made there: most likely nothing else needs a look.
    const node = snapshot.node(nominated);
    if (node !== undefined && runFiltersBesideNominated(filters, pod, node, snapshot) === undefined)
      return { feasible: [node], rejected: [], statuses: [] };
  }
  const all = snapshot.nodes;
  let nodes = all;
  let offset = startIndex % all.length;
  if (nodeNames !== undefined) {
    nodes = [...nodeNames].map((name) => snapshot.node(name)).filter((node) => node !== undefined);
    offset = 0;
  }
  const wanted = feasibleNodesWanted(nodes.length, percentageOfNodesToScore);
  const feasible: NodeInfo[] = [];
  const rejected: NodeInfo[] = [];
  const statuses: Status[] = [];
  for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
    const at = offset + i;
    const node = nodes[at < nodes.length ? at : at - nodes.length] as NodeInfo;
    const status = runFiltersBesideNominated(filters, pod, node, snapshot);
    if (status === undefined) feasible.push(node);
    else if (status.code === 'Error') return { feasible: [], rejected, statuses, error: status };
    else {
      rejected.push(node);
      statuses.push(status);
    }
  }
  return { feasible, rejected, statuses };
}

/** Nodes that preemption may look at. */
function removable(snapshot: Snapshot, { rejected, statuses }: Seen, refusal: Status | undefined): readonly NodeInfo[] {
  if (refusal !== undefined) return refusal.code === 'Unschedulable' ? snapshot.nodes : [];
  return rejected.filter((_node, i) => statuses[i]?.code === 'Unschedulable');
}

function chooseNode(
  pod: PodInfo,
  snapshot: Snapshot,
  profile: Profile,
  { feasible, rejected, statuses }: Seen,
  randomInt: (n: number) => number,
): Decision {
  const [only] = feasible;
  if (feasible.length === 1 && only !== undefined) {
    const trace = { feasible, rejected, statuses, scores: [] };
    return { outcome: 'scheduled', nodeName: only.name, trace };
  }
  const { totals, scores } = scoreNodes(pod, snapshot, profile, feasible);
  const nodeName = feasible[oneOfTheBest(totals, randomInt)]?.name ?? '';
  return { outcome: 'scheduled', nodeName, trace: { feasible, rejected, statuses, scores } };
}

/** The index of a highest total, any of them with the same chance. */
function oneOfTheBest(totals: Float64Array, randomInt: (n: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (let i = 0; i < totals.length; i++) {
    const total = totals[i] ?? 0;
    if (total > most) {
      most = total;
      count = 1;
    } else if (total === most) count++;
  }
  let skip = count > 1 ? randomInt(count) : 0;
  for (let i = 0; i < totals.length; i++) if (totals[i] === most && skip-- === 0) return i;
  return -1;
}

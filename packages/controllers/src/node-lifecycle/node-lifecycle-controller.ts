import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { isNotFound, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createEventRecorder, type WorkQueue } from '@tabernetes/client';
import { isReadyNode, readyCondition } from '../nodes/node-state.ts';
import { BY_NODE, indexByNode } from '../pods/by-node.ts';
import { secondsText } from '../pods/disruption.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { declareUnknown, type Health, observe } from './health.ts';
import { changeTaints, isSame, NOT_READY, noExecute, noScheduleChange, UNREACHABLE } from './taints.ts';
import { evictionIntervalMs, type ZoneState, zoneOf, zoneState } from './zones.ts';

const MONITOR_MS = 5_000;
/** A key of the queue: nodes that came are greeted, which upstream does with its next look. */
const NEW_NODES = 'new nodes';
/** Nodes come together, and are greeted together. */
const NEW_NODES_MS = 100;
const LEASE_NAMESPACE = 'kube-node-lease';
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';
/** The stable label decides what the old one says. */
const OLD_LABELS: readonly (readonly [string, string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/**
 * Watches over nodes: those that give no sign of life become Unknown, taints say what conditions say (NoSchedule at once,
 * NoExecute with the next look and one node per zone and ten seconds), and Pods of lost nodes are not ready.
 *
 *   every 5 s   look at every node ── no sign of life for 50 s ──► Ready=Unknown ──► taint NoSchedule (at once)
 *                                  └─ still not Ready ──► zone queue ──► taint NoExecute (1 per 10 s)
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
export function nodeLifecycleController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const nodes = informers.for(kinds.node);
  const leases = informers.for(kinds.lease);
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.node);
  const writePod = client.resource(kinds.pod);
  const recorder = createEventRecorder(context, { component: 'node-controller' });
  indexByNode(pods);
  const known = new Map<string, string>();
  const health = new Map<string, Health>();
  const unfinished = new Set<string>();
  const zones = new Map<string, Zone>();
  let tainting: Pick<WorkQueue, 'add'> | undefined;

  const say = (name: string, uid: string, reason: string, message: string): void =>
    recorder.event(
      { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } },
      'Normal',
      reason,
      `Node ${name} ${message}`,
    );

  const zone = (node: Node): Zone => {
    const key = zoneOf(node);
    const found = zones.get(key) ?? {
      state: 'Initial' as const,
      intervalMs: evictionIntervalMs('Normal', 0),
      waiting: new Set(),
      nextMs: 0,
    };
    zones.set(key, found);
    return found;
  };

  async function markReachable(node: Node): Promise<void> {
    zone(node).waiting.delete(node.metadata.name ?? '');
    const remove = [noExecute(UNREACHABLE), noExecute(NOT_READY)];
    if (node.spec?.taints?.some((taint) => remove.some((r) => isSame(r, taint))))
      await changeTaints(client, node.metadata.name ?? '', { add: [], remove }, clock.now());
  }

  /** NoExecute for a node that was not Ready when we looked before. */
  async function prepareEviction(node: Node, observed: string): Promise<void> {
    if (observed === 'True') return markReachable(node);
    const [key, opposite] = observed === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
    const has = (wanted: string): boolean => node.spec?.taints?.some((t) => isSame(t, noExecute(wanted))) === true;
    if (has(opposite)) {
      const change = { add: [noExecute(key)], remove: [noExecute(opposite)] };
      await changeTaints(client, node.metadata.name ?? '', change, clock.now());
    } else if (!has(key)) {
      zone(node).waiting.add(node.metadata.name ?? '');
      tainting?.add(zoneOf(node));
    }
  }

  async function markPodsNotReady(nodeName: string): Promise<void> {
    for (const pod of pods.lister.byIndex(BY_NODE, nodeName)) {
      const unready = notReady(pod, clock.now());
      if (unready === undefined) continue;
      try {
        await writePod.updateStatus(unready);
      } catch (error) {
        if (isNotFound(error)) continue;
        throw error;
      }
      recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }

  /** Looks at one node; gives back whether it is Ready now. */
  async function look(node: Node): Promise<boolean> {
    const name = node.metadata.name ?? '';
    const nowMs = clock.now();
    const seen = observe(health.get(name), node, leases.lister.get(name, LEASE_NAMESPACE)?.spec?.renewTime, nowMs);
    health.set(name, seen);
    const observed = readyCondition(node)?.status ?? 'Unknown';
    const declared = declareUnknown(node, seen, nowMs);
    const current = declared === node ? node : await write.updateStatus(declared);
    const ready = readyCondition(current)?.status;
    if (ready === undefined) return false;
    await prepareEviction(current, observed);
    const lost = ready !== 'True' && observed === 'True';
    if (lost) {
      unfinished.add(name);
      say(name, node.metadata.uid ?? '', 'NodeNotReady', 'status is now: NodeNotReady');
    }
    if (unfinished.has(name) && ready !== 'True') await markPodsNotReady(name);
    unfinished.delete(name);
    return ready === 'True';
  }

  function classify(all: readonly Node[]): readonly Node[] {
    const added = all.filter(({ metadata }) => !known.has(metadata.name ?? ''));
    for (const { metadata } of added) {
      const { name = '', uid = '' } = metadata;
      known.set(name, uid);
      say(name, uid, 'RegisteredNode', `event: Registered Node ${name} in Controller`);
    }
    const there = new Set(all.map(({ metadata }) => metadata.name));
    for (const [name, uid] of known) {
      if (there.has(name)) continue;
      known.delete(name);
      health.delete(name);
      unfinished.delete(name);
      say(name, uid, 'RemovingNode', `event: Removing Node ${name} from Controller`);
    }
    return added;
  }

  /** When no zone has a Ready node it is we who are cut off: nobody is evicted. */
  async function handleDisruption(counts: ReadonlyMap<string, Count>, all: readonly Node[]): Promise<void> {
    for (const key of [...zones.keys()]) if (!counts.has(key)) zones.delete(key);
    const before = [...zones.values()];
    const wasFull = before.every(({ state }) => state === 'FullDisruption');
    const states = new Map([...counts].map(([key, { ready, notReady }]) => [key, zoneState(ready, notReady)]));
    const isFull = [...states.values()].every((state) => state === 'FullDisruption');
    if (isFull && wasFull) return;
    if (isFull) {
      for (const node of all) await markReachable(node);
      for (const one of zones.values()) Object.assign(one, { state: 'FullDisruption', intervalMs: undefined });
      return;
    }
    if (wasFull) {
      const nowMs = clock.now();
      for (const [name, seen] of health) health.set(name, { ...seen, probeMs: nowMs });
    }
    for (const [key, one] of zones) {
      const state = states.get(key) ?? 'Normal';
      if (one.state === state && !wasFull) continue;
      const { ready = 0, notReady: sick = 0 } = counts.get(key) ?? {};
      one.state = state;
      one.intervalMs = evictionIntervalMs(state, ready + sick);
      tainting?.add(key);
    }
  }

  /** As in kube-controller-manager, a look every five seconds, for ever. */
  const monitor = createController(context, {
    name: 'node-lifecycle-controller',
    informers: [nodes, leases, pods],
    watch: (queue) => [
      nodes.addHandler({ onAdd: () => queue.addAfter(NEW_NODES, NEW_NODES_MS, { background: true }) }),
    ],
    onSynced: (queue) => queue.add('nodes'),
    async reconcile(key) {
      const all = [...nodes.lister.list()].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
      for (const node of classify(all)) await markReachable(node);
      if (key === NEW_NODES) return DONE;
      const counts = new Map<string, Count>();
      for (const node of all) {
        zone(node);
        const ready = await look(node).catch((error) => {
          // Gone or changed in the meantime: seen again with the next look.
          if (!(error instanceof StatusError)) throw error;
          return isReadyNode(node);
        });
        if (node.metadata.labels?.[EXCLUDED] !== undefined) continue;
        const count = counts.get(zoneOf(node)) ?? { ready: 0, notReady: 0 };
        counts.set(zoneOf(node), count);
        if (ready) count.ready++;
        else count.notReady++;
      }
      if (all.length > 0) await handleDisruption(counts, nodes.lister.list());
      return { requeueAfterMs: MONITOR_MS, background: true };
    },
  });

  const evictor = createController(context, {
    name: 'node-lifecycle-controller',
    informers: [nodes],
    watch: (queue) => {
      tainting = queue;
      return [];
    },
    async reconcile(key) {
      const queue = zones.get(key);
      for (const name of queue?.waiting ?? []) {
        if (queue?.intervalMs === undefined) return DONE;
        const nowMs = clock.now();
        if (nowMs < queue.nextMs) return { requeueAfterMs: queue.nextMs - nowMs };
        const node = nodes.lister.get(name);
        const status = node && readyCondition(node)?.status;
        queue.waiting.delete(name);
        if (status === undefined || status === 'True') continue;
        const [add, remove] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
        queue.nextMs = nowMs + queue.intervalMs;
        await changeTaints(client, name, { add: [noExecute(add)], remove: [noExecute(remove)] }, nowMs);
      }
      return DONE;
    },
  });

  const labeller = createController(context, {
    name: 'node-lifecycle-controller',
    informers: [nodes],
    watch: (queue) => {
      const add = (node: Node): void => queue.add(objectKey(node));
      return [nodes.addHandler({ onAdd: add, onUpdate: add })];
    },
    async reconcile(name) {
      const node = nodes.lister.byKey(name);
      if (node === undefined) return DONE;
      const change = noScheduleChange(node);
      if (change.add.length + change.remove.length > 0) await changeTaints(client, name, change, clock.now());
      const labels = staleLabels(node);
      if (labels !== undefined) await write.patch(name, undefined, 'merge', { metadata: { labels } });
      return DONE;
    },
  });

  return {
    name: 'node-lifecycle-controller',
    async start() {
      await evictor.start();
      await labeller.start();
      await monitor.start();
    },
    dispose() {
      for (const part of [monitor, evictor, labeller]) part.dispose();
    },
  };
}

interface Zone {
  state: ZoneState;
  /** Undefined: nobody is evicted. */
  intervalMs: number | undefined;
  /** Names of nodes that are to get a NoExecute taint. */
  readonly waiting: Set<string>;
  /** When the next one may. */
  nextMs: number;
}

interface Count {
  ready: number;
  notReady: number;
}

/** The Pod that is not Ready any more; undefined: it was not, or never said. */
function notReady(pod: Pod, nowMs: number): Pod | undefined {
  const { conditions = [] } = pod.status ?? {};
  if (!conditions.some((c) => c.type === 'Ready' && c.status !== 'False')) return undefined;
  const unready = conditions.map((c) =>
    c.type === 'Ready' ? { ...c, status: 'False', lastTransitionTime: secondsText(nowMs) } : c,
  );
  return { ...pod, status: { ...pod.status, conditions: unready } };
}

function staleLabels({ metadata: { labels = {} } }: Node): Readonly<Record<string, string>> | undefined {
  const stale = OLD_LABELS.filter(([stable, old]) => labels[stable] !== undefined && labels[stable] !== labels[old]);
  return stale.length === 0 ? undefined : Object.fromEntries(stale.map(([stable, old]) => [old, labels[stable] ?? '']));
}

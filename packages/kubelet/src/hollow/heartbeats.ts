import { kinds } from '@tabernetes/api';
import type { Lease } from '@tabernetes/api/types/coordination-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, isAlreadyExists, rfc3339, rfc3339Micro, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import { type HollowNode, nodeConditions, nodeObject } from './hollow-node.ts';

export interface HeartbeatDeps {
  readonly client: Client;
  /** The kubelet of a node as itself. Default: `client`. */
  readonly clientOf?: (node: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

export interface HeartbeatOptions {
  readonly podsOf: (node: string) => readonly Pod[];
}

export interface Heartbeats extends Disposable {
  /** Makes the Node objects and their Leases, or takes over those that are there. */
  register(): Promise<void>;
  /** Renews and reports from now on; `idle()` does not wait for it. */
  start(): void;
  /** A node that does not run says nothing. */
  setRunning(node: string, running: boolean): void;
}

/** How often a kubelet renews its lease, and reports a status that has not changed. */
const LEASE_PERIOD_MS = 10_000;
const STATUS_PERIOD_MS = 300_000;
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = 'kube-node-lease';

/** What nodes say of themselves: that they are there, and well. */
export function heartbeats(
  { client, clientOf = () => client, informers, clock, onError }: HeartbeatDeps,
  nodes: readonly HollowNode[],
  { podsOf }: HeartbeatOptions,
): Heartbeats {
  const known = informers.for(kinds.node);
  const leasesOf = (name: string) => clientOf(name).resource(kinds.lease);
  const nodesAs = ({ name }: HollowNode) => clientOf(name).resource(kinds.node);
  /** As they were written last: the next renewal needs not read them. */
  const held = new Map<string, Lease>();
  const stopped = new Set<string>();
  const timers: Disposable[] = [];

  async function register(node: HollowNode): Promise<void> {
    const now = clock.now();
    const there = known.lister.get(node.name);
    const { metadata: own } = there ?? (await nodesAs(node).create(nodeObject(node, rfc3339(now))));
    if (await take(node, own.uid ?? '')) return;
    await renew(node);
    await report(node);
  }

  /** A new Lease, which goes with the Node; false: there is one. */
  async function take({ name }: HollowNode, uid: string): Promise<boolean> {
    const renewTime = rfc3339Micro(clock.now());
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
    const metadata = { name, namespace: LEASE_NAMESPACE, ownerReferences };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    const created = await leasesOf(name).create(lease).catch(ignoreAlreadyExists);
    if (created !== undefined) held.set(name, created);
    return created !== undefined;
  }

  /**
   * Whoever has changed the Lease in the meantime is found out by the Conflict; who has deleted it finds it made again.
   * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go
   */
  async function renew(node: HollowNode): Promise<void> {
    const latest = held.get(node.name);
    held.delete(node.name);
    if (latest !== undefined && (await write(latest).catch(ignoreStatusError))) return;
    const found = await leasesOf(node.name).get(node.name, LEASE_NAMESPACE).catch(ignoreNotFound);
    const uid = known.lister.get(node.name)?.metadata.uid;
    if (found !== undefined) await write(found);
    else if (uid !== undefined) await take(node, uid);
  }

  async function write(lease: Lease): Promise<true> {
    const { name = '' } = lease.metadata;
    const spec = { ...lease.spec, holderIdentity: name, renewTime: rfc3339Micro(clock.now()) };
    held.set(name, await leasesOf(name).update({ ...lease, spec }));
    return true;
  }

  /** Says how the node is; a node that was taken for dead says since when it is well again, and so do its Pods. */
  async function report(node: HollowNode): Promise<void> {
    const found = known.lister.get(node.name);
    if (found === undefined) return;
    const now = rfc3339(clock.now());
    const ready = found.status?.conditions?.find((c) => c.type === 'Ready');
    const well = ready?.status === 'True';
    const since = well ? (ready.lastTransitionTime ?? now) : now;
    await nodesAs(node).updateStatus({ ...found, status: { ...found.status, conditions: nodeConditions(now, since) } });
    if (well) return;
    for (const pod of podsOf(node.name)) {
      const revived = readyAgain(pod, now);
      if (revived !== undefined)
        await clientOf(node.name).resource(kinds.pod).updateStatus(revived).catch(ignoreNotFound);
    }
  }

  /** What cannot wait for the next report: that a node is well which is taken for dead. */
  async function contradict(node: HollowNode): Promise<void> {
    const ready = known.lister.get(node.name)?.status?.conditions?.find((c) => c.type === 'Ready');
    if (ready !== undefined && ready.status !== 'True') await report(node);
  }

  /** Again and again, for ever. */
  function every(periodMs: number, task: (node: HollowNode) => Promise<void>): void {
    const slot = timers.length;
    const schedule = (): void => {
      timers[slot] = clock.setTimer(periodMs, () => void turn(), { background: true });
    };
    const turn = async (): Promise<void> => {
      schedule();
      for (const node of nodes) if (!stopped.has(node.name)) await quietly(task, node);
    };
    schedule();
  }

  /** What fails is tried again the next time. */
  async function quietly(task: (node: HollowNode) => Promise<void>, node: HollowNode): Promise<void> {
    await task(node).catch((error) => {
      if (!(error instanceof StatusError)) onError(error);
    });
  }

  return {
    async register() {
      await known.start();
      for (const node of nodes) await register(node);
    },
    start() {
      every(LEASE_PERIOD_MS, async (node) => {
        await quietly(renew, node);
        await contradict(node);
      });
      every(STATUS_PERIOD_MS, report);
    },
    setRunning(name, running) {
      if (!running) stopped.add(name);
      else if (stopped.delete(name)) {
        const node = nodes.find((n) => n.name === name);
        if (node) void quietly(renew, node).then(() => quietly(report, node));
      }
    },
    dispose() {
      for (const timer of timers) timer.dispose();
    },
  };
}

/** The Pod, Ready as its containers are; undefined: it is, or they are not. */
function readyAgain(pod: Pod, now: string): Pod | undefined {
  const { conditions = [], containerStatuses = [], phase } = pod.status ?? {};
  if (phase !== 'Running' || !containerStatuses.every((c) => c.ready)) return undefined;
  if (!conditions.some((c) => c.type === 'Ready' && c.status === 'False')) return undefined;
  const ready = conditions.map((c) =>
    c.type === 'Ready' && c.status === 'False' ? { ...c, status: 'True', lastTransitionTime: now } : c,
  );
  return { ...pod, status: { ...pod.status, conditions: ready } };
}

function ignoreStatusError(error: unknown): false {
  if (!(error instanceof StatusError)) throw error;
  return false;
}

function ignoreAlreadyExists(error: unknown): undefined {
  if (!isAlreadyExists(error)) throw error;
}

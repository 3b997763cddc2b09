import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createWorkQueue, type InformerFactory } from '@tabernetes/client';
import { type HollowNode, nodeConditions, nodeObject } from './hollow-node.ts';
import { podAddresses } from './pod-addresses.ts';
import { runningStatus } from './pod-status.ts';

export interface HollowKubeletDeps {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
}

/** How long things take, in milliseconds. Default 0. */
export interface HollowKubeletOptions {
  /** From binding to Running. */
  readonly startMs?: number;
  /** From being told to go to being gone. */
  readonly stopMs?: number;
}

export interface HollowKubelets extends Disposable {
  /** Registers the nodes and begins to look after the Pods that are bound to them. */
  start(): Promise<void>;
}

/** How often a kubelet renews its lease, and reports a status that has not changed. */
const LEASE_PERIOD_MS = 10_000;
const STATUS_PERIOD_MS = 300_000;
const LEASE_SECONDS = 40;
const LEASE_NAMESPACE = 'kube-node-lease';

/**
 * Kubelets without containers, as kubemark has them: each registers its node and keeps its lease; a Pod that is bound to it is
 * Running and Ready at once and stays so; a Pod that is told to go is gone. All of them share one cache of Pods.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/cmd/kubemark
 */
export function hollowKubelets(
  deps: HollowKubeletDeps,
  nodes: readonly HollowNode[],
  { startMs = 0, stopMs = 0 }: HollowKubeletOptions = {},
): HollowKubelets {
  const { client, informers, clock, rng, onError } = deps;
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.pod);
  const byName = new Map(nodes.map((node) => [node.name, { node, addresses: podAddresses(node.index) }]));
  const queue = createWorkQueue(clock, { onReady: () => void drain() });
  const due = new Map<string, number>();
  const hooks: Disposable[] = [];
  // Nothing is done before all Pods are known: addresses that are taken must not be given out again.
  let draining = true;

  const of = (pod: Pod) => byName.get(pod.spec?.nodeName ?? '');
  const enqueue = (pod: Pod): void => {
    const kubelet = of(pod);
    if (kubelet === undefined) return;
    if (pod.status?.podIP !== undefined && !pod.spec?.hostNetwork)
      kubelet.addresses.keep(pod.metadata.uid ?? '', pod.status.podIP);
    queue.add(objectKey(pod));
  };
  const forget = (pod: Pod): void => {
    const { uid = '' } = pod.metadata;
    of(pod)?.addresses.release(uid);
    due.delete(`${uid} start`);
    due.delete(`${uid} stop`);
  };

  async function drain(): Promise<void> {
    if (draining) return;
    draining = true;
    for (let key = queue.tryGet(); key !== undefined; key = queue.tryGet()) {
      try {
        await sync(key);
        queue.forget(key);
      } catch (error) {
        if (!(error instanceof StatusError)) onError(error);
        queue.addRateLimited(key);
      } finally {
        queue.done(key);
      }
    }
    draining = false;
  }

  async function sync(key: string): Promise<void> {
    const pod = pods.lister.byKey(key);
    const kubelet = pod && of(pod);
    if (pod === undefined || kubelet === undefined) return;
    const { name = '', namespace, uid = '', deletionTimestamp } = pod.metadata;
    if (deletionTimestamp === undefined && pod.status?.phase !== 'Pending') return;
    const waitMs = waitFor(`${uid} ${deletionTimestamp === undefined ? 'start' : 'stop'}`);
    if (waitMs > 0) {
      queue.addAfter(key, waitMs);
      return;
    }
    if (deletionTimestamp !== undefined) {
      await write.delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } }).catch(gone);
      return;
    }
    const { node, addresses } = kubelet;
    const podIP = pod.spec?.hostNetwork ? node.internalIP : addresses.take(uid);
    // A node holds 110 Pods at most, so that addresses run out only when somebody binds past that.
    if (podIP === undefined) return;
    const status = runningStatus(pod, { now: seconds(clock.now()), hostIP: node.internalIP, podIP, rng });
    await write.updateStatus({ ...pod, status }).catch(gone);
  }

  /** How much longer a step takes that begins when it is first asked about. */
  function waitFor(step: string): number {
    const durationMs = step.endsWith('stop') ? stopMs : startMs;
    if (durationMs === 0) return 0;
    const dueMs = due.get(step) ?? clock.now() + durationMs;
    due.set(step, dueMs);
    return Math.max(dueMs - clock.now(), 0);
  }

  async function register(node: HollowNode): Promise<void> {
    const now = clock.now();
    const leases = client.resource(kinds.lease);
    let registered = await client.resource(kinds.node).get(node.name).catch(gone);
    registered ??= await client.resource(kinds.node).create(nodeObject(node, seconds(now)));
    const lease = await leases.get(node.name, LEASE_NAMESPACE).catch(gone);
    const spec = { holderIdentity: node.name, leaseDurationSeconds: LEASE_SECONDS, renewTime: micros(now) };
    if (lease !== undefined) {
      await leases.update({ ...lease, spec: { ...lease.spec, ...spec } });
      await reportStatus(node);
      return;
    }
    const { uid = '' } = registered.metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid }];
    const metadata = { name: node.name, namespace: LEASE_NAMESPACE, ownerReferences };
    await leases.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  }

  async function renewLease(node: HollowNode): Promise<void> {
    const patch = { spec: { renewTime: micros(clock.now()) } };
    await client.resource(kinds.lease).patch(node.name, LEASE_NAMESPACE, 'merge', patch);
  }

  /** Says how the node is; a node that was taken for dead says since when it is well again, and so do its Pods. */
  async function reportStatus(node: HollowNode): Promise<void> {
    const found = await client.resource(kinds.node).get(node.name).catch(gone);
    if (found === undefined) return;
    const now = seconds(clock.now());
    const ready = found.status?.conditions?.find((c) => c.type === 'Ready');
    const well = ready?.status === 'True';
    const since = well ? (ready.lastTransitionTime ?? now) : now;
    await client
      .resource(kinds.node)
      .updateStatus({ ...found, status: { ...found.status, conditions: nodeConditions(now, since) } });
    if (well) return;
    for (const pod of pods.lister.list()) {
      const revived = pod.spec?.nodeName === node.name ? readyAgain(pod, now) : undefined;
      if (revived !== undefined) await write.updateStatus(revived).catch(gone);
    }
  }

  /** What cannot wait for the next report: that a node is well which is taken for dead. */
  async function contradict(node: HollowNode): Promise<void> {
    const found = await client.resource(kinds.node).get(node.name).catch(gone);
    const ready = found?.status?.conditions?.find((c) => c.type === 'Ready');
    if (ready?.status !== 'True') await reportStatus(node);
  }

  /** Again and again, for ever: `idle()` does not wait for it. What fails is tried again the next time. */
  function every(periodMs: number, task: (node: HollowNode) => Promise<void>): void {
    let timer: Disposable | undefined;
    const schedule = (): void => {
      timer = clock.setTimer(periodMs, () => void turn(), { background: true });
    };
    hooks.push({ dispose: () => timer?.dispose() });
    const turn = async (): Promise<void> => {
      schedule();
      for (const node of nodes) {
        await task(node).catch((error) => {
          if (!(error instanceof StatusError)) onError(error);
        });
      }
    };
    schedule();
  }

  return {
    async start() {
      for (const node of nodes) await register(node);
      hooks.push(pods.addHandler({ onAdd: enqueue, onUpdate: enqueue, onDelete: forget }));
      await pods.start();
      draining = false;
      void drain();
      every(LEASE_PERIOD_MS, async (node) => {
        await renewLease(node);
        await contradict(node);
      });
      every(STATUS_PERIOD_MS, reportStatus);
    },
    dispose() {
      for (const hook of hooks) hook.dispose();
      queue.dispose();
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

const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const micros = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

function gone(error: unknown): undefined {
  if (error instanceof StatusError && error.reason === 'NotFound') return undefined;
  throw error;
}

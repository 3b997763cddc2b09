import { kinds, podCondition } from '@tabernetes/api';
import type { ConfigMap, Pod, Secret } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, objectKey, rfc3339, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createWorkQueue, type InformerFactory } from '@tabernetes/client';
import type { Pace } from './container-run.ts';
import { heartbeats } from './heartbeats.ts';
import type { HollowNode } from './hollow-node.ts';
import type { Need } from './needs.ts';
import { podAddresses } from './pod-addresses.ts';
import { PodRun } from './pod-run.ts';
import { conditionsOf, podStatus } from './pod-status.ts';
import { waitingList } from './waiting-list.ts';

export interface HollowKubeletDeps {
  readonly client: Client;
  /** The kubelet of a node as itself: who writes. Default: `client` writes for all. */
  readonly clientOf?: (node: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
}

/** How long things take. Default: starts and stops take nothing, and a container that ends is seen running for two seconds. */
export interface HollowKubeletOptions extends Partial<Pace> {
  /** By how much starts differ, in milliseconds: Pods that are bound together are not ready together. Default 0. */
  readonly spreadMs?: number;
}

export interface HollowKubelets extends Disposable {
  /** Registers the nodes and begins to look after the Pods that are bound to them. */
  start(): Promise<void>;
  /**
   * Stops or starts one kubelet: a stopped one renews no lease, and neither starts Pods nor lets go of them. Its containers live on.
   *
   * @throws {RangeError} when there is no such node
   */
  setRunning(node: string, running: boolean): void;
}

/**
 * Kubelets without containers, as kubemark has them: each registers its node and keeps its lease. A Pod that is bound to it is
 * Running and Ready as soon as what it needs is there; containers whose command can be seen through end as it says, and are started
 * again; a Pod that is told to go is gone. All of them share one cache.
 *
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/cmd/kubemark
 */
export function hollowKubelets(
  deps: HollowKubeletDeps,
  nodes: readonly HollowNode[],
  { startMs = 0, spreadMs = 0, runMs = 2_000, stopMs = 0 }: HollowKubeletOptions = {},
): HollowKubelets {
  const { client, clientOf = () => client, informers, clock, rng, onError } = deps;
  const pods = informers.for(kinds.pod);
  const configMaps = informers.for(kinds.configMap);
  const secrets = informers.for(kinds.secret);
  // Made for each write: thousands of nodes would keep thousands of them.
  const writeAs = (node: string) => clientOf(node).resource(kinds.pod);
  const kubelets = new Map(
    nodes.map((node) => [node.name, { node, addresses: podAddresses(node.index), stopped: false }]),
  );
  pods.addIndex(
    BY_NODE,
    ({ spec }) => (spec?.nodeName ? [spec.nodeName] : NO_NODE),
    ({ spec }) => spec?.nodeName,
  );
  const beats = heartbeats(deps, nodes, { podsOf: (node) => pods.lister.byIndex(BY_NODE, node) });
  const queue = createWorkQueue(clock, { onReady: () => void drain() });
  const runs = new Map<string, PodRun>();
  const timers = new Map<string, Disposable>();
  const waiting = waitingList();
  const digests = new Map<string, string>();
  const hooks: Disposable[] = [];
  // Nothing is done before all Pods are known: addresses that are taken must not be given out again.
  let draining = true;
  let disposed = false;

  const newId = (): string => `containerd://${rng.text(64, HEX)}`;
  const digestOf = (text: string): string => {
    const known = digests.get(text);
    if (known !== undefined) return known;
    const digest = rng.fork(text).text(64, HEX);
    digests.set(text, digest);
    return digest;
  };
  const of = (pod: Pod) => kubelets.get(pod.spec?.nodeName ?? '');
  const enqueue = (pod: Pod): void => {
    const kubelet = of(pod);
    if (kubelet === undefined) return;
    if (pod.status?.podIP !== undefined && !pod.spec?.hostNetwork)
      kubelet.addresses.keep(pod.metadata.uid ?? '', pod.status.podIP);
    if (!kubelet.stopped && concernsUs(pod, runs.get(pod.metadata.uid ?? ''))) queue.add(objectKey(pod));
  };
  const forget = (pod: Pod): void => {
    const { uid = '' } = pod.metadata;
    of(pod)?.addresses.release(uid);
    const run = runs.get(uid);
    if (run === undefined) return;
    waiting.set(objectKey(pod), NOTHING);
    runs.delete(uid);
    timers.get(uid)?.dispose();
    timers.delete(uid);
  };
  const came =
    (kind: Need['kind']) =>
    ({ metadata }: ConfigMap | Secret): void => {
      for (const key of waiting.of(`${kind} ${metadata.namespace}/${metadata.name}`)) queue.add(key);
    };

  /** One turn of the host for whatever comes together; no time passes in it. */
  async function drain(): Promise<void> {
    if (draining) return;
    draining = true;
    await clock.hold(SETTLED);
    for (let key = queue.tryGet(); key !== undefined && !disposed; key = queue.tryGet()) {
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
    if (pod === undefined || kubelet === undefined || kubelet.stopped) return;
    const { uid = '', namespace = '', deletionTimestamp } = pod.metadata;
    const nowMs = clock.now();
    let run = runs.get(uid);
    if (run === undefined) {
      run = new PodRun(pod, nowMs, { startMs: startMs + (spreadMs > 0 ? rng.int(spreadMs) : 0), runMs, stopMs }, newId);
      runs.set(uid, run);
    }
    if (deletionTimestamp !== undefined && run.stoppingMs === undefined) run.stoppingMs = nowMs;
    if (run.stoppingMs !== undefined) {
      await stop(pod, run, kubelet.node);
      return;
    }
    const missing = (need: Need): string | undefined => lacks(need, namespace);
    if (run.advance(nowMs, missing)) run.reported = false;
    waiting.set(key, needsOf(run, namespace));
    if (!run.reported) await report(pod, run, kubelet);
    else await reportReadiness(pod, run);
    arm(key, uid, run.due(clock.now()));
  }

  async function report(pod: Pod, run: PodRun, { node, addresses }: Kubelet): Promise<void> {
    const { uid = '' } = pod.metadata;
    const podIP = pod.spec?.hostNetwork || !run.networkUp ? node.internalIP : addresses.take(uid);
    // A node holds 110 Pods at most, so that addresses run out only when somebody binds past that.
    if (podIP === undefined) return;
    const nowMs = clock.now();
    const status = podStatus(pod, run, { nowMs, hostIP: node.internalIP, podIP, digestOf });
    try {
      await writeAs(node.name).updateStatus({ ...pod, status });
    } catch (error) {
      ignoreNotFound(error);
    }
    run.reported = true;
  }

  /** Gates that others open, and Pods that were marked while their node was not heard of. */
  async function reportReadiness(pod: Pod, run: PodRun): Promise<void> {
    if (pod.status?.conditions === undefined) return;
    const conditions = conditionsOf(pod, run, rfc3339(clock.now()));
    const [before, after] = [podCondition(pod.status, 'Ready'), conditions.find((c) => c.type === 'Ready')];
    if (before?.status === after?.status && before?.message === after?.message) return;
    await writeAs(pod.spec?.nodeName ?? '')
      .updateStatus({ ...pod, status: { ...pod.status, conditions } })
      .catch(ignoreNotFound);
  }

  async function stop(pod: Pod, run: PodRun, node: HollowNode): Promise<void> {
    const { name = '', namespace, uid = '', deletionGracePeriodSeconds = 0, finalizers = [] } = pod.metadata;
    const { stoppingMs = 0 } = run;
    const graceMs = run.finished ? 0 : Math.min(stopMs, deletionGracePeriodSeconds * 1000);
    if (clock.now() < stoppingMs + graceMs) {
      arm(objectKey(pod), uid, { atMs: stoppingMs + graceMs, background: false });
      return;
    }
    // Somebody else keeps the object: it must at least say that nothing runs any more.
    if (finalizers.length > 0 && !run.finished && pod.status?.hostIP !== undefined) {
      run.stop(clock.now());
      const facts = { nowMs: clock.now(), hostIP: node.internalIP, podIP: pod.status.podIP ?? '', digestOf };
      await writeAs(node.name)
        .updateStatus({ ...pod, status: podStatus(pod, run, facts) })
        .catch(ignoreNotFound);
    }
    if (deletionGracePeriodSeconds === 0 && finalizers.length > 0) return;
    await writeAs(node.name)
      .delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } })
      .catch(ignoreNotFound);
  }

  function arm(
    key: string,
    uid: string,
    due: { readonly atMs: number; readonly background: boolean } | undefined,
  ): void {
    timers.get(uid)?.dispose();
    timers.delete(uid);
    if (due === undefined || !runs.has(uid)) return;
    const fire = (): void => {
      timers.delete(uid);
      queue.add(key);
    };
    const delayMs = Math.max(due.atMs - clock.now(), 0);
    timers.set(uid, clock.setTimer(delayMs, fire, { background: due.background }));
  }

  /** What there is not, as a kubelet says it. */
  function lacks({ kind, name, key }: Need, namespace: string): string | undefined {
    const found = (kind === 'configmap' ? configMaps : secrets).lister.get(name, namespace);
    if (found === undefined) return `${kind} "${name}" not found`;
    if (key === undefined || found.data?.[key] !== undefined) return undefined;
    if ((found as ConfigMap).binaryData?.[key] !== undefined) return undefined;
    return `couldn't find key ${key} in ${kind === 'configmap' ? 'ConfigMap' : 'Secret'} ${namespace}/${name}`;
  }

  return {
    async start() {
      await beats.register();
      hooks.push(
        pods.addHandler({ onAdd: enqueue, onUpdate: enqueue, onDelete: forget }),
        configMaps.addHandler({ onAdd: came('configmap'), onUpdate: came('configmap') }),
        secrets.addHandler({ onAdd: came('secret'), onUpdate: came('secret') }),
      );
      await Promise.all([pods.start(), configMaps.start(), secrets.start()]);
      draining = false;
      void drain();
      beats.start();
    },
    setRunning(name, running) {
      const kubelet = kubelets.get(name);
      if (kubelet === undefined) throw new RangeError(`there is no node ${name}`);
      if (kubelet.stopped !== running) return;
      kubelet.stopped = !running;
      beats.setRunning(name, running);
      if (running) for (const pod of pods.lister.byIndex(BY_NODE, name)) queue.add(objectKey(pod));
    },
    dispose() {
      disposed = true;
      for (const hook of hooks) hook.dispose();
      for (const timer of timers.values()) timer.dispose();
      beats.dispose();
      queue.dispose();
    },
  };
}

interface Kubelet {
  readonly node: HollowNode;
  readonly addresses: ReturnType<typeof podAddresses>;
}

const BY_NODE = 'hollowNode';
const NO_NODE: readonly string[] = [];
const NOTHING: readonly string[] = [];
const HEX = '0123456789abcdef';
const SETTLED: Promise<void> = Promise.resolve();

/** ConfigMaps and Secrets whose coming may bring the Pod on. */
function needsOf(run: PodRun, namespace: string): readonly string[] {
  if (run.networkUp && run.phase === 'Running') return NOTHING;
  return run.awaited.map(({ kind, name }) => `${kind} ${namespace}/${name}`);
}

/** Most changes of a Pod that runs are our own reports: nothing follows from them. */
function concernsUs(pod: Pod, run: PodRun | undefined): boolean {
  if (run === undefined || pod.metadata.deletionTimestamp !== undefined || pod.spec?.readinessGates !== undefined)
    return true;
  return pod.status?.phase !== run.phase || podCondition(pod.status, 'Ready')?.status === 'False';
}

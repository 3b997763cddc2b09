import { kinds } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, parseQuantity } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import { type Client, createEventRecorder, type EventRecorder, type InformerFactory } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import type { DnsOptions } from './config/dns.ts';
import { hasStorageLimits } from './node/eviction.ts';
import { createNodeAgent, type NodeAgent } from './node/node-agent.ts';
import type { NodeSpec } from './node/node-object.ts';
import { createResourceGuard } from './node/resource-guard.ts';
import { createStaticPods } from './node/static-pods.ts';
import type { NodeContext } from './node-context.ts';
import { inOrderOnce, type PodParts } from './pod/late-pods.ts';
import { isMirrorPod, isStaticPod, isTerminalPhase, podUid } from './pod/pod-view.ts';
import type { PodWorker } from './pod/pod-worker.ts';
import type { StatusWriter } from './status/status-writer.ts';
import { type Latency, timingOf } from './timing.ts';
import type { Disks } from './volumes/disks.ts';
import type { ObjectCache } from './volumes/object-cache.ts';

export interface KubeletDeps {
  /** Acts as this node. */
  readonly client: Client;
  /** Pods (with the index {@link NODE_INDEX}), Services, RuntimeClasses and Nodes; shared by all kubelets of a process. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly runtime: ContainerRuntime;
  readonly disks: Disks;
  readonly objects: ObjectCache;
  readonly podParts: () => PodParts | Promise<PodParts>;
  /** True of a container that is to fail its probes, whatever it would answer. Default: none is. */
  readonly isUnwell?: ((pod: Pod, container: string) => boolean) | undefined;
  readonly onError: (error: unknown) => void;
}

export interface KubeletOptions {
  readonly node: NodeSpec;
  /** Default `none`. */
  readonly latency?: Latency;
  readonly dns?: Partial<DnsOptions>;
}

/** Runs the Pods that are bound to one node. */
export interface Kubelet extends Disposable {
  readonly nodeName: string;
  readonly hostIP: string;
  readonly capacity: NodeSpec['capacity'];
  /** When it was made. */
  readonly startedMs: number;
  readonly runtime: ContainerRuntime;
  readonly agent: NodeAgent;
  readonly running: boolean;
  /** False: it hears nothing of the API, and nobody reaches it. */
  readonly online: boolean;
  /** Registers the node and begins to look after its Pods. @throws {StatusError} it is refused; it may be started again */
  start(): Promise<void>;
  /** As if its process had ended: containers live on, and nobody looks after them until {@link start}. */
  stop(): void;
  /** The Pod with this uid, as the kubelet has it. */
  pod(uid: string): PodWorker | undefined;
  /** The one that a Pod of the API, or its mirror, stands for. */
  podOf(pod: Pod): PodWorker | undefined;
  pods(): readonly PodWorker[];
  /** Told by whoever follows the Pods of all nodes. */
  podChanged(pod: Pod): void;
  podDeleted(pod: Pod): void;
  /**
   * Cuts it off from the API, or joins it again: it goes on with the Pods that it knows, and hears what has happened when it is back.
   * What it sends meanwhile is for whoever carries that to lose.
   */
  setOnline(online: boolean): void;
  /** Breaks the node's network (a CNI plugin without configuration), or mends it. */
  breakNetwork(broken: boolean): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet.go */
export function createKubelet(deps: KubeletDeps, { node: spec, latency = 'none', dns = {} }: KubeletOptions): Kubelet {
  const { client, informers, clock, rng, runtime, disks, objects, podParts, isUnwell, onError } = deps;
  const nodeName = spec.name;
  const newRecorder = (): EventRecorder =>
    createEventRecorder({ client, clock }, { component: 'kubelet', host: nodeName });
  // Each process of the kubelet counts its events anew; one that is no more tells of nothing.
  let running = false;
  let ownRecorder = newRecorder();
  const recorder: EventRecorder = {
    event: (...told) => {
      if (running) ownRecorder.event(...told);
    },
    flush: () => ownRecorder.flush(),
  };
  const timing = timingOf(latency, rng);
  const pods = informers.for(kinds.pod);
  const services = informers.for(kinds.service);
  const nodes = informers.for(kinds.node);
  const allocatable = spec.allocatable ?? spec.capacity;
  const agent = createNodeAgent(
    {
      client,
      clock,
      runtime,
      recorder,
      stored: () => nodes.lister.get(nodeName),
      onBeat: () => guard.relieve(),
      onError,
    },
    spec,
  );
  const makeContext = ({
    createBackoff,
    createImagePuller,
    createProbeManager,
    createRelist,
    createTokenCache,
  }: PodParts): NodeContext => ({
    clock,
    rng,
    client,
    recorder,
    runtime,
    nodeName,
    hostIP: spec.internalIP,
    allocatableMemoryBytes: bytesOf(allocatable['memory']),
    memoryCapacityBytes: bytesOf(spec.capacity['memory']),
    timing,
    dns: { clusterDNS: dns.clusterDNS ?? '10.96.0.10', nodeDNS: dns.nodeDNS ?? '172.18.0.1' },
    nodeHosts: () => (runtime.hostFs.fs.exists('/etc/hosts') ? runtime.hostFs.fs.readText('/etc/hosts') : ''),
    objects,
    tokens: createTokenCache({ client, clock }),
    disks,
    images: createImagePuller({ clock, runtime, recorder }),
    owners: new Map(),
    backoff: createBackoff(),
    relist: createRelist(clock, timing.relistMs),
    probes: createProbeManager({ clock, runtime, recorder, probeMs: timing.probeMs, isUnwell }),
    services: () => services.lister.list(),
    fieldContext: (pod, podIPs) => ({
      pod,
      seenMs: workers.get(podUid(pod))?.seenMs ?? clock.now(),
      podIPs,
      hostIP: spec.internalIP,
      allocatable,
    }),
    onError,
  });
  let online = true;
  /** Made for the first Pod. */
  let side: PodSide | undefined;
  const sideOf = (parts: PodParts): PodSide => {
    side ??= {
      ...parts,
      context: makeContext(parts),
      writer: parts.createStatusWriter({ client, clock, isRunning: () => running, onError }),
    };
    return side;
  };
  const inOrder = inOrderOnce(podParts, onError);
  const withPods = (act: (side: PodSide) => void): void => inOrder((parts) => act(sideOf(parts)));
  const workers = new Map<string, PodWorker>();
  const guard = createResourceGuard({ clock, runtime, recorder, agent, timing, workers }, { capacity: spec.capacity });
  let refresher: Disposable | undefined;

  const runtimeEvents = runtime.onEvent((event) => {
    const { id } = event.container;
    const worker = workers.get(side?.context.owners.get(id) ?? '');
    if (event.type === 'exited') side?.context.owners.delete(id);
    if (worker === undefined) return;
    if (running) worker.runtimeEvent(event);
  });

  const workerDeps = ({ context, writer }: PodSide, uid: string) => ({
    node: context,
    writer,
    networkTrouble: () => agent.trouble.network,
    runtimeHandler: async (name: string): Promise<string> => {
      if (name === '') return '';
      const found = await client.resource(kinds.runtimeClass).get(name).catch(ignoreNotFound);
      if (found === undefined)
        throw new Error(`failed to get sandbox runtime: RuntimeClass ${JSON.stringify(name)} not found`);
      return found.handler;
    },
    onGone: () => {
      workers.delete(uid);
      guard.forget(uid);
    },
  });

  function add(own: PodSide, pod: Pod): void {
    const uid = podUid(pod);
    // What ended before we came has no containers here.
    if (isTerminalPhase(pod.status?.phase) && pod.metadata.deletionTimestamp === undefined) return;
    const worker = new own.PodWorker(workerDeps(own, uid), pod, pod);
    workers.set(uid, worker);
    if (pod.metadata.deletionTimestamp !== undefined) {
      worker.update(pod, pod);
      return;
    }
    const node: Node | undefined = nodes.lister.get(nodeName);
    const others: Pod[] = [];
    for (const other of workers.values()) if (other !== worker && other.mayRun) others.push(other.pod);
    const refusal = node === undefined ? undefined : own.refusalOf(pod, node, others);
    if (refusal !== undefined) worker.reject(refusal.reason, refusal.message);
    else worker.admit();
    if (hasStorageLimits(pod)) guard.watchStorage();
    refreshTokens();
  }

  const staticPods = createStaticPods({
    client,
    clock,
    fs: runtime.hostFs.fs,
    nodeName,
    node: () => nodes.lister.get(nodeName),
    mirrorOf: ({ metadata }) => pods.lister.get(metadata.name ?? '', metadata.namespace),
    start: (pod, mirror) =>
      withPods((own) => {
        const worker = new own.PodWorker(workerDeps(own, podUid(pod)), pod, mirror);
        workers.set(podUid(pod), worker);
        worker.admit();
      }),
    stop: (pod) => workers.get(podUid(pod))?.remove(),
    onError,
  });

  function changed(own: PodSide, pod: Pod): void {
    if (!running || !online) return;
    if (isMirrorPod(pod)) {
      const behind = staticPods.behind(pod);
      if (behind === undefined || pod.metadata.deletionTimestamp !== undefined) staticPods.mirrorChanged(pod, false);
      else workers.get(podUid(behind))?.update(behind, pod);
      return;
    }
    const worker = workers.get(podUid(pod));
    if (worker === undefined) add(own, pod);
    else worker.update(pod, pod);
  }

  /** What has happened while nobody looked. */
  function catchUp(): void {
    const bound = new Map(pods.lister.byIndex(NODE_INDEX, nodeName).map((pod) => [podUid(pod), pod]));
    for (const [uid, worker] of workers) if (!bound.has(uid) && !isStaticPod(worker.pod)) worker.remove();
    for (const pod of bound.values()) withPods((own) => changed(own, pod));
  }

  function refreshTokens(): void {
    refresher ??= clock.setTimer(
      TOKEN_PERIOD_MS,
      () => {
        refresher = undefined;
        for (const worker of workers.values()) {
          if (worker.state === 'syncing') worker.volumes.refreshTokens().catch(onError);
        }
        if (workers.size > 0) refreshTokens();
      },
      { background: true },
    );
  }

  return {
    nodeName,
    hostIP: spec.internalIP,
    capacity: spec.capacity,
    startedMs: clock.now(),
    runtime,
    agent,
    get running() {
      return running;
    },
    async start() {
      if (running) return;
      running = true;
      try {
        await agent.start();
      } catch (error) {
        // It has not begun: whoever starts it may try again.
        running = false;
        agent.stop();
        throw error;
      }
      // Stopped while its node was being registered.
      if (!running) return;
      guard.start();
      staticPods.start();
      if (!pods.synced) return;
      for (const worker of workers.values()) worker.resume();
      if (workers.size > 0) refreshTokens();
      catchUp();
      side?.writer.resume();
    },
    stop() {
      running = false;
      ownRecorder = newRecorder();
      agent.stop();
      guard.stop();
      refresher?.dispose();
      refresher = undefined;
      for (const worker of workers.values()) worker.suspend();
    },
    pod: (uid) => workers.get(uid),
    podOf: (pod) => workers.get(podUid(isMirrorPod(pod) ? (staticPods.behind(pod) ?? pod) : pod)),
    pods: () => [...workers.values()],
    podChanged: (pod) => withPods((own) => changed(own, pod)),
    podDeleted(pod) {
      withPods(() => {
        if (!running || !online) return;
        if (isMirrorPod(pod)) staticPods.mirrorChanged(pod, true);
        else workers.get(podUid(pod))?.remove();
      });
    },
    get online() {
      return online;
    },
    setOnline(now) {
      if (online === now) return;
      online = now;
      if (running && now && pods.synced) catchUp();
    },
    breakNetwork(broken) {
      agent.setTrouble({ ...agent.trouble, network: broken ? NO_NETWORK : undefined });
      if (!broken) for (const worker of workers.values()) worker.wake();
    },
    dispose() {
      running = false;
      runtimeEvents.dispose();
      guard.stop();
      refresher?.dispose();
      for (const worker of workers.values()) worker.dispose();
      workers.clear();
      staticPods.dispose();
      side?.context.relist.dispose();
      side?.writer.dispose();
      agent.dispose();
    },
  };
}

/** What a kubelet has for Pods once it has had one. */
interface PodSide extends PodParts {
  readonly context: NodeContext;
  readonly writer: StatusWriter;
}

/** Pods by the node that they are bound to. */
export const NODE_INDEX = 'kubelet node';

/** What is not told of has no end. */
const bytesOf = (quantity: string | undefined): number =>
  quantity ? parseQuantity(quantity).value() : Number.POSITIVE_INFINITY;

const TOKEN_PERIOD_MS = 300_000;
const NO_NETWORK =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

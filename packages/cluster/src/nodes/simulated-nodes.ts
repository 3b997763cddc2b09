import type { Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';
import { type Clock, type Disposable, fetchedOnce, type Rng } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import {
  createKubelets,
  type Kubelet,
  type KubeletConnector,
  type Kubelets,
  type NodeSpec,
  type PodWorker,
  type ProbeHistory,
} from '@tabernetes/kubelet';
import type { ContainerRuntime, Disturbance, Net, PodNetwork } from '@tabernetes/node-api';
import { type NodeRequest, type NodeShape, nextNodeSpec, nodeSpecs } from './node-specs.ts';

/** What a container runtime is made for and with. */
export interface RuntimeRequest {
  readonly nodeName: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly latency: 'none' | 'short' | 'real';
  /** Images that the node comes with. */
  readonly preloadedImages: readonly string[];
  readonly clock: Clock;
  readonly rng: Rng;
  readonly network: PodNetwork;
  /** The node's own place in the network. */
  readonly hostNet: Net;
  readonly onError: (error: unknown) => void;
}

/** What one node has before its kubelet starts. */
export interface NodeEquipment {
  readonly nodeName: string;
  /** Path to content. */
  readonly files: Readonly<Record<string, string>>;
  readonly images: readonly string[];
}

export interface SimulatedNodesDeps {
  /** Reads for all kubelets. */
  readonly client: Client;
  readonly clientOf: (nodeName: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly runtime: (request: RuntimeRequest) => ContainerRuntime;
  /** Where Pods are attached. */
  readonly network: PodNetwork;
  /** True of a container (of a Pod `namespace/name`) that is to fail its probes. */
  readonly isUnwell?: (pod: string, container: string) => boolean;
  readonly onError: (error: unknown) => void;
}

export interface SimulatedNodesOptions {
  readonly count: number;
  /** The machines, instead of so many new ones. */
  readonly specs?: readonly NodeSpec[] | undefined;
  /** What new machines are. */
  readonly shape?: NodeShape;
  readonly latency: 'none' | 'short' | 'real';
  readonly preloadedImages?: readonly string[];
  readonly equipment?: readonly NodeEquipment[];
}

/** The states of a Pod's machine and of those of its containers, by name; see `lifecycleCharts()`. And how its probes were answered. */
export interface PodLifecycle {
  readonly pod: string;
  readonly containers: Readonly<Record<string, string>>;
  readonly probes: readonly ProbeHistory[];
}

/** Nodes whose kubelets run containers. */
export interface SimulatedNodes extends Disposable {
  start(): Promise<void>;
  setRunning(name: string, running: boolean): void;
  /** Cuts the kubelet of a node off from the API, or joins it again. @throws {Error} when there is no such node */
  setOnline(name: string, online: boolean): void;
  /** Takes the network plugin of a node away, or gives it back. @throws {Error} when there is no such node */
  breakNetwork(name: string, broken: boolean): void;
  /** Switches on a machine more; resolves with its name when it has registered. @throws {RangeError} when there is one of that name */
  add(request?: NodeRequest): Promise<string>;
  /** Switches a machine off for good. @throws {Error} when there is no such node */
  remove(name: string): void;
  /** Whether a container of a Pod `namespace/name` that is here is probed. */
  hasProbes(pod: string, container: string): boolean;
  /** Disturbs a container of a Pod `namespace/name`; `onEnd` hears that it has ended. @throws {Error} when it does not run */
  disturb(pod: string, container: string, disturbance: Disturbance, onEnd: () => void): Disposable;
  /** Where the machines of a Pod stand; undefined: no kubelet has it. */
  lifecycle(nodeName: string, uid: string): PodLifecycle | undefined;
  /** The doors of the kubelets, for the API server. */
  connector(): KubeletConnector | Promise<KubeletConnector>;
}

export function simulatedNodes(
  { client, clientOf, informers, clock, rng, runtime, network, isUnwell, onError }: SimulatedNodesDeps,
  { count, specs: given, shape = {}, latency, preloadedImages = [], equipment = [] }: SimulatedNodesOptions,
): SimulatedNodes {
  function runtimeOf({ name, internalIP, podCIDR = '', capacity: has }: NodeSpec): ContainerRuntime {
    const own = equipment.filter(({ nodeName }) => nodeName === name);
    const made = runtime({
      nodeName: name,
      cpus: parseQuantity(has['cpu'] ?? '4').value(),
      memoryBytes: parseQuantity(has['memory'] ?? '8Gi').value(),
      latency,
      preloadedImages: [...preloadedImages, ...own.flatMap(({ images }) => images)],
      clock,
      rng,
      network,
      hostNet: network.addNode({ name, ip: internalIP, podCIDR }),
      onError,
    });
    const { fs } = made.hostFs;
    for (const { files } of own) {
      for (const [path, text] of Object.entries(files)) {
        fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
        fs.writeFile(path, text);
      }
    }
    return made;
  }
  let specs = given ?? nodeSpecs(count, shape);
  const unwell =
    isUnwell &&
    (({ metadata }: Pod, container: string): boolean =>
      isUnwell(`${metadata.namespace ?? ''}/${metadata.name ?? ''}`, container));
  const kubelets = createKubelets(
    { client, clientOf, informers, clock, rng, runtimeOf, ...(unwell && { isUnwell: unwell }), onError },
    specs,
    { latency },
  );
  const known = (name: string): Kubelet => {
    const kubelet = kubelets.get(name);
    if (kubelet === undefined) throw new Error(`there is no node ${name}`);
    return kubelet;
  };
  return {
    start: () => kubelets.start(),
    setRunning(name, running) {
      const kubelet = kubelets.get(name);
      if (running) kubelet?.start().catch(onError);
      else kubelet?.stop();
    },
    setOnline: (name, online) => known(name).setOnline(online),
    breakNetwork: (name, broken) => known(name).breakNetwork(broken),
    async add(request = {}) {
      const spec = nextNodeSpec(specs, shape, request);
      if (kubelets.get(spec.name) !== undefined) throw new RangeError(`there is a node ${spec.name} already`);
      specs = [...specs, spec];
      await kubelets.add(spec);
      return spec.name;
    },
    remove(name) {
      known(name);
      kubelets.remove(name);
      network.removeNode(name);
      specs = specs.filter((spec) => spec.name !== name);
    },
    hasProbes(name, container) {
      const { containers = [], initContainers = [] } = workerOf(kubelets, name)?.pod.spec ?? {};
      const found = [...containers, ...initContainers].find((each) => each.name === container);
      return (found?.livenessProbe ?? found?.readinessProbe ?? found?.startupProbe) !== undefined;
    },
    disturb(pod, container, disturbance, onEnd) {
      const { runtime: of, id } = runningContainer(kubelets, pod, container);
      if (of.disturb === undefined) throw new Error('what runs the containers of this cluster cannot be disturbed');
      const events = of.onEvent((event) => {
        if (event.type !== 'exited' || event.container.id !== id) return;
        events.dispose();
        onEnd();
      });
      const disturbed = of.disturb(id, disturbance);
      return {
        dispose() {
          events.dispose();
          disturbed.dispose();
        },
      };
    },
    lifecycle(nodeName, uid) {
      const worker = kubelets.get(nodeName)?.pod(uid);
      return (
        worker && {
          pod: worker.state,
          containers: Object.fromEntries(worker.containerStates),
          probes: worker.probeHistory,
        }
      );
    },
    connector: fetchedOnce(clock, async () =>
      (await import('@tabernetes/kubelet/connector')).kubeletConnector({
        kubelet: (name) => kubelets.get(name),
        clock,
      }),
    ),
    dispose: () => kubelets.dispose(),
  };
}

/** A Pod `namespace/name` as its node has it. */
function workerOf(kubelets: Kubelets, name: string): PodWorker | undefined {
  for (const kubelet of kubelets.all) {
    const found = kubelet
      .pods()
      .find(({ pod }) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}` === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws {Error} */
function runningContainer(
  kubelets: Kubelets,
  name: string,
  container: string,
): { readonly runtime: ContainerRuntime; readonly id: string } {
  const worker = workerOf(kubelets, name);
  const runtime = kubelets.get(worker?.pod.spec?.nodeName ?? '')?.runtime;
  if (worker === undefined || runtime === undefined) throw new Error(`no node runs Pod ${name}`);
  const found = worker.containers.see().containers.find((each) => each.name === container && each.state === 'running');
  if (found === undefined) throw new Error(`container ${container} of ${name} does not run`);
  return { runtime, id: found.id };
}

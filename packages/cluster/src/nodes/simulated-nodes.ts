import { parseQuantity } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import { createKubelets, type KubeletConnector, kubeletConnector, type NodeSpec } from '@tabernetes/kubelet';
import type { ContainerRuntime, Net, PodNetwork } from '@tabernetes/node-api';
import { nodeSpecs } from './node-specs.ts';

/** What a container runtime is made for and with. */
export interface RuntimeRequest {
  readonly nodeName: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly latency: 'none' | 'real';
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
  readonly onError: (error: unknown) => void;
}

export interface SimulatedNodesOptions {
  readonly count: number;
  readonly capacity?: Readonly<Record<string, string>>;
  readonly latency: 'none' | 'short' | 'real';
  readonly preloadedImages?: readonly string[];
  readonly equipment?: readonly NodeEquipment[];
}

/** The states of a Pod's machine and of those of its containers, by name; see `lifecycleCharts()`. */
export interface PodLifecycle {
  readonly pod: string;
  readonly containers: Readonly<Record<string, string>>;
}

/** Nodes whose kubelets run containers. */
export interface SimulatedNodes extends Disposable {
  start(): Promise<void>;
  setRunning(name: string, running: boolean): void;
  /** Where the machines of a Pod stand; undefined: no kubelet has it. */
  lifecycle(nodeName: string, uid: string): PodLifecycle | undefined;
  /** The doors of the kubelets, for the API server. */
  readonly connector: KubeletConnector;
}

export function simulatedNodes(
  { client, clientOf, informers, clock, rng, runtime, network, onError }: SimulatedNodesDeps,
  { count, capacity, latency, preloadedImages = [], equipment = [] }: SimulatedNodesOptions,
): SimulatedNodes {
  function runtimeOf({ name, internalIP, podCIDR = '', capacity: has }: NodeSpec): ContainerRuntime {
    const own = equipment.filter(({ nodeName }) => nodeName === name);
    const made = runtime({
      nodeName: name,
      cpus: parseQuantity(has['cpu'] ?? '4').value(),
      memoryBytes: parseQuantity(has['memory'] ?? '8Gi').value(),
      // A moment to see what happens is what runtimes take by themselves.
      latency: latency === 'none' ? 'none' : 'real',
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
  const kubelets = createKubelets(
    { client, clientOf, informers, clock, rng, runtimeOf, onError },
    nodeSpecs(count, capacity),
    { latency: latency === 'real' ? 'real' : 'none' },
  );
  return {
    start: () => kubelets.start(),
    setRunning(name, running) {
      const kubelet = kubelets.get(name);
      if (running) kubelet?.start().catch(onError);
      else kubelet?.stop();
    },
    lifecycle(nodeName, uid) {
      const worker = kubelets.get(nodeName)?.pod(uid);
      return worker && { pod: worker.state, containers: Object.fromEntries(worker.containerStates) };
    },
    connector: kubeletConnector({ kubelet: (name) => kubelets.get(name), clock }),
    dispose: () => kubelets.dispose(),
  };
}

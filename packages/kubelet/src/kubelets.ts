import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Client, InformerFactory } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import type { DnsOptions } from './config/dns.ts';
import { createKubelet, type Kubelet, NODE_INDEX } from './kubelet.ts';
import type { NodeSpec } from './node/node-object.ts';
import { fetchedPodParts } from './pod/late-pods.ts';
import type { Latency } from './timing.ts';
import { createDisks } from './volumes/disks.ts';
import { createObjectCache } from './volumes/object-cache.ts';

export interface KubeletsDeps {
  /** Reads for all of them: Pods, Services, Nodes, and the ConfigMaps and Secrets that Pods use. */
  readonly client: Client;
  /** Acts as one node. Default: {@link client}. */
  readonly clientOf?: (nodeName: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly rng: Rng;
  /** The container runtime of a node. */
  readonly runtimeOf: (node: NodeSpec) => ContainerRuntime;
  /** True of a container that is to fail its probes, whatever it would answer. Default: none is. */
  readonly isUnwell?: (pod: Pod, container: string) => boolean;
  readonly onError: (error: unknown) => void;
}

export interface KubeletsOptions {
  /** Default `none`. */
  readonly latency?: Latency;
  readonly dns?: Partial<DnsOptions>;
}

/** The kubelets of all nodes that live in this process: each hears of its own Pods alone, out of one cache. */
export interface Kubelets extends Disposable {
  start(): Promise<void>;
  get(nodeName: string): Kubelet | undefined;
  readonly all: readonly Kubelet[];
  /** A machine more, whose kubelet registers it. @throws {RangeError} when there is one of that name */
  add(node: NodeSpec): Promise<void>;
  /** Switches a machine off for good, with all that runs on it; its Node object stays. */
  remove(nodeName: string): void;
}

export function createKubelets(
  deps: KubeletsDeps,
  nodes: readonly NodeSpec[],
  { latency = 'none', dns = {} }: KubeletsOptions = {},
): Kubelets {
  const { client, clientOf = () => client, informers, clock, rng, runtimeOf, isUnwell, onError } = deps;
  const objects = createObjectCache({ client, clock, onError });
  const disks = createDisks();
  const podParts = fetchedPodParts(clock);
  const byName = new Map<string, Kubelet>();
  const make = (node: NodeSpec): Kubelet => {
    const runtime = runtimeOf(node);
    const own = rng.fork(`kubelet ${node.name}`);
    const kubelet = createKubelet(
      { client: clientOf(node.name), informers, clock, rng: own, runtime, disks, objects, podParts, isUnwell, onError },
      { node, latency, dns },
    );
    byName.set(node.name, kubelet);
    return kubelet;
  };
  for (const node of nodes) make(node);
  const pods = informers.for(kinds.pod);
  pods.addIndex(
    NODE_INDEX,
    ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []),
    ({ spec }) => spec?.nodeName,
  );
  let handler: Disposable | undefined;
  const of = (pod: Pod): Kubelet | undefined => byName.get(pod.spec?.nodeName ?? '');
  const changed = (pod: Pod): void => of(pod)?.podChanged(pod);

  return {
    get: (name) => byName.get(name),
    get all() {
      return [...byName.values()];
    },
    async add(node) {
      if (byName.has(node.name)) throw new RangeError(`there is a node ${node.name} already`);
      await make(node).start();
    },
    remove(nodeName) {
      const kubelet = byName.get(nodeName);
      if (kubelet === undefined) return;
      byName.delete(nodeName);
      kubelet.dispose();
      kubelet.runtime.dispose();
    },
    async start() {
      await Promise.all([informers.for(kinds.service).start(), informers.for(kinds.node).start()]);
      for (const kubelet of byName.values()) await kubelet.start();
      handler = pods.addHandler({ onAdd: changed, onUpdate: changed, onDelete: (pod) => of(pod)?.podDeleted(pod) });
      await pods.start();
    },
    dispose() {
      handler?.dispose();
      for (const kubelet of byName.values()) kubelet.dispose();
      for (const kubelet of byName.values()) kubelet.runtime.dispose();
      objects.dispose();
    },
  };
}

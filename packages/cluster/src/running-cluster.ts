import type { ConnectionInfo } from '@tabernetes/apiserver';
import type { ClockControl } from '@tabernetes/base';
import type { Client, Faults } from '@tabernetes/client';
import type { SimulatedNetwork } from '@tabernetes/network-sim';
import type { Explanation } from '@tabernetes/scheduler';
import type { Chaos } from './chaos/chaos.ts';
import type { ClusterNodes } from './nodes/cluster-nodes.ts';
import type { ImageRegistry } from './nodes/image-of-host.ts';
import type { PodLifecycle } from './nodes/simulated-nodes.ts';
import type { ClusterOptions, ClusterSnapshot } from './options.ts';
import type { LineResult } from './workstation/run-script.ts';
import type { Workstation } from './workstation/workstation.ts';

/** A running cluster. */
export interface Cluster {
  /** The API as HTTP. Requests without credentials are the administrator's: whoever holds the cluster owns it. */
  fetch(request: Request): Promise<Response>;
  /** The API as HTTP, as strangers meet it: who has no credentials is anonymous. */
  publicFetch(request: Request, connection?: ConnectionInfo): Promise<Response>;
  /** The API as objects, by reference, as the administrator. */
  readonly client: Client;
  readonly clock: ClockControl;
  /** PEM: the authority that signs client certificates of this cluster. */
  readonly clientCA: string;
  /** What goes wrong between components and the API, by rules; see {@link FaultRule}. */
  readonly faults: Faults;
  /** What Pods speak over, where containers run: a machine can be put outside of it, and every hop can be followed. */
  readonly network: SimulatedNetwork | undefined;
  /** What goes wrong on purpose. */
  readonly chaos: Chaos;
  /** The machines of the cluster. */
  readonly nodes: ClusterNodes;
  /** Images of one's own, for nodes that run containers; see {@link ClusterOptions.images}. */
  readonly images: Pick<ImageRegistry, 'set'>;
  /** The last decision of the scheduler about a Pod (`namespace/name`), node by node; it remembers a few hundred. */
  explain(podKey: string): Explanation | undefined;
  /** Where the state machines of a Pod stand; undefined: no kubelet has it, or none runs containers. */
  lifecycle(nodeName: string, uid: string): PodLifecycle | undefined;
  /** The command box: a machine with a shell, kubectl and files. */
  readonly workstation: Workstation;
  /** Runs a line of the command box and resolves when it has ended; the word `kubectl` may be left out. */
  kubectl(line: string): Promise<LineResult>;
  /** Runs a shell script at the workstation and resolves when it has ended. */
  sh(script: string): Promise<LineResult>;
  /** Resolves when nothing is due but the endless; see {@link ClockControl.idle}. */
  idle(): Promise<void>;
  snapshot(): Promise<ClusterSnapshot>;
  /** Ends every component. The cluster answers no more. */
  stop(): Promise<void>;
}

/** A cluster that answers, and what it has yet to get. */
export interface BegunCluster {
  readonly cluster: Cluster;
  /**
   * What comes once a cluster stands, as with kubeadm: every Namespace learns whom to trust, and add-ons are made. Resolves when that runs.
   * To be called once, before anybody writes or time moves.
   */
  furnish(): Promise<void>;
}

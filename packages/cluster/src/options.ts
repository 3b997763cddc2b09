import type { Descriptions } from '@tabernetes/api';
import type { KubeObject, ProtobufTable, UserInfo } from '@tabernetes/apimachinery';
import type { ServiceDialer } from '@tabernetes/apiserver';
import type { ClockControl } from '@tabernetes/base';
import type { FaultRule } from '@tabernetes/client';
import type { ContainerRuntime, Sandbox } from '@tabernetes/node-api';
import type { StoreEvent, StoreSnapshot } from '@tabernetes/storage';
import type { AddonName } from './addons/addons.ts';
import type { UsageSource } from './addons/usage-source.ts';
import type { HostImage } from './nodes/image-of-host.ts';
import type { RuntimeRequest } from './nodes/simulated-nodes.ts';

/** What a cluster is made of. Everything has a default; the defaults are the cluster that the golden records were made on. */
export interface ClusterOptions {
  /** Nodes `node-1` … with 4 CPU, 8Gi and 110 Pods each, in zones zone-a, zone-b, zone-c in turn. Default 3. */
  readonly nodes?: number;
  /** Seed of everything that is left to chance: uids, name suffixes, ports, addresses. Default 1. */
  readonly seed?: number;
  /** `virtual` stands still until it is advanced; `real` follows the host's clock times `speed`. Default `real`. */
  readonly clock?: 'real' | 'virtual';
  /** Virtual seconds per real second of a real clock. Default 1. */
  readonly speed?: number;
  /**
   * A real clock catches up what passes while the host is busy, for clients that compare times with a clock of their own. Default false:
   * it stands still then.
   */
  readonly keepsUp?: boolean;
  /** Where a virtual clock begins, in milliseconds since the epoch. Default 2025-01-01T00:00:00Z; of what is restored, where it stopped. */
  readonly startMs?: number;
  /**
   * After so many milliseconds what was written before is no longer there to be read at its revision or watched from, as
   * kube-apiserver's `--etcd-compaction-interval` has it (there five minutes). Default: history goes only when there is too much of it.
   */
  readonly compactionIntervalMs?: number;
  /**
   * What pulls, starts and stops take: nothing, up to a second (so that a watcher sees what happens), or what they take on a small
   * cluster. Default `none`.
   */
  readonly latency?: 'none' | 'short' | 'real';
  /**
   * What runs the nodes: `hollow` kubelets keep books on Pods and run nothing; `simulated` ones run containers. Default
   * `hollow`.
   */
  readonly kubelet?: 'hollow' | 'simulated';
  /** What each node has, by resource name, over the default of 4 CPU, 8Gi, 110 Pods. */
  readonly nodeCapacity?: Readonly<Record<string, string>>;
  /** Labels of every node, over those that it has anyway. Default none. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Zones that nodes are in, in turn; none: they are in no zone. Default zone-a, zone-b, zone-c. */
  readonly zones?: readonly string[];
  /** Images that each node comes with, so that it does not pull them. For `simulated` kubelets. Default none. */
  readonly preloadedImages?: readonly string[];
  /**
   * Images of your own by name, for `simulated` kubelets. Programs that are functions run in process, with all that the host may do; those
   * that are texts run in the {@link sandbox}. A name without tag stands for every tag. ConfigMaps with the label `tabernetes.dev/image` are
   * images, too. Default: those of the catalogue alone.
   */
  readonly images?: Readonly<Record<string, HostImage>>;
  /** Where programs of images run that are texts. Default: nowhere; the published library has one of its own. */
  readonly sandbox?: Sandbox;
  /** What runs the containers of `simulated` kubelets. Default: programs in memory. */
  readonly containerRuntime?: (request: RuntimeRequest) => ContainerRuntime;
  /** `false` leaves out the controllers: API server, scheduler and nodes alone. Default true. */
  readonly controllers?: boolean;
  /** What goes wrong from the moment the cluster is ready; {@link Cluster.faults} changes it later. */
  readonly faults?: readonly FaultRule[];
  /**
   * What the cluster has on top, if it runs controllers: `metrics` (`metrics.k8s.io`), `storage` (a default StorageClass with
   * a provisioner), `load-balancer` (addresses for Services of that type), `system-pods` (the control plane as Pods). `dns` and
   * `ingress` (CoreDNS as it is seen; Ingresses at an address of their own) need `simulated` kubelets. Default none.
   */
  readonly addons?: readonly AddonName[];
  /** What Pods and nodes use, for the add-on `metrics`. Default: simulated. */
  readonly usage?: UsageSource;
  /** Bearer tokens that the API server accepts, beside those of ServiceAccounts. */
  readonly tokens?: readonly { readonly token: string; readonly user: UserInfo }[];
  /** PEM that `kube-root-ca.crt` holds. Default: a text that says that there is none. */
  readonly rootCA?: string;
  /** A state to start from, as {@link Cluster.snapshot} gave it. */
  readonly restore?: ClusterSnapshot;
  /** Told of every change of the store, in order: what a journal writes down. */
  readonly onStore?: (events: readonly StoreEvent<KubeObject>[]) => void;
  /** What reaches webhooks and servers of other APIs behind Services. Default: nothing does, and they are refused as such. */
  readonly dialer?: ServiceDialer;
  /**
   * `protobufTable` of `@tabernetes/api/protobuf`, where clients send protobuf (kubectl does). It is no small thing, so
   * that a page does without. Default: such requests are refused.
   */
  readonly protobuf?: ProtobufTable;
  /** What types and fields mean, for OpenAPI and `kubectl explain`; loaded when somebody asks. Default: nobody says. */
  readonly descriptions?: () => Promise<Descriptions>;
  /** Told of the cluster's clock before anything is written: for those who watch it start, or hold its time until it has. */
  readonly onClock?: (clock: ClockControl) => void;
  /** Told of errors that no caller can be told of. Default: they are thrown to the host. */
  readonly onError?: (error: unknown) => void;
}

/** A cluster whose machines were switched off: objects and revisions are exact, processes are not in it. */
export interface ClusterSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly store: StoreSnapshot<KubeObject>;
}

import type {
  ClusterOptions,
  ClusterSnapshot,
  Explanation,
  LineResult,
  lifecycleCharts,
  NodeRequest,
  PodLifecycle,
  Trouble,
} from '@tabernetes/cluster';
import type { PortLike } from '../http-protocol.ts';
import type { KeptCluster, PackedCluster } from '../packed-cluster.ts';
import type { PageAnswer, PageFile, PageRequest } from '../page-protocol.ts';
import type { WorldLog } from '../world-log.ts';

/** What a page may say of the cluster that it wants: what can be copied to a worker. */
export type PageClusterOptions = Pick<
  ClusterOptions,
  | 'nodes'
  | 'seed'
  | 'clock'
  | 'speed'
  | 'startMs'
  | 'latency'
  | 'kubelet'
  | 'addons'
  | 'nodeCapacity'
  | 'nodeLabels'
  | 'zones'
> & {
  /** A cluster that was kept. */
  readonly restore?: KeptCluster;
  /** What was done to the cluster: it is done again to a new one; with `restore`, that one goes on with it. */
  readonly log?: WorldLog;
};

/**
 * What the page that owns a worker may ask of the cluster in it: calls over Comlink; streams have ports of their own.
 * What is asked of a cluster before it has been started is done when it has.
 */
export interface PageHost {
  protocolVersion(): number;
  /** See {@link holdLifeline}. */
  lifeline(name: string): Promise<boolean>;
  /** Starts the cluster, or another one in its place. */
  start(options: PageClusterOptions): Promise<void>;
  /** Sends what happens to this port from now on, see {@link WorldBatch}; of a cluster that starts, as it does. */
  follow(port: PortLike): void;
  /** Follows these expectations (see {@link parseExpectation}) and sends {@link CheckBatch}es, the first at once. */
  check(texts: readonly string[], port: PortLike): Promise<void>;
  /** Opens a terminal at the workstation of the cluster, whichever is running; see {@link TerminalRequest}. */
  openTerminal(port: PortLike): void;
  /** The files of the page become those of the workstation's home; files that a person made there stay. */
  setFiles(files: readonly PageFile[]): void;
  /** Sends what changes in the workstation's home to this port from now on, see {@link FilesChange}. */
  followFiles(port: PortLike): void;
  /** Tells this port of requests in the network from now on, see {@link TrafficBatch}; silent where no containers run. */
  followTraffic(port: PortLike): void;
  /** Asks the API; what comes before it answers waits. */
  request(request: PageRequest): Promise<PageAnswer>;
  /** Sends the answer to this port as it comes: a watch, a log that is followed; see {@link StreamReply}. */
  stream(request: PageRequest, port: PortLike): void;
  /** Runs a line of kubectl at the workstation, without a terminal, and resolves when it has ended. */
  kubectl(line: string): Promise<LineResult>;
  /** Resolves when the moment that time stands still in has come to rest. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Fires the next timer. False when there is none. */
  step(): Promise<boolean>;
  setSpeed(speed: number): Promise<void>;
  /** Milliseconds, or a duration text such as `10m`. */
  advance(duration: number | string): Promise<void>;
  idle(): Promise<void>;
  /** The scheduler's last decision about a Pod, node by node. */
  explain(namespace: string, name: string): Promise<Explanation | undefined>;
  /** Where the machines of a Pod stand; undefined when no kubelet has it. */
  lifecycle(nodeName: string, uid: string): Promise<PodLifecycle | undefined>;
  /** The machines themselves, to be drawn. */
  charts(): ReturnType<typeof lifecycleCharts>;
  stopNode(name: string): Promise<void>;
  startNode(name: string): Promise<void>;
  /** Begins a trouble; {@link WorldBatch} tells of those that last. @throws {Error} when there is nothing that it could befall */
  beginTrouble(trouble: Trouble): Promise<void>;
  endTrouble(id: number): Promise<void>;
  /** Ends the first process of a container of a Pod `namespace/name`. @throws {Error} when it does not run */
  crash(pod: string, container: string): Promise<void>;
  /** A machine more; its name. */
  addNode(node: NodeRequest): Promise<string>;
  removeNode(name: string): Promise<void>;
  snapshot(): Promise<ClusterSnapshot>;
  /** What was done to the cluster so far. */
  log(): Promise<WorldLog>;
  /** Both, as of one moment. */
  keep(): Promise<{ readonly cluster: PackedCluster; readonly log: WorldLog }>;
  stop(): Promise<void>;
}

import type { Disposable } from '@tabernetes/base';
import type { Volume, VolumeOptions } from './file-system.ts';
import type { Connection, Net } from './net.ts';
import type { SignalName } from './process.ts';
import type { InputStream, OutputStream, Terminal } from './streams.ts';

/** What a registry said when an image could not be had. `message` is the text after `rpc error: code = …` in kubelet events. */
export interface ImagePullError extends Error {
  /** gRPC code name as containerd gives it: NotFound, Unknown, … */
  readonly code: string;
}

export interface Image {
  /** `sha256:…`: what `status.containerStatuses[].imageID` shows after the repository. */
  readonly id: string;
  /** Names with tag or digest, normalised (`docker.io/library/nginx:1.27`). */
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: number;
  /** Numeric uid or user name that the image wants; undefined is root. */
  readonly user?: string;
  /** True when no catalogue entry describes the image, so that it is only made to look alive. */
  readonly simulated: boolean;
}

export interface PullOptions {
  /** Decoded `auths` entries that may apply, best first. */
  readonly auth?: readonly { readonly username: string; readonly password: string }[];
  readonly signal?: AbortSignal;
}

/** The environment that a Pod's containers share: network, host name, IPC and perhaps process namespaces. */
export interface PodSandboxConfig {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  readonly shareProcessNamespace: boolean;
  /** Lines of /etc/resolv.conf as the Pod's dnsPolicy makes it. */
  readonly dns: {
    readonly nameservers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostPorts: readonly {
    readonly hostPort: number;
    readonly containerPort: number;
    readonly protocol: string;
    readonly hostIP: string;
  }[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Who the sandbox's own process is to be, by the Pod's security context; a group without a user is refused. */
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runtimeHandler: string;
}

export interface PodSandbox {
  readonly id: string;
  /** Pod addresses; the node's with hostNetwork. */
  readonly ips: readonly string[];
}

export interface Mount {
  readonly containerPath: string;
  readonly volume: Volume;
  /** Path inside the volume; the file or directory must exist. Fixed at start: later changes of what `..data` points to are not seen through it. */
  readonly subPath?: string;
  readonly readOnly: boolean;
  /** Where that is on the node, for messages. Without it, what is in the container at the path is not looked at. */
  readonly nodePath?: string;
}

export interface ContainerConfig {
  readonly name: string;
  /** How often a container of this name was made in the Pod before. */
  readonly attempt: number;
  readonly image: string;
  /** Empty: the image's entrypoint. */
  readonly command: readonly string[];
  /** Empty, with an empty command: the image's cmd. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Empty: the image's. */
  readonly workingDir: string;
  readonly mounts: readonly Mount[];
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly supplementalGroups: readonly number[];
  readonly readOnlyRootFilesystem: boolean;
  readonly privileged: boolean;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** True when allowPrivilegeEscalation is false. */
  readonly noNewPrivileges?: boolean;
  /** True with the runtime's own seccomp profile. */
  readonly seccomp?: boolean;
  /** How gladly its processes are ended when the node runs out of memory: -1000 to 1000. Default 0. */
  readonly oomScoreAdj?: number;
  /** What the container sees of its limits in /proc and /sys, and what it is held to. Undefined: none. */
  readonly resources: {
    readonly cpuRequestMillicores: number;
    readonly cpuLimitMillicores?: number;
    readonly memoryLimitBytes?: number;
  };
  /** Container whose process namespace is joined (`kubectl debug --target`). */
  readonly targetContainerId?: string;
  /** Where the termination message is read from after the end. */
  readonly terminationMessagePath: string;
  /** Ports that the Pod declares for it: a simulated image answers on these. */
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
}

export type ContainerState = 'created' | 'running' | 'exited';

export interface ContainerStatus {
  readonly id: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly attempt: number;
  readonly imageId: string;
  readonly state: ContainerState;
  /** Milliseconds since the epoch; undefined until it happened. */
  readonly createdMs: number;
  readonly startedMs?: number;
  readonly finishedMs?: number;
  readonly exitCode?: number;
  /** Set when a signal ended it. */
  readonly signal?: SignalName;
  /** Completed, Error, OOMKilled, StartError, ContainerCannotRun. */
  readonly reason?: string;
  /** The runtime's words when it could not start. */
  readonly message?: string;
  /** Why the runtime killed it by itself: a program of a user that computed without a pause, or took too much memory. */
  readonly killed?: string;
  /** What the container left at its terminationMessagePath, at most 4 KiB. */
  readonly terminationMessage?: string;
}

export type ContainerEvent =
  | { readonly type: 'started'; readonly container: ContainerStatus }
  | { readonly type: 'exited'; readonly container: ContainerStatus };

export interface ExecOptions {
  readonly command: readonly string[];
  readonly stdin?: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly terminal?: Terminal;
  readonly signal?: AbortSignal;
  /** Probes give up after this long; the process is killed. */
  readonly timeoutMs?: number;
}

/** One line that a container wrote. */
export interface LogLine {
  readonly timeMs: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without the newline. */
  readonly text: string;
  /** False for a piece of a line whose newline has not come (yet). */
  readonly complete: boolean;
}

export interface LogQuery {
  readonly tailLines?: number;
  readonly sinceMs?: number;
  /** Goes on until the container ends or the signal aborts. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface ContainerUsage {
  /** Mean over the last measuring window. */
  readonly cpuMillicores: number;
  /** Total since the start, in nanoseconds of CPU time. */
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
  /** Bytes written to the container's own layer and its logs. */
  readonly ephemeralBytes: number;
}

/** What may befall the processes of a container, to see what its surroundings make of it. */
export type Disturbance =
  /** The first process ends as after a segmentation fault. */
  | { readonly kind: 'crash' }
  /** Every process that runs now stops; those that are started later run. */
  | { readonly kind: 'hang' }
  /** A process more, which holds so much. */
  | { readonly kind: 'memory'; readonly bytes: number }
  /** A process more, which computes so much. */
  | { readonly kind: 'cpu'; readonly millicores: number };

/**
 * What a kubelet asks of the container runtime of its node: the verbs of the CRI. One instance per node; ids are 64
 * hexadecimal digits. Refusals are errors whose message is what kubelet events show after `Error: `.
 *
 * @see https://github.com/kubernetes/cri-api/blob/v0.32.0/pkg/apis/runtime/v1/api.proto
 */
export interface ContainerRuntime extends Disposable {
  /** @throws {ImagePullError} */
  pullImage(image: string, options?: PullOptions): Promise<Image>;
  /** Undefined when it is not on the node. */
  imageStatus(image: string): Image | undefined;
  images(): readonly Image[];
  removeImage(image: string): void;

  runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox>;
  /** Ends all that runs in it and gives its address back. */
  stopPodSandbox(id: string): Promise<void>;
  removePodSandbox(id: string): void;

  createContainer(sandboxId: string, config: ContainerConfig): Promise<string>;
  /** @throws {Error} with containerd's words when the program cannot be started; the container is then `exited` with reason StartError, exit 128. */
  startContainer(id: string): Promise<void>;
  /** TERM (or the image's stop signal), then KILL after the grace period. Resolves when the container has ended. */
  stopContainer(id: string, gracePeriodMs: number): Promise<void>;
  removeContainer(id: string): void;
  /** Undefined when there is no such container. */
  containerStatus(id: string): ContainerStatus | undefined;
  /** Told in the turn in which it happens: no relisting. */
  onEvent(listener: (event: ContainerEvent) => void): Disposable;

  /** Resolves with the exit code. @throws {Error} with the runtime's words when the program cannot be started or the container does not run */
  exec(id: string, options: ExecOptions): Promise<number>;
  /** Joins the standard streams of the container's first process; resolves when it ends or the signal aborts. */
  attach(id: string, streams: Omit<ExecOptions, 'command' | 'timeoutMs'>): Promise<void>;
  /** A byte stream to a port inside the sandbox. @throws {NetError} ECONNREFUSED */
  portForward(sandboxId: string, port: number): Promise<Connection>;
  /** Lines so far, and as they come with `follow`. The log outlives the container until {@link removeContainer}. */
  logs(id: string, query?: LogQuery): AsyncIterable<LogLine>;
  usage(id: string): ContainerUsage;
  /** What all containers that run use together; it is asked for often, and costs little. */
  totalUsage(): Pick<ContainerUsage, 'memoryBytes' | 'ephemeralBytes'>;

  /**
   * Disturbs a container that runs, until what is returned is disposed; no kubelet asks for that. Undefined: this runtime cannot.
   * @throws {Error} with the runtime's words when it does not run
   */
  disturb?(id: string, disturbance: Disturbance): Disposable;

  createVolume(options?: VolumeOptions): Volume;
  /** A directory of the node itself (hostPath); shared by all that mount it. */
  readonly hostFs: Volume;
  /** The node's own place in the network: what probes and hostNetwork Pods use. */
  readonly hostNet: Net;
}

import { type Clock, type Disposable, fetchedOnce, type Rng } from '@tabernetes/base';
import type {
  Connection,
  ContainerConfig,
  ContainerEvent,
  ContainerRuntime,
  ContainerStatus,
  ContainerUsage,
  Disturbance,
  ExecOptions,
  Image,
  LogLine,
  LogQuery,
  Net,
  PodNetwork,
  PodSandbox,
  PodSandboxConfig,
  PullOptions,
  SignalName,
  VolumeOptions,
} from '@tabernetes/node-api';
import { SimVolume } from '../file-system/volume.ts';
import type { ImageSource } from '../images/image-spec.ts';
import { PidNamespace } from '../process/pid-namespace.ts';
import { signalByName } from '../process/signals.ts';
import type { Container, ContainerDeps } from './container.ts';
import { containerId } from './container-id.ts';
import { hostFiles } from './host-files.ts';
import { ImageStore } from './image-store.ts';
import { LATENCIES, type LatencyName, type RuntimeLatency } from './latency.ts';
import type { Machine } from './proc-files.ts';
import { RuntimeError } from './runtime-error.ts';
import type { Sandbox } from './sandbox.ts';
import { SharedWork } from './shared-work.ts';
import { totalUsageOf, usageOf } from './usage.ts';

export interface SimulatedRuntimeDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly network: PodNetwork;
  /** The node's own place in the network, as `network.addNode` gave it. */
  readonly hostNet: Net;
  readonly images: ImageSource;
  /** Told of programs that threw what they should not have. */
  readonly onError: (error: unknown) => void;
}

export interface SimulatedRuntimeOptions {
  readonly nodeName: string;
  /** Default none. */
  readonly latency?: LatencyName;
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Images that the node comes with, so that nobody has to pull them. */
  readonly preloadedImages?: readonly string[];
}

/** The container runtime of one node, all in memory. @see ContainerRuntime for the promises it keeps */
export function simulatedRuntime(deps: SimulatedRuntimeDeps, options: SimulatedRuntimeOptions): SimRuntime {
  return new SimRuntime(deps, options);
}

/** Who stops a sandbox has ended its containers before; what is left gets no more time. */
const SANDBOX_STOP_GRACE_MS = 0;

type ContainerParts = typeof import('./container-parts.ts');

class SimRuntime implements ContainerRuntime {
  readonly hostFs: SimVolume;
  readonly hostNet: Net;
  readonly nodeName: string;
  readonly hostPids = new PidNamespace({ host: true });
  readonly #clock: Clock;
  /** One for all volumes and sandboxes. */
  readonly #now: () => number;
  readonly #rng: Rng;
  readonly #network: PodNetwork;
  readonly #images: ImageStore;
  readonly #latency: RuntimeLatency;
  readonly #work: SharedWork;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, Container>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly #containerDeps: ContainerDeps;
  /** At hand once there is a sandbox. */
  readonly #fetched: () => ContainerParts | Promise<ContainerParts>;
  #parts: ContainerParts | undefined;
  #disposed = false;

  constructor(
    { clock, rng, network, hostNet, images, onError }: SimulatedRuntimeDeps,
    {
      nodeName,
      latency = 'none',
      cpus = 4,
      memoryBytes = 8 * 1024 ** 3,
      preloadedImages = [],
    }: SimulatedRuntimeOptions,
  ) {
    this.#clock = clock;
    this.#rng = rng.fork(`runtime ${nodeName}`);
    this.#network = network;
    this.#latency = LATENCIES[latency];
    this.#work = new SharedWork(clock, cpus);
    this.hostNet = hostNet;
    this.nodeName = nodeName;
    this.#now = () => clock.now();
    this.hostFs = hostFiles(this.#now, nodeName, hostNet.addresses);
    const machine: Machine = { cpus, memoryBytes, bootMs: clock.now(), kernel: '6.1.0-tabernetes' };
    this.#containerDeps = {
      clock,
      rng: this.#rng,
      machine,
      logReadMs: this.#latency.logReadMs,
      onError,
      onOutOfMemory: (container) => this.#outOfMemory(container),
    };
    this.#fetched = fetchedOnce(clock, () => import('./container-parts.ts'));
    this.#images = new ImageStore({ clock, source: images }, this.#latency);
    for (const name of preloadedImages) this.#images.preload(name).catch(onError);
  }

  pullImage(name: string, options: PullOptions = {}): Promise<Image> {
    return this.#images.pull(name, options);
  }

  imageStatus(name: string): Image | undefined {
    return this.#images.find(name)?.image;
  }

  images(): readonly Image[] {
    return this.#images.list();
  }

  removeImage(name: string): void {
    this.#images.remove(name);
  }

  async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const { sandboxMs, sandboxWaitMs } = this.#latency;
    if (sandboxMs > 0) await this.#work.do(sandboxMs, sandboxWaitMs);
    if (config.runtimeHandler !== '' && config.runtimeHandler !== 'runc') {
      throw new RuntimeError(
        'Unknown',
        `failed to get sandbox runtime: no runtime for "${config.runtimeHandler}" is configured`,
      );
    }
    this.#parts ??= await this.#fetched();
    this.#parts.checkSandboxUser(config);
    // Pods of the host's network have no address of their own, but names that only Pods see.
    const endpoint = this.#network.attach(this.nodeName, config);
    const sandbox = new this.#parts.Sandbox(containerId(this.#rng), config, {
      endpoint,
      net: endpoint?.net ?? this.hostNet,
      hostPids: this.hostPids,
      now: this.#now,
    });
    if (config.shareProcessNamespace && !config.hostPID) sandbox.startPause(this.#containerDeps);
    this.#sandboxes.set(sandbox.id, sandbox);
    return { id: sandbox.id, ips: sandbox.ips };
  }

  async stopPodSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined || sandbox.stopped) return;
    sandbox.stopped = true;
    await Promise.all([...sandbox.containers].map((container) => this.stopContainer(container, SANDBOX_STOP_GRACE_MS)));
    sandbox.stopPause();
    if (sandbox.endpoint !== undefined) this.#network.detach(this.nodeName, sandbox.config.uid);
    await this.#work.do(this.#latency.stopSandboxMs, this.#latency.stopSandboxWaitMs);
  }

  removePodSandbox(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) return;
    for (const container of sandbox.containers) this.removeContainer(container);
    this.#sandboxes.delete(id);
  }

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    if (this.#latency.createMs > 0) await this.#work.do(this.#latency.createMs);
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.stopped) {
      throw new RuntimeError('NotFound', `failed to find sandbox id "${sandboxId}": not found`);
    }
    const found = this.#images.find(config.image);
    if (found === undefined) {
      throw new RuntimeError('NotFound', `failed to resolve image "${config.image}": not found`);
    }
    const { entrypoint, cmd } = found.spec;
    if (config.command.length + config.args.length + entrypoint.length + cmd.length === 0) {
      throw new RuntimeError(
        'Unknown',
        'failed to generate container spec: failed to generate spec: no command specified',
      );
    }
    const target = config.targetContainerId === undefined ? undefined : this.#containers.get(config.targetContainerId);
    const id = containerId(this.#rng);
    if (target !== undefined && target.state !== 'running')
      throw new RuntimeError(
        'Unknown',
        `failed to generate container "${id}" spec: invalid target container: container "${target.id}" is not running - in state CONTAINER_${target.state.toUpperCase()}`,
      );
    const container = new (this.#needed().Container)(
      id,
      config,
      sandbox,
      found.spec,
      target?.pids ?? sandbox.pids(),
      this.#containerDeps,
    );
    this.#containers.set(container.id, container);
    sandbox.containers.add(container.id);
    return container.id;
  }

  async startContainer(id: string): Promise<void> {
    const { startMs } = this.#latency;
    if (startMs > 0) await this.#work.do(startMs);
    const container = this.#container(id);
    if (container.state !== 'created') {
      throw new RuntimeError(
        'FailedPrecondition',
        `failed to start container "${id}": container is in ${STATE_NAMES[container.state]} state`,
      );
    }
    try {
      this.#needed().startMain(container, () => this.#ended(container));
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      container.startedMs = 0;
      container.end(128, { reason: 'StartError', message: error.message });
      this.#tell({ type: 'exited', container: container.status() });
      throw error;
    }
    this.#tell({ type: 'started', container: container.status() });
    container.begin();
  }

  async stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    const container = this.#containers.get(id);
    if (container === undefined || container.state === 'exited') return;
    if (container.state === 'created') {
      container.end(137, { reason: 'Error' });
      return;
    }
    const ended = new Promise<void>((resolve) => container.onEnd(resolve));
    if (gracePeriodMs > 0) {
      const timer = this.#clock.setTimer(gracePeriodMs, () => this.#kill(container));
      container.onEnd(() => timer.dispose());
      if (this.#clock.now() < (container.startedMs ?? 0) + this.#latency.initMs) container.main?.exit(2);
      else container.main?.deliver(this.#stopSignal(container), { outside: true });
    } else {
      this.#kill(container);
    }
    await ended;
  }

  removeContainer(id: string): void {
    const container = this.#containers.get(id);
    if (container === undefined) return;
    if (container.state === 'running') this.#kill(container);
    this.#containers.delete(id);
    container.sandbox.containers.delete(id);
  }

  containerStatus(id: string): ContainerStatus | undefined {
    return this.#containers.get(id)?.status();
  }

  onEvent(listener: (event: ContainerEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  async exec(id: string, options: ExecOptions): Promise<number> {
    const container = this.#running(id);
    if (this.#latency.execMs > 0) await this.#clock.sleep(this.#latency.execMs);
    options.signal?.throwIfAborted();
    return this.#needed().execIn(
      container.state === 'running' ? container : this.#running(id),
      options,
      containerId(this.#rng),
    );
  }

  async attach(id: string, streams: Omit<ExecOptions, 'command' | 'timeoutMs'>): Promise<void> {
    await this.#needed().attachTo(this.#running(id), streams);
  }

  portForward(sandboxId: string, port: number): Promise<Connection> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined || sandbox.stopped) {
      throw new RuntimeError('NotFound', `failed to find sandbox "${sandboxId}" in store: not found`);
    }
    return sandbox.net.connect('127.0.0.1', port);
  }

  logs(id: string, query: LogQuery = {}): AsyncIterable<LogLine> {
    const container = this.#container(id);
    return container.log.read(query, () => container.state === 'exited' || !this.#containers.has(id));
  }

  usage = (id: string): ContainerUsage => usageOf(this.#container(id), this.#clock.now());
  totalUsage = (): ReturnType<ContainerRuntime['totalUsage']> => totalUsageOf(this.#containers.values());

  disturb(id: string, disturbance: Disturbance): Disposable {
    return { dispose: this.#needed().disturb(this.#running(id), disturbance) };
  }

  #needed(): ContainerParts {
    if (this.#parts === undefined) throw new Error('no sandbox has been run');
    return this.#parts;
  }

  createVolume(options: VolumeOptions = {}): SimVolume {
    return new SimVolume(this.#now, options);
  }

  /** Ends everything at once, telling nobody: the machine is switched off. */
  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    this.#work.dispose();
    for (const container of this.#containers.values())
      for (const proc of [...container.processes]) proc.exit(137, 'KILL');
    for (const sandbox of this.#sandboxes.values()) {
      sandbox.stopPause();
      if (!sandbox.stopped && sandbox.endpoint !== undefined) this.#network.detach(this.nodeName, sandbox.config.uid);
    }
    this.#containers.clear();
    this.#sandboxes.clear();
  }

  #container(id: string): Container {
    const container = this.#containers.get(id);
    if (container === undefined) {
      throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
    }
    return container;
  }

  #running(id: string): Container {
    const container = this.#container(id);
    if (container.state !== 'running') {
      throw new RuntimeError('Unknown', `container is in ${STATE_NAMES[container.state]} state`);
    }
    return container;
  }

  #stopSignal(container: Container): SignalName {
    const signal = signalByName(container.spec.stopSignal ?? 'TERM');
    return signal === undefined || signal === 'EXIT' ? 'TERM' : signal;
  }

  #kill(container: Container): void {
    container.main?.deliver('KILL', { outside: true });
  }

  #outOfMemory(container: Container): void {
    if (container.outOfMemory || container.state !== 'running') return;
    container.outOfMemory = true;
    this.#kill(container);
  }

  /** The first process has ended: with it, in a process namespace of its own or not, go all others of the container. */
  #ended(container: Container): void {
    const { main } = container;
    if (main === undefined || container.state !== 'running') return;
    for (const proc of [...container.processes]) proc.exit(137, 'KILL');
    const exitCode = main.exitCode ?? 0;
    const reason = container.outOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    const message = container.killed;
    container.end(exitCode, { signal: main.endedBy, reason, ...(message !== undefined && { message }) });
    if (!this.#disposed) this.#tell({ type: 'exited', container: container.status() });
  }

  #tell(event: ContainerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

const STATE_NAMES = { created: 'CONTAINER_CREATED', running: 'CONTAINER_RUNNING', exited: 'CONTAINER_EXITED' } as const;

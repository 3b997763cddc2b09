import type { Clock, Rng } from '@tabernetes/base';
import type {
  Chunk,
  ContainerConfig,
  ContainerState,
  ContainerStatus,
  FileSystem,
  Mount,
  Net,
  SignalName,
} from '@tabernetes/node-api';
import { toText } from '../file-system/content.ts';
import { FileOperationError } from '../file-system/file-error.ts';
import { FsView } from '../file-system/fs-view.ts';
import { type MountPoint, MountTable } from '../file-system/mounts.ts';
import { type DirectoryNode, directory, lazyDirectory } from '../file-system/node.ts';
import { Tree } from '../file-system/tree.ts';
import { SimVolume } from '../file-system/volume.ts';
import { type Credentials, ROOT } from '../file-system/walk.ts';
import type { ImageSpec } from '../images/image-spec.ts';
import type { OpenFile } from '../process/open-file.ts';
import type { PidNamespace } from '../process/pid-namespace.ts';
import type { Pipe } from '../process/pipe.ts';
import type { Applet, Proc } from '../process/proc.ts';
import type { Pty } from '../process/pty.ts';
import { CpuMeter, type World } from '../process/world.ts';
import { capabilityBits } from './capabilities.ts';
import { ContainerLog } from './container-log.ts';
import { DEVICES, TERMINAL_DEVICES } from './devices.ts';
import { misfit, OverlayMount, VolumeMount } from './mount-points.ts';
import { type Machine, procFiles } from './proc-files.ts';
import type { Sandbox } from './sandbox.ts';
import { sysFiles } from './sys-files.ts';
import { cgroupMounts, DEVICE_MOUNTS, maskingMounts } from './system-mounts.ts';

export interface ContainerDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly machine: Machine;
  /** How long what a container writes lies in its pipes before it is read. */
  readonly logReadMs: number;
  readonly onError: (error: unknown) => void;
  readonly onOutOfMemory: (container: Container) => void;
}

/** A container: its configuration, state and log, and the world of its processes. Files are set up when first touched. */
export class Container implements World {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly sandbox: Sandbox;
  readonly spec: ImageSpec;
  readonly pids: PidNamespace;
  readonly log: ContainerLog;
  readonly processes = new Set<Proc>();
  readonly tree: Tree;
  readonly createdMs: number;
  readonly meter: CpuMeter;
  readonly #deps: ContainerDeps;
  state: ContainerState = 'created';
  startedMs: number | undefined;
  finishedMs: number | undefined;
  exitCode: number | undefined;
  endedBy: SignalName | undefined;
  reason: string | undefined;
  message: string | undefined;
  terminationMessage: string | undefined;
  main: Proc | undefined;
  outOfMemory = false;
  /** Why the runtime itself has killed its first process. */
  killed: string | undefined;
  /** What the first process runs, between start and {@link begin}. */
  program: Applet | undefined;
  stdin: Pipe | undefined;
  /** Keeps the input open between two attaches, unless `stdinOnce`. */
  stdinEnd: OpenFile | undefined;
  pty: Pty | undefined;
  #mounted: Mounted | undefined;
  #terminationVolume: SimVolume | undefined;
  #attached: Set<Screen> | undefined;
  #rng: Rng | undefined;
  #ended: Set<() => void> | undefined;

  constructor(
    id: string,
    config: ContainerConfig,
    sandbox: Sandbox,
    spec: ImageSpec,
    pids: PidNamespace,
    deps: ContainerDeps,
  ) {
    this.id = id;
    this.config = config;
    this.sandbox = sandbox;
    this.spec = spec;
    this.pids = pids;
    this.#deps = deps;
    this.createdMs = deps.clock.now();
    this.meter = new CpuMeter(this.createdMs);
    this.tree = new Tree(NOTHING);
    this.log = new ContainerLog({ clock: deps.clock, readMs: deps.logReadMs });
  }

  get clock(): Clock {
    return this.#deps.clock;
  }

  get rng(): Rng {
    this.#rng ??= this.#deps.rng.fork(this.id);
    return this.#rng;
  }

  get hostname(): string {
    return this.sandbox.hostname;
  }

  get net(): Net {
    return this.sandbox.net;
  }

  get image(): string {
    return this.config.image;
  }

  get ports(): ContainerConfig['ports'] {
    return this.config.ports;
  }

  get cpuLimitMillicores(): number | undefined {
    return this.config.resources.cpuLimitMillicores;
  }

  get capabilities(): World['capabilities'] {
    const { capabilities, privileged } = this.config;
    return {
      effective: capabilityBits(capabilities, privileged),
      noNewPrivileges: this.config.noNewPrivileges ?? false,
      filtersCalls: this.config.seccomp ?? false,
    };
  }

  now(): number {
    return this.#deps.clock.now();
  }

  get mounts(): MountTable {
    return this.#mount().table;
  }

  /** What keeps a volume from being mounted where it should be, in runc's words. */
  get misfit(): string | undefined {
    return this.#mount().misfit;
  }

  fs(who: Credentials, cwd: string): FsView {
    return new FsView(this, who, cwd);
  }

  get memoryBytes(): number {
    let sum = 0;
    for (const proc of this.processes) sum += proc.memoryBytes;
    return sum;
  }

  memoryChanged(): void {
    const limit = this.config.resources.memoryLimitBytes ?? this.#deps.machine.memoryBytes;
    if (this.memoryBytes > limit) this.#deps.onOutOfMemory(this);
  }

  /** What its volumes in memory hold counts as its own, whoever of the Pod has written it. */
  charge(bytes: number): boolean {
    const { resources, mounts } = this.config;
    if (resources.memoryLimitBytes === undefined) return true;
    let sum = this.memoryBytes + bytes + this.sandbox.sharedMemory().usedBytes;
    const volumes = new Set(mounts.map(({ volume }) => volume));
    for (const volume of volumes) if (volume instanceof SimVolume && volume.fsType === 'tmpfs') sum += volume.usedBytes;
    if (sum <= resources.memoryLimitBytes) return true;
    this.outOfMemory = true;
    return false;
  }

  onError(error: unknown): void {
    this.#deps.onError(error);
  }

  killing(why: string, code: 'overrun' | 'memory'): void {
    this.killed = why;
    if (code === 'memory') this.outOfMemory = true;
  }

  /** Something was written to the first process's output. */
  output(stream: 'stdout' | 'stderr', chunk: Chunk): Promise<void> | undefined {
    this.log.write(stream, chunk, this.now());
    if (this.#attached === undefined || this.#attached.size === 0) return undefined;
    return this.#show(stream, chunk);
  }

  attach(screen: Screen): () => void {
    this.#attached ??= new Set();
    this.#attached.add(screen);
    return () => this.#attached?.delete(screen);
  }

  onEnd(listener: () => void): () => void {
    if (this.state === 'exited') {
      listener();
      return () => undefined;
    }
    this.#ended ??= new Set();
    this.#ended.add(listener);
    return () => this.#ended?.delete(listener);
  }

  /** Lets the first process run. */
  begin(): void {
    const { program } = this;
    this.program = undefined;
    if (program !== undefined) this.main?.run(program);
  }

  /** Notes the end, once. */
  end(
    exitCode: number,
    { signal, reason, message }: { signal?: SignalName | undefined; reason: string; message?: string },
  ): void {
    this.state = 'exited';
    this.exitCode = exitCode;
    this.endedBy = signal;
    this.reason = reason;
    this.message = message;
    this.finishedMs = this.now();
    this.meter.rate(0, this.finishedMs);
    this.terminationMessage = this.#readTerminationMessage();
    this.main = undefined;
    this.log.close(this.finishedMs);
    for (const listener of this.#ended ?? []) listener();
    this.#ended = undefined;
  }

  status(): ContainerStatus {
    const { startedMs, finishedMs, exitCode, endedBy: signal, reason, message, terminationMessage } = this;
    return {
      id: this.id,
      name: this.config.name,
      sandboxId: this.sandbox.id,
      attempt: this.config.attempt,
      imageId: `sha256:${this.spec.id}`,
      state: this.state,
      createdMs: this.createdMs,
      ...(startedMs === undefined ? {} : { startedMs }),
      ...(finishedMs === undefined ? {} : { finishedMs }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      ...(this.killed === undefined ? {} : { killed: this.killed }),
      ...(terminationMessage === undefined ? {} : { terminationMessage }),
    };
  }

  async #show(stream: 'stdout' | 'stderr', chunk: Chunk): Promise<void> {
    for (const screen of this.#attached ?? []) {
      try {
        await screen[stream](chunk);
      } catch {
        this.#attached?.delete(screen); // whoever looked has gone
      }
    }
  }

  #readTerminationMessage(): string | undefined {
    const path = this.config.terminationMessagePath;
    // Where nobody has looked, nobody has written.
    if (path === '' || this.#mounted === undefined || this.#terminationVolume?.tree.isUntouched) return undefined;
    try {
      const bytes = this.fs(ROOT, '/').readFile(path);
      return bytes.length === 0 ? undefined : toText(bytes.subarray(0, 4096));
    } catch (error) {
      if (error instanceof FileOperationError) return undefined;
      throw error;
    }
  }

  /** When somebody looks for the first time. */
  #mount(): Mounted {
    this.#mounted ??= this.#mountAll();
    return this.#mounted;
  }

  #mountAll(): Mounted {
    const { config, sandbox } = this;
    // The top is the container's own from the start; what is in it is still the image's.
    const { type, mode, uid, gid, tree, entries } = this.spec.root();
    this.tree.root = { type, mode, uid, gid, modifiedMs: this.createdMs, tree, entries, merged: true };
    const table = new MountTable(new OverlayMount(this.id, this.tree, config.readOnlyRootFilesystem), this.createdMs);
    // Most programs look at neither.
    const proc = new Tree(lazyRoot(procOf(this, this.#deps.machine, table)), { fsType: 'proc' });
    const sys = new Tree(lazyRoot(sysOf(this)), { fsType: 'sysfs' });
    const safe = 'nosuid,nodev,noexec,relatime';
    table.add({ path: '/proc', tree: proc, readOnly: false, source: 'proc', options: safe });
    // As an image's files: what a container changes of them becomes its own.
    const dev = new Tree(config.tty ? TERMINAL_DEVICES : DEVICES, { fsType: 'tmpfs' });
    table.add({ path: '/dev', tree: dev, readOnly: false, source: 'tmpfs', options: 'nosuid,size=65536k,mode=755' });
    for (const point of DEVICE_MOUNTS) table.add(point);
    table.add({ path: '/sys', tree: sys, readOnly: !config.privileged, source: 'sysfs', options: safe });
    for (const point of cgroupMounts(sys, !config.privileged)) table.add(point);
    const mounts = [...config.mounts];
    const put = (containerPath: string, volume: SimVolume, subPath: string, nodePath?: string): void => {
      mounts.push({ containerPath, volume, subPath, readOnly: false, ...(nodePath !== undefined && { nodePath }) });
    };
    const isFree = (path: string): boolean =>
      path !== '' && !config.mounts.some((mount) => mount.containerPath === path);
    if (isFree(config.terminationMessagePath)) {
      const messagePath = `/var/lib/kubelet/pods/${sandbox.config.uid}/containers/${config.name}/${this.id.slice(0, 8)}`;
      this.#terminationVolume = new SimVolume(() => this.now(), { fill: emptyLog });
      put(config.terminationMessagePath, this.#terminationVolume, 'log', messagePath);
    }
    if (isFree('/etc/hostname')) put('/etc/hostname', sandbox.files(), 'hostname');
    if (isFree('/etc/resolv.conf')) put('/etc/resolv.conf', sandbox.files(), 'resolv.conf');
    if (isFree('/dev/shm')) put('/dev/shm', sandbox.sharedMemory(), '');
    let problem: string | undefined;
    // Mounts of deeper paths come after those that they lie in.
    for (const mount of mounts.sort((a, b) => depth(a) - depth(b))) {
      const point = new VolumeMount(mount);
      if (mount.nodePath !== undefined) problem ??= misfit(table, point, mount.nodePath);
      table.add(point);
    }
    if (!config.privileged) for (const point of maskingMounts(proc)) table.add(point);
    return { table, misfit: problem };
  }
}

/** Where the output of a container is shown besides its log. */
export interface Screen {
  stdout(chunk: Chunk): Promise<void>;
  stderr(chunk: Chunk): Promise<void>;
}

interface Mounted {
  readonly table: MountTable;
  readonly misfit: string | undefined;
}

const NOTHING: DirectoryNode = directory();

const emptyLog = (fs: FileSystem): void => fs.writeFile('/log', '', { mode: 0o666 });

/** The top of a tree that is made up when somebody looks. */
const lazyRoot =
  (make: () => DirectoryNode) =>
  (tree: Tree): DirectoryNode => ({ ...lazyDirectory(make), tree });

// Apart, so that what they are made from is all that they hold on to.

const procOf = (container: Container, machine: Machine, table: MountTable) => (): DirectoryNode => {
  const { sandbox, pids } = container;
  return procFiles({
    machine,
    pids,
    now: () => container.now(),
    mounts: () => mountLines(table),
    sysctls: { ...sandbox.config.sysctls, 'kernel.hostname': sandbox.hostname },
    cgroup: '/',
    oomScoreAdj: container.config.oomScoreAdj ?? 0,
  });
};

const sysOf = (container: Container) => (): DirectoryNode => {
  const { cpuRequestMillicores, cpuLimitMillicores, memoryLimitBytes } = container.config.resources;
  return sysFiles({
    cpuRequestMillicores,
    cpuLimitMillicores,
    memoryLimitBytes,
    memoryBytes: () => container.memoryBytes,
    cpuNanoseconds: () => container.meter.total(container.now()),
    pids: () => container.processes.size,
  });
};

function depth({ containerPath }: Mount): number {
  let slashes = 0;
  for (let at = containerPath.indexOf('/'); at >= 0; at = containerPath.indexOf('/', at + 1)) slashes++;
  return slashes;
}

/** The lines of /proc/mounts. */
export function mountLines(table: MountTable): string {
  return table
    .list()
    .map(
      (point: MountPoint) =>
        `${point.source} ${point.path || '/'} ${point.tree.fsType} ${point.readOnly ? 'ro' : 'rw'},${point.options} 0 0\n`,
    )
    .join('');
}

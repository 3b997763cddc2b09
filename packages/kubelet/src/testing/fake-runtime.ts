import { type Clock, type Disposable, seededRng } from '@tabernetes/base';
import type {
  Connection,
  ContainerConfig,
  ContainerEvent,
  ContainerRuntime,
  ContainerStatus,
  ContainerUsage,
  ExecOptions,
  FileError,
  FileErrorCode,
  FileStat,
  FileSystem,
  Image,
  LogLine,
  LogQuery,
  Net,
  PodSandbox,
  PodSandboxConfig,
  PullOptions,
  SignalName,
  Volume,
  VolumeOptions,
} from '@tabernetes/node-api';

/** What a container does when it is started; without `exitAfterMs` it stays up. */
export interface Behaviour {
  readonly exitAfterMs?: number;
  readonly exitCode?: number;
  /** Its time between TERM and its end; undefined: it takes no notice. Default 0. */
  readonly termMs?: number | undefined;
  readonly startError?: string;
  readonly log?: readonly string[];
  /** What it leaves behind at its end. */
  readonly terminationMessage?: string;
}

export interface FakeRuntimeOptions {
  /** By image and container; default: stays up, ends with 0 at TERM. */
  readonly behave?: (config: ContainerConfig) => Behaviour;
  /** Exit code of a command in a container; may write. Default 0. */
  readonly exec?: (config: ContainerConfig, options: ExecOptions) => number | Promise<number>;
  /** What answers HTTP; default: nobody does. */
  readonly fetch?: Net['fetch'];
  /** Images that no registry has. */
  readonly missing?: (image: string) => boolean;
  readonly pullMs?: number;
  readonly startMs?: number;
}

interface FakeContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly behaviour: Behaviour;
  readonly createdMs: number;
  status: ContainerStatus;
  ends: (() => void)[];
  timers: Disposable[];
}

/** A runtime whose containers do what a test tells them. */
export class FakeRuntime implements ContainerRuntime {
  readonly hostFs: Volume;
  readonly hostNet: Net;
  /** Configurations of sandboxes, in the order of their making. */
  readonly sandboxes: PodSandboxConfig[] = [];
  readonly #clock: Clock;
  readonly #options: FakeRuntimeOptions;
  readonly #rng = seededRng(7);
  readonly #containers = new Map<string, FakeContainer>();
  readonly #images = new Map<string, Image>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  #addresses = 1;

  constructor(clock: Clock, options: FakeRuntimeOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.hostFs = this.createVolume();
    this.hostNet = fakeNet(options.fetch);
  }

  /** The configuration of the newest container of a name. */
  config(name: string): ContainerConfig | undefined {
    return [...this.#containers.values()].filter((c) => c.config.name === name).at(-1)?.config;
  }
  get runningContainers(): readonly string[] {
    return [...this.#containers.values()].filter((c) => c.status.state === 'running').map((c) => c.config.name);
  }
  /** Ends the newest container of a name from within. */
  end(name: string, exitCode: number): void {
    const container = [...this.#containers.values()].filter((c) => c.config.name === name).at(-1);
    if (container !== undefined) this.#end(container, exitCode);
  }

  async pullImage(image: string, { signal }: PullOptions = {}): Promise<Image> {
    if (this.#options.pullMs) await this.#clock.sleep(this.#options.pullMs, signal);
    if (this.#options.missing?.(image)) throw Object.assign(new Error(`${image}: not found`), { code: 'NotFound' });
    const made: Image = {
      id: `sha256:${this.#hex()}`,
      repoTags: [`docker.io/library/${image}`],
      repoDigests: [`docker.io/library/${image.split(':')[0]}@sha256:${this.#hex()}`],
      sizeBytes: 1000,
      simulated: false,
    };
    this.#images.set(image, made);
    return made;
  }
  imageStatus = (image: string): Image | undefined => this.#images.get(image);
  images = (): readonly Image[] => [...this.#images.values()];
  removeImage = (image: string): void => void this.#images.delete(image);

  async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    this.sandboxes.push(config);
    return { id: this.#hex(), ips: config.hostNetwork ? [] : [`10.244.1.${++this.#addresses}`] };
  }
  stopPodSandbox = (): Promise<void> => Promise.resolve();
  removePodSandbox = (): void => undefined;

  async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const id = this.#hex();
    const createdMs = this.#clock.now();
    const status: ContainerStatus = {
      id,
      name: config.name,
      sandboxId,
      attempt: config.attempt,
      imageId: '',
      state: 'created',
      createdMs,
    };
    const behaviour = this.#options.behave?.(config) ?? {};
    this.#containers.set(id, { id, sandboxId, config, behaviour, createdMs, status, ends: [], timers: [] });
    return id;
  }
  async startContainer(id: string): Promise<void> {
    if (this.#options.startMs) await this.#clock.sleep(this.#options.startMs);
    const container = this.#get(id);
    const { startError, exitAfterMs, exitCode = 0 } = container.behaviour;
    if (startError !== undefined) {
      const finishedMs = this.#clock.now();
      container.status = {
        ...container.status,
        state: 'exited',
        finishedMs,
        exitCode: 128,
        reason: 'StartError',
        message: startError,
      };
      this.#tell({ type: 'exited', container: container.status });
      throw new Error(startError);
    }
    container.status = { ...container.status, state: 'running', startedMs: this.#clock.now() };
    this.#tell({ type: 'started', container: container.status });
    if (exitAfterMs !== undefined) this.#later(container, exitAfterMs, exitCode);
  }
  stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    const container = this.#containers.get(id);
    if (container === undefined || container.status.state === 'exited') return Promise.resolve();
    const { behaviour } = container;
    const termMs = 'termMs' in behaviour ? behaviour.termMs : 0;
    const ended = new Promise<void>((resolve) => container.ends.push(resolve));
    if (termMs !== undefined && termMs <= gracePeriodMs) this.#later(container, termMs, behaviour.exitCode ?? 0);
    else this.#later(container, gracePeriodMs, 137, 'KILL');
    return ended;
  }
  removeContainer(id: string): void {
    for (const timer of this.#containers.get(id)?.timers ?? []) timer.dispose();
    this.#containers.delete(id);
  }
  containerStatus = (id: string): ContainerStatus | undefined => this.#containers.get(id)?.status;
  onEvent(listener: (event: ContainerEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async exec(id: string, options: ExecOptions): Promise<number> {
    const container = this.#get(id);
    if (container.status.state !== 'running') throw new Error(`container is in ${container.status.state} state`);
    return (await this.#options.exec?.(container.config, options)) ?? 0;
  }
  attach = (): Promise<void> => Promise.resolve();
  portForward = (): Promise<Connection> => Promise.reject(refused('127.0.0.1:0'));
  async *logs(id: string, { follow, signal }: LogQuery = {}): AsyncIterable<LogLine> {
    for (const text of this.#get(id).behaviour.log ?? []) {
      yield { timeMs: this.#clock.now(), stream: 'stdout', text, complete: true };
    }
    if (follow) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  }
  usage = (): ContainerUsage => ({ cpuMillicores: 0, cpuNanoseconds: 0, memoryBytes: 0, ephemeralBytes: 0 });
  totalUsage = (): ContainerUsage => this.usage();
  createVolume(options: VolumeOptions = {}): Volume {
    const volume = fakeVolume(options.fsType ?? 'ext4', () => this.#clock.now());
    options.fill?.(volume.fs);
    return volume;
  }
  dispose(): void {
    for (const { timers } of this.#containers.values()) for (const timer of timers) timer.dispose();
  }

  #later(container: FakeContainer, delayMs: number, exitCode: number, signal?: SignalName): void {
    container.timers.push(this.#clock.setTimer(delayMs, () => this.#end(container, exitCode, signal)));
  }
  #end(container: FakeContainer, exitCode: number, signal?: SignalName): void {
    if (container.status.state !== 'running') return;
    for (const timer of container.timers) timer.dispose();
    const { terminationMessage } = container.behaviour;
    container.status = {
      ...container.status,
      state: 'exited',
      finishedMs: this.#clock.now(),
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(signal && { signal }),
      ...(terminationMessage !== undefined && { terminationMessage }),
    };
    for (const resolve of container.ends.splice(0)) resolve();
    this.#tell({ type: 'exited', container: container.status });
  }
  #get(id: string): FakeContainer {
    const found = this.#containers.get(id);
    if (found === undefined) throw new Error(`an error occurred when try to find container "${id}": not found`);
    return found;
  }
  #tell(event: ContainerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
  #hex = (): string => this.#rng.text(64, '0123456789abcdef');
}

const refused = (address: string): Error =>
  Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED', address });

/** A network in which nobody listens, but for who may answer HTTP. */
function fakeNet(fetch?: Net['fetch']): Net {
  const nobody = (address: string) => Promise.reject(refused(address));
  return {
    addresses: ['172.18.0.2'],
    resolve: () => Promise.resolve([]),
    query: () => Promise.resolve([]),
    connect: (host, port) => nobody(`${host}:${port}`),
    fetch: fetch ?? ((url) => nobody(new URL(url).host)),
    listen: (port) => ({ address: { ip: '172.18.0.2', port }, close: () => undefined }),
    serve: (port) => ({ address: { ip: '172.18.0.2', port }, close: () => undefined }),
  };
}

interface FakeFile {
  readonly type: FileStat['type'];
  content: string;
  mode: number;
}

/** Paths and contents, no more than a kubelet needs. */
function fakeVolume(fsType: string, now: () => number): Volume {
  const files = new Map<string, FakeFile>([['/', { type: 'directory', content: '', mode: 0o777 }]]);
  const clean = (path: string): string => `/${path.split('/').filter(Boolean).join('/')}`;
  const missing = (code: FileErrorCode, path: string): FileError => Object.assign(new Error(code), { code, path });
  const real = (path: string, depth = 0): string => {
    let at = '';
    for (const part of clean(path).split('/').filter(Boolean)) {
      at = `${at}/${part}`;
      const file = files.get(at);
      if (file?.type === 'symlink' && depth < 8) {
        const to = file.content.startsWith('/') ? file.content : `${at.slice(0, at.lastIndexOf('/'))}/${file.content}`;
        at = real(to, depth + 1);
      }
    }
    return at === '' ? '/' : at;
  };
  const at = (path: string): FakeFile => {
    const file = files.get(path);
    if (file === undefined) throw missing('ENOENT', path);
    return file;
  };
  const statOf = ({ type, content, mode }: FakeFile): FileStat => ({
    type,
    size: content.length,
    mode,
    uid: 0,
    gid: 0,
    modifiedMs: now(),
  });
  const fs: FileSystem = {
    readFile: (path) => new TextEncoder().encode(at(real(path)).content),
    readText: (path) => at(real(path)).content,
    writeFile(path, content, { mode = 0o644 } = {}) {
      const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
      files.set(real(path), { type: 'file', content: text, mode });
    },
    stat: (path) => statOf(at(real(path))),
    lstat: (path) => statOf(at(clean(path))),
    exists: (path) => files.has(real(path)),
    readDirectory(path) {
      const top = real(path) === '/' ? '/' : `${real(path)}/`;
      const names = [...files.keys()].filter((p) => p !== '/' && p.startsWith(top)).map((p) => p.slice(top.length));
      return [...new Set(names.map((name) => name.split('/')[0] ?? ''))].sort();
    },
    mkdir(path, { mode = 0o755 } = {}) {
      let made = '';
      for (const part of clean(path).split('/').filter(Boolean)) {
        made = `${made}/${part}`;
        if (!files.has(real(made))) files.set(made, { type: 'directory', content: '', mode });
      }
    },
    remove(path) {
      for (const p of [...files.keys()]) if (p === clean(path) || p.startsWith(`${clean(path)}/`)) files.delete(p);
    },
    rename(from, to) {
      const file = at(clean(from));
      files.delete(clean(from));
      files.set(clean(to), file);
    },
    symlink: (target, path) => void files.set(clean(path), { type: 'symlink', content: target, mode: 0o777 }),
    link: (existing, path) => void files.set(clean(path), at(real(existing))),
    readLink: (path) => at(clean(path)).content,
    realPath: (path) => real(path),
    chmod(path, mode) {
      at(real(path)).mode = mode;
    },
    chown: () => undefined,
    touch: () => undefined,
    watch: () => ({ dispose: () => undefined }),
  };
  return {
    fs,
    fsType,
    get usedBytes() {
      let total = 0;
      for (const { content } of files.values()) total += content.length;
      return total;
    },
  };
}

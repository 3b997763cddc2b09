import type { Clock, Rng } from '@tabernetes/base';
import type { FileSystem, Net, PodEndpoint, PodSandboxConfig, Volume } from '@tabernetes/node-api';
import { FsView } from '../file-system/fs-view.ts';
import { MountTable } from '../file-system/mounts.ts';
import { directory } from '../file-system/node.ts';
import { Tree } from '../file-system/tree.ts';
import { SimVolume } from '../file-system/volume.ts';
import { PidNamespace } from '../process/pid-namespace.ts';
import { Proc } from '../process/proc.ts';
import { CpuMeter, type World } from '../process/world.ts';

/** A Pod's place on a node: its address, and what its containers share. */
export class Sandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly endpoint: PodEndpoint | undefined;
  readonly net: Net;
  readonly containers = new Set<string>();
  readonly #now: () => number;
  readonly #hostPids: PidNamespace;
  stopped = false;
  #files: SimVolume | undefined;
  #sharedMemory: SimVolume | undefined;
  #shared: PidNamespace | undefined;
  hostsKnown = false;
  #pause: Proc | undefined;

  constructor(
    id: string,
    config: PodSandboxConfig,
    {
      endpoint,
      net,
      hostPids,
      now,
    }: { endpoint: PodEndpoint | undefined; net: Net; hostPids: PidNamespace; now: () => number },
  ) {
    this.id = id;
    this.config = config;
    this.endpoint = endpoint;
    this.net = net;
    this.#hostPids = hostPids;
    this.#now = now;
  }

  get ips(): readonly string[] {
    return this.endpoint?.ips ?? this.net.addresses;
  }

  get hostname(): string {
    return this.config.hostname;
  }

  /** Process numbers for a new container, and whether they are the Pod's. */
  pids(): PidNamespace {
    if (this.config.hostPID) return this.#hostPids;
    if (!this.config.shareProcessNamespace) return new PidNamespace();
    this.#shared ??= new PidNamespace();
    return this.#shared;
  }

  /** The process that holds a shared process namespace open, number 1 in it. */
  startPause(deps: PauseDeps): void {
    const world = pauseWorld(this, deps);
    const fs = new FsView({ mounts: world.mounts, now: this.#now }, { uid: 0, gid: 0, groups: [0] });
    const pids = this.pids();
    this.#pause = new Proc(world, pids, { argv: ['/pause'], env: {}, fs, fds: new Map(), pid: pids.enter() });
  }

  stopPause(): void {
    this.#pause?.exit(0);
    this.#pause = undefined;
  }

  /** What the containers of the Pod share in /dev/shm. */
  sharedMemory(): SimVolume {
    this.#sharedMemory ??= new SharedMemory(this.#now);
    return this.#sharedMemory;
  }

  /** The files that a runtime puts into each container of the Pod. */
  files(): SimVolume {
    if (this.#files === undefined) {
      const fill = (fs: FileSystem): void => {
        const { dns } = this.config;
        const lines = [
          ...(dns.searches.length > 0 ? [`search ${dns.searches.join(' ')}`] : []),
          ...dns.nameservers.map((server) => `nameserver ${server}`),
          ...(dns.options.length > 0 ? [`options ${dns.options.join(' ')}`] : []),
        ];
        fs.writeFile('/resolv.conf', lines.map((line) => `${line}\n`).join(''));
        fs.writeFile('/hostname', `${this.hostname}\n`);
      };
      this.#files = new SimVolume(this.#now, { mode: 0o755, fill });
    }
    return this.#files;
  }
}

class SharedMemory extends SimVolume {
  constructor(now: () => number) {
    super(now, { fsType: 'tmpfs', capacityBytes: 64 * 1024 ** 2, mode: 0o1777 });
  }

  override get source(): string {
    return 'shm';
  }

  override get options(): string {
    return 'nosuid,nodev,noexec,relatime,size=65536k';
  }
}

/** What an /etc/hosts file of a volume says now; taken apart when it says something else than before. */
export function hostsReader(volume: Volume, path: string): () => Readonly<Record<string, string>> {
  let known = '';
  let hosts: Readonly<Record<string, string>> = {};
  return () => {
    const { fs } = volume;
    const text = fs.exists(path) && fs.stat(path).type === 'file' ? fs.readText(path) : '';
    if (text !== known) {
      known = text;
      hosts = parseHosts(text);
    }
    return hosts;
  };
}

/** Names and addresses of an /etc/hosts file. */
function parseHosts(text: string): Readonly<Record<string, string>> {
  const hosts: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || address === '' || address.includes(':')) continue;
    for (const name of names) hosts[name] ??= address;
  }
  return hosts;
}

export interface PauseDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onError: (error: unknown) => void;
}

function pauseWorld(sandbox: Sandbox, { clock, rng, onError }: PauseDeps): World {
  const tree = new Tree(directory());
  return {
    clock,
    rng,
    hostname: sandbox.hostname,
    net: sandbox.net,
    mounts: new MountTable({ path: '', tree, readOnly: true, source: 'overlay', options: 'relatime' }),
    meter: new CpuMeter(clock.now()),
    processes: new Set(),
    cpuLimitMillicores: undefined,
    image: 'registry.k8s.io/pause:3.10',
    memoryChanged: () => undefined,
    onError,
    ports: [],
    capabilities: { effective: 0n, noNewPrivileges: false },
  };
}

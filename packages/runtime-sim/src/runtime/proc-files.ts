import { SIGNAL_NUMBERS } from '@tabernetes/node-api';
import {
  type DirectoryNode,
  device,
  type FsNode,
  liveDirectory,
  liveFile,
  SELF,
  symlink,
} from '../file-system/node.ts';
import type { PidNamespace } from '../process/pid-namespace.ts';
import type { Proc } from '../process/proc.ts';

/** The machine that a container sees: its node's. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly bootMs: number;
  readonly kernel: string;
}

export interface ProcFilesDeps {
  readonly machine: Machine;
  readonly pids: PidNamespace;
  readonly now: () => number;
  /** Lines of /proc/mounts. */
  readonly mounts: () => string;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly cgroup: string;
  /** How gladly the kernel ends processes when memory runs out. */
  readonly oomScoreAdj: number;
}

/** /proc as the processes of one container see it. */
export function procFiles(deps: ProcFilesDeps): DirectoryNode {
  const { machine, pids, now } = deps;
  const fixed = new Map<string, FsNode>([
    ['self', symlink(SELF)],
    ['mounts', symlink('self/mounts')],
    ['version', liveFile(() => `Linux version ${machine.kernel} (gcc) #1 SMP\n`)],
    ['uptime', liveFile(() => uptime(now() - machine.bootMs, machine.cpus))],
    ['loadavg', liveFile(() => `0.00 0.00 0.00 1/${pids.processes.size} ${[...pids.processes.keys()].at(-1) ?? 1}\n`)],
    ['cpuinfo', liveFile(() => cpuinfo(machine.cpus))],
    ['meminfo', liveFile(() => meminfo(machine.memoryBytes, pids))],
    ['stat', liveFile(() => `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(machine.bootMs / 1000)}\nprocesses 1\n`)],
    ['filesystems', liveFile(() => 'nodev\ttmpfs\nnodev\tproc\nnodev\tsysfs\nnodev\toverlay\n\text4\n')],
    ['cmdline', liveFile(() => 'console=hvc0\n')],
    ['sys', sysctlDirectory({ ...SYSCTLS, ...deps.sysctls }, [])],
    ['net', liveDirectory({ get: () => undefined, names: () => [] })],
  ]);
  return liveDirectory({
    get: (name) => {
      const process = /^\d+$/.test(name) ? pids.processes.get(Number(name)) : undefined;
      return process === undefined ? fixed.get(name) : processDirectory(process, deps);
    },
    names: () => [...[...pids.processes.keys()].map(String), ...fixed.keys()],
  });
}

const SYSCTLS: Readonly<Record<string, string>> = {
  'kernel.hostname': 'localhost',
  'kernel.ostype': 'Linux',
  'kernel.pid_max': '4194304',
  'kernel.shm_rmid_forced': '0',
  'fs.file-max': '9223372036854775807',
  'net.core.somaxconn': '4096',
  'net.ipv4.ip_forward': '0',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_unprivileged_port_start': '1024',
  'net.ipv4.ping_group_range': '1\t0',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_keepalive_time': '7200',
  'vm.max_map_count': '65530',
  'vm.overcommit_memory': '1',
  'vm.swappiness': '60',
};

function sysctlDirectory(sysctls: Readonly<Record<string, string>>, above: readonly string[]): DirectoryNode {
  const prefix = above.map((name) => `${name}.`).join('');
  return liveDirectory({
    names: () => [
      ...new Set(
        Object.keys(sysctls)
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length).split('.')[0] ?? ''),
      ),
    ],
    get: (name) => {
      const value = sysctls[prefix + name];
      // The kernel keeps ranges with a tab between the numbers.
      if (value !== undefined) return liveFile(() => `${value.replaceAll(' ', '\t')}\n`, { mode: 0o644 });
      const some = Object.keys(sysctls).some((key) => key.startsWith(`${prefix}${name}.`));
      return some ? sysctlDirectory(sysctls, [...above, name]) : undefined;
    },
  });
}

function processDirectory(proc: Proc, deps: ProcFilesDeps): DirectoryNode {
  const files: Record<string, () => FsNode> = {
    cmdline: () => liveFile(() => proc.argv.map((word) => `${word}\0`).join('')),
    comm: () => liveFile(() => `${proc.comm}\n`, { mode: 0o644 }),
    environ: () =>
      liveFile(
        () =>
          Object.entries(proc.env)
            .map(([key, value]) => `${key}=${value}\0`)
            .join(''),
        { mode: 0o400 },
      ),
    status: () => liveFile(() => status(proc)),
    stat: () => liveFile(() => stat(proc, deps)),
    cgroup: () => liveFile(() => `0::${deps.cgroup}\n`),
    mounts: () => liveFile(deps.mounts),
    mountinfo: () => liveFile(deps.mounts),
    limits: () =>
      liveFile(
        () =>
          'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1048576              1048576              files     \n',
      ),
    oom_score_adj: () => liveFile(() => `${deps.oomScoreAdj}\n`, { mode: 0o644 }),
    // Of processes that use next to nothing.
    oom_score: () => liveFile(() => `${Math.floor(((1000 + deps.oomScoreAdj) * 2) / 3)}\n`),
    cwd: () => symlink(proc.cwd),
    root: () => symlink('/'),
    exe: () => symlink(proc.argv[0] ?? ''),
    ns: () => liveDirectory({ names: () => [], get: () => undefined }),
    fd: () =>
      liveDirectory(
        {
          names: () => [...proc.fds.keys()].map(String),
          get: (name) =>
            proc.fds.has(Number(name))
              ? device('fd', { number: name, open: () => proc.fds.get(Number(name))?.retain(), mode: 0o700 })
              : undefined,
        },
        0o500,
      ),
  };
  return liveDirectory({ names: () => Object.keys(files), get: (name) => files[name]?.() });
}

function status(proc: Proc): string {
  const { effective, noNewPrivileges, filtersCalls } = proc.world.capabilities;
  const permitted = proc.uid === 0 ? effective : 0n;
  const hex = (bits: bigint): string => bits.toString(16).padStart(16, '0');
  const kib = Math.round(proc.memoryBytes / 1024);
  return [
    `Name:\t${proc.comm}`,
    'Umask:\t0022',
    `State:\t${proc.isStopped ? 'T (stopped)' : 'S (sleeping)'}`,
    `Tgid:\t${proc.pid}`,
    'Ngid:\t0',
    `Pid:\t${proc.pid}`,
    `PPid:\t${proc.ppid}`,
    'TracerPid:\t0',
    `Uid:\t${proc.uid}\t${proc.uid}\t${proc.uid}\t${proc.uid}`,
    `Gid:\t${proc.gid}\t${proc.gid}\t${proc.gid}\t${proc.gid}`,
    'FDSize:\t64',
    `Groups:\t${proc.fs.who.groups.join(' ')} `,
    `VmPeak:\t${kib + 3900} kB`,
    `VmSize:\t${kib + 3900} kB`,
    `VmRSS:\t${kib} kB`,
    'Threads:\t1',
    `SigIgn:\t${ignored(proc)}`,
    'CapInh:\t0000000000000000',
    `CapPrm:\t${hex(permitted)}`,
    `CapEff:\t${hex(permitted)}`,
    `CapBnd:\t${hex(effective)}`,
    'CapAmb:\t0000000000000000',
    `NoNewPrivs:\t${noNewPrivileges ? 1 : 0}`,
    `Seccomp:\t${filtersCalls ? 2 : 0}`,
    `Seccomp_filters:\t${filtersCalls ? 1 : 0}`,
    'Cpus_allowed_list:\t0-1',
    '',
  ].join('\n');
}

function ignored(proc: Proc): string {
  let bits = 0n;
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) {
    if (proc.ignores(name as keyof typeof SIGNAL_NUMBERS)) bits |= 1n << BigInt(number - 1);
  }
  return bits.toString(16).padStart(16, '0');
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function stat(proc: Proc, { machine }: ProcFilesDeps): string {
  const ticks = Math.floor((proc.startedMs - machine.bootMs) / 10);
  const rss = Math.ceil(proc.memoryBytes / 4096);
  const head = `${proc.pid} (${proc.comm}) ${proc.isStopped ? 'T' : 'S'} ${proc.ppid} ${proc.pgid} ${proc.pgid} 0 -1 4194560`;
  return `${head} 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} ${proc.memoryBytes + 4_000_000} ${rss}${' 0'.repeat(28)}\n`;
}

function uptime(ms: number, cpus: number): string {
  return `${(ms / 1000).toFixed(2)} ${((ms / 1000) * cpus).toFixed(2)}\n`;
}

function cpuinfo(cpus: number): string {
  const one = (index: number): string =>
    `processor\t: ${index}\nvendor_id\t: GenuineIntel\nmodel name\t: Simulated CPU @ 2.00GHz\ncpu MHz\t\t: 2000.000\ncpu cores\t: ${cpus}\nflags\t\t: fpu\n\n`;
  return Array.from({ length: cpus }, (_, index) => one(index)).join('');
}

function meminfo(totalBytes: number, pids: PidNamespace): string {
  let used = 300 * 1024 * 1024;
  for (const proc of pids.processes.values()) used += proc.memoryBytes;
  const kib = (bytes: number): string => String(Math.floor(bytes / 1024)).padStart(10);
  const free = Math.max(0, totalBytes - used);
  return [
    `MemTotal:     ${kib(totalBytes)} kB`,
    `MemFree:      ${kib(free)} kB`,
    `MemAvailable: ${kib(free)} kB`,
    `Buffers:      ${kib(0)} kB`,
    `Cached:       ${kib(0)} kB`,
    `SwapTotal:    ${kib(0)} kB`,
    `SwapFree:     ${kib(0)} kB`,
    '',
  ].join('\n');
}

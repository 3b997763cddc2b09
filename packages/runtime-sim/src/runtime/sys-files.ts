import { type DirectoryNode, type FsNode, liveDirectory, liveFile } from '../file-system/node.ts';

export interface CgroupFacts {
  readonly cpuRequestMillicores: number;
  readonly cpuLimitMillicores: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  readonly memoryBytes: () => number;
  readonly cpuNanoseconds: () => number;
  readonly pids: () => number;
}

/** Folders of version 1 in which nobody looks for anything. */
const OTHERS = ['cpuset', 'devices', 'freezer', 'blkio', 'pids', 'systemd'];

/**
 * /sys with the cgroup files that programs read their limits from: those of version 2 at the top, and the folders of
 * version 1 beside them, because both are found in the wild.
 */
export function sysFiles(facts: CgroupFacts): DirectoryNode {
  const { cpuLimitMillicores: cpu, memoryLimitBytes: memory } = facts;
  const quota = cpu === undefined ? undefined : cpu * 100;
  const shares = Math.max(2, Math.floor((facts.cpuRequestMillicores * 1024) / 1000));
  const weight = 1 + Math.floor(((shares - 2) * 9999) / 262_142);
  const usage = (): string => `${facts.memoryBytes()}\n`;
  const text = (make: () => string): FsNode => liveFile(make);
  const cgroup = folder({
    'cgroup.controllers': text(() => 'cpuset cpu io memory hugetlb pids\n'),
    'cpu.max': text(() => `${quota ?? 'max'} 100000\n`),
    'cpu.weight': text(() => `${weight}\n`),
    'cpu.stat': text(() => `usage_usec ${Math.floor(facts.cpuNanoseconds() / 1000)}\nuser_usec 0\nsystem_usec 0\n`),
    'memory.max': text(() => `${memory ?? 'max'}\n`),
    'memory.current': text(usage),
    'memory.swap.max': text(() => '0\n'),
    'pids.current': text(() => `${facts.pids()}\n`),
    'pids.max': text(() => 'max\n'),
    cpu: folder({
      'cpu.cfs_quota_us': text(() => `${quota ?? -1}\n`),
      'cpu.cfs_period_us': text(() => '100000\n'),
      'cpu.shares': text(() => `${shares}\n`),
    }),
    cpuacct: folder({ 'cpuacct.usage': text(() => `${Math.floor(facts.cpuNanoseconds())}\n`) }),
    ...Object.fromEntries(OTHERS.map((name) => [name, folder({})])),
    memory: folder({
      'memory.limit_in_bytes': text(() => `${memory ?? '9223372036854771712'}\n`),
      'memory.usage_in_bytes': text(usage),
    }),
  });
  return folder({
    fs: folder({ cgroup }),
    class: folder({
      net: folder({ eth0: folder({ mtu: text(() => '1500\n') }), lo: folder({ mtu: text(() => '65536\n') }) }),
    }),
    firmware: folder({}),
    kernel: folder({ mm: folder({}) }),
  });
}

function folder(entries: Readonly<Record<string, FsNode>>): DirectoryNode {
  return liveDirectory({ names: () => Object.keys(entries), get: (name) => entries[name] }, 0o555);
}

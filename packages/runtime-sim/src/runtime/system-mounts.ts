import type { MountPoint } from '../file-system/mounts.ts';
import { type DirectoryNode, device, directory, entryOf, type FsNode, liveDirectory } from '../file-system/node.ts';
import { Tree } from '../file-system/tree.ts';

const SAFE = 'nosuid,nodev,noexec,relatime';
const treeOf = (fsType: string): Tree => new Tree(directory(), { fsType });
const PROC = treeOf('proc');
const TMPFS = treeOf('tmpfs');
const CGROUP = treeOf('cgroup');

/**
 * What a runtime mounts below /dev for every container. Nobody makes anything there.
 *
 * @see https://github.com/containerd/containerd/blob/v1.6.20/oci/mounts.go
 */
export const DEVICE_MOUNTS: readonly MountPoint[] = [
  point('/dev/pts', 'devpts', {
    options: 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666',
    part: live({ ptmx: device('tty') }),
  }),
  point('/dev/mqueue', 'mqueue', { options: SAFE, part: live({}, 0o1777) }),
];

/** The groups of processes by what is shared out, each as a file system of its own (version 1). */
export function cgroupMounts(sys: Tree, readOnly: boolean): readonly MountPoint[] {
  const top = (): FsNode => below(sys, ['fs', 'cgroup']);
  return [
    new PartMount('/sys/fs/cgroup', TMPFS, { readOnly: false, options: `${SAFE},mode=755` }, top),
    ...CONTROLLERS.map(
      (name) =>
        new PartMount(`/sys/fs/cgroup/${name}`, CGROUP, { readOnly, options: `${SAFE},${OPTIONS[name] ?? name}` }, () =>
          below(sys, ['fs', 'cgroup', name]),
        ),
    ),
  ];
}

/** In the order in which they are mounted. */
export const CONTROLLERS = 'cpu cpuacct cpuset memory devices freezer blkio pids systemd'.split(' ');
const OPTIONS: Readonly<Record<string, string>> = { systemd: 'name=systemd' };

/**
 * What is kept from a container that is not privileged: what it may only read, and what it may not see.
 *
 * @see https://github.com/containerd/containerd/blob/v1.6.20/oci/spec.go
 */
export function maskingMounts(proc: Tree): readonly MountPoint[] {
  const sysctls = new PartMount('/proc/sys', PROC, { readOnly: true, options: SAFE }, () => below(proc, ['sys']));
  return [...READ_ONLY, sysctls, ...MASKED];
}

const NOTHING = live({});
const READ_ONLY = ['bus', 'fs', 'irq'].map((name) =>
  point(`/proc/${name}`, 'proc', { readOnly: true, options: SAFE, part: NOTHING }),
);
const hidden = (path: string): MountPoint =>
  point(path, 'tmpfs', { readOnly: true, options: 'relatime', part: NOTHING });
const nullFile = (path: string): MountPoint =>
  point(path, 'tmpfs', { options: 'nosuid,size=65536k,mode=755', part: device('null') });
const MASKED = [hidden('/proc/acpi'), nullFile('/proc/keys'), nullFile('/proc/timer_list'), hidden('/sys/firmware')];

interface PointOptions {
  readonly readOnly?: boolean;
  readonly options: string;
  readonly part: FsNode;
}

/** The same for all containers. */
function point(path: string, fsType: string, { readOnly = false, options, part }: PointOptions): MountPoint {
  return { path, tree: treeOf(fsType), part, readOnly, source: fsType, options };
}

/** A part of what another tree shows, made when somebody looks. */
class PartMount implements MountPoint {
  readonly path: string;
  readonly tree: Tree;
  readonly readOnly: boolean;
  readonly options: string;
  readonly #part: () => FsNode;

  constructor(
    path: string,
    tree: Tree,
    { readOnly, options }: { readonly readOnly: boolean; readonly options: string },
    part: () => FsNode,
  ) {
    this.path = path;
    this.tree = tree;
    this.readOnly = readOnly;
    this.options = options;
    this.#part = part;
  }

  get part(): FsNode {
    return this.#part();
  }

  get source(): string {
    return this.tree.fsType;
  }
}

function below(tree: Tree, names: readonly string[]): FsNode {
  let at: FsNode = tree.root;
  for (const name of names) at = (at.type === 'directory' ? entryOf(at, name) : undefined) ?? NOTHING;
  return at;
}

function live(entries: Readonly<Record<string, FsNode>>, mode = 0o555): DirectoryNode {
  return liveDirectory({ names: () => Object.keys(entries), get: (name) => entries[name] }, mode);
}

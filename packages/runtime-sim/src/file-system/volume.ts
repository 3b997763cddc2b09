import type { Volume, VolumeOptions } from '@tabernetes/node-api';
import { FsView } from './fs-view.ts';
import { MountTable } from './mounts.ts';
import { type DirectoryNode, directory } from './node.ts';
import { Tree } from './tree.ts';
import { ROOT } from './walk.ts';

/** A volume and the tree behind it, for runtimes that mount it. */
export class SimVolume implements Volume {
  readonly tree: Tree;
  /** What /proc/mounts calls it, and its options, where that does not follow from its type. */
  get source(): string | undefined {
    return undefined;
  }
  get options(): string | undefined {
    return undefined;
  }
  readonly #now: () => number;

  constructor(now: () => number, { fsType = 'ext4', capacityBytes, gid, mode = 0o777, fill }: VolumeOptions = {}) {
    const options = {
      fsType,
      ...(capacityBytes === undefined ? {} : { capacityBytes }),
      ...(gid === undefined ? {} : { gid }),
    };
    this.#now = now;
    const begin = beginning({ madeMs: now(), mode, gid, fill });
    this.tree = new Tree(begin, options);
    if (fill === undefined) void this.tree.root;
  }

  /** Made for who asks: it is seldom needed, and all that is kept lies in the tree. */
  get fs(): FsView {
    return viewOf(this.tree, this.#now);
  }

  get usedBytes(): number {
    void this.tree.root;
    return this.tree.usedBytes;
  }

  get fsType(): string {
    return this.tree.fsType;
  }
}

interface Beginning extends Pick<VolumeOptions, 'fill' | 'gid'> {
  readonly madeMs: number;
  readonly mode: number;
}

/** What makes the top of a volume and what is in it at first, as of when the volume was made. */
const beginning =
  ({ madeMs, mode, gid, fill }: Beginning) =>
  (tree: Tree): DirectoryNode => {
    const root = directory([], gid === undefined ? mode : mode | 0o2000);
    root.modifiedMs = madeMs;
    if (gid !== undefined) root.gid = gid;
    root.tree = tree;
    tree.root = root;
    fill?.(viewOf(tree, () => madeMs));
    return root;
  };

function viewOf(tree: Tree, now: () => number): FsView {
  const source = tree.fsType === 'tmpfs' ? 'tmpfs' : '/dev/vda';
  const mounts = new MountTable({ path: '', tree, readOnly: false, source, options: 'relatime' });
  return new FsView({ mounts, now }, ROOT);
}

import type { Volume, VolumeOptions } from '@tabernetes/node-api';
import { FsView } from './fs-view.ts';
import { MountTable } from './mounts.ts';
import { directory } from './node.ts';
import { Tree } from './tree.ts';
import { ROOT } from './walk.ts';

/** A volume and the tree behind it, for runtimes that mount it. */
export class SimVolume implements Volume {
  readonly tree: Tree;
  readonly #now: () => number;

  constructor(now: () => number, { fsType = 'ext4', capacityBytes, gid, mode = 0o777 }: VolumeOptions = {}) {
    const root = directory([], gid === undefined ? mode : mode | 0o2000);
    root.modifiedMs = now();
    if (gid !== undefined) root.gid = gid;
    this.tree = new Tree(root, {
      fsType,
      ...(capacityBytes === undefined ? {} : { capacityBytes }),
      ...(gid === undefined ? {} : { gid }),
    });
    root.tree = this.tree;
    this.#now = now;
  }

  /** Made for who asks: it is seldom needed, and all that is kept lies in the tree. */
  get fs(): FsView {
    const { tree } = this;
    const source = tree.fsType === 'tmpfs' ? 'tmpfs' : '/dev/vda';
    const mounts = new MountTable({ path: '', tree, readOnly: false, source, options: 'relatime' });
    return new FsView({ mounts, now: this.#now }, ROOT);
  }

  get usedBytes(): number {
    return this.tree.usedBytes;
  }

  get fsType(): string {
    return this.tree.fsType;
  }
}

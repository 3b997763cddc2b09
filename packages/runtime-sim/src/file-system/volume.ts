import type { Volume, VolumeOptions } from '@tabernetes/node-api';
import { FsView } from './fs-view.ts';
import { MountTable } from './mounts.ts';
import { directory } from './node.ts';
import { Tree } from './tree.ts';
import { ROOT } from './walk.ts';

/** A volume and the tree behind it, for runtimes that mount it. */
export class SimVolume implements Volume {
  readonly tree: Tree;
  readonly fs: FsView;

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
    const mounts = new MountTable({
      path: '',
      tree: this.tree,
      readOnly: false,
      source: fsType === 'tmpfs' ? 'tmpfs' : '/dev/vda',
      options: 'relatime',
    });
    this.fs = new FsView({ mounts, now }, ROOT);
  }

  get usedBytes(): number {
    return this.tree.usedBytes;
  }

  get fsType(): string {
    return this.tree.fsType;
  }
}

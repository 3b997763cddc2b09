import { FsView } from './fs-view.ts';
import { MountTable } from './mounts.ts';
import { directory } from './node.ts';
import { Tree } from './tree.ts';

/** The disk of a machine: there before anything runs on it, so that it can be loaded without what runs. */
export interface MachineFiles {
  readonly mounts: MountTable;
  /** As root sees them; relative paths begin in the home directory. */
  readonly fs: FsView;
}

/** An empty disk with a home directory on it. */
export function machineFiles(now: () => number, home: string): MachineFiles {
  const tree = new Tree(directory(), { fsType: 'ext4' });
  const mounts = new MountTable({ path: '', tree, readOnly: false, source: '/dev/vda1', options: 'relatime' });
  const fs = new FsView({ mounts, now }, { uid: 0, gid: 0, groups: [0] });
  fs.mkdir(home, { recursive: true });
  fs.cwd = home;
  return { mounts, fs };
}

import type { Chunk } from '@tabernetes/node-api';
import type { Content } from './content.ts';
import type { Tree } from './tree.ts';

/** What every file has. `tree` is the tree that may change it; undefined means part of an image: shared, never changed. */
export interface NodeMeta {
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Milliseconds since the epoch. */
  modifiedMs: number;
  tree: Tree | undefined;
  watchers?: Set<() => void>;
}

export interface FileNode extends NodeMeta {
  readonly type: 'file';
  content: Content;
  links: number;
  /** What runs when the file is executed; copies of the file run it as well. Opaque to file systems. */
  program?: unknown;
}

export interface DirectoryNode extends NodeMeta {
  readonly type: 'directory';
  entries: Map<string, FsNode>;
  /** Entries that are made up when somebody looks (/proc); `entries` is empty then. */
  readonly live?: LiveDirectory;
  /** An image's directory that a container has changed: overlay file systems do not count the names of such. */
  merged?: boolean;
}

export interface SymlinkNode extends NodeMeta {
  readonly type: 'symlink';
  readonly target: string;
}

/** A file whose content is made up when somebody looks, and that may act on what is written to it. */
export interface LiveFileNode extends NodeMeta {
  readonly type: 'live';
  readonly read: () => string;
  readonly write?: (text: string) => void;
}

export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'tty' | 'fd';

export interface DeviceNode extends NodeMeta {
  readonly type: 'device';
  readonly device: DeviceName;
  /** For `fd`: what stands behind, asked at each opening. */
  readonly open?: () => unknown;
  readonly number?: string;
}

export interface FifoNode extends NodeMeta {
  readonly type: 'fifo';
  /** The pipe between who has it open; made by the first. Opaque to file systems. */
  pipe?: unknown;
}

export type FsNode = FileNode | DirectoryNode | SymlinkNode | LiveFileNode | DeviceNode | FifoNode;

export interface LiveDirectory {
  get(name: string): FsNode | undefined;
  names(): readonly string[];
}

/** Target of /proc/self: the number of who looks. */
export const SELF = '<self>';

/** Of live directories: nobody asks for them, and nothing is ever put there. */
const NO_ENTRIES: Map<string, FsNode> = new Map();

/** Nodes of images and of /proc, owned by root. */
export function liveFile(
  read: () => string,
  options: { mode?: number; write?: (text: string) => void } = {},
): LiveFileNode {
  const { mode = 0o444, write } = options;
  const node: LiveFileNode = { type: 'live', mode, uid: 0, gid: 0, modifiedMs: 0, tree: undefined, read };
  return write === undefined ? node : { ...node, write };
}

export function liveDirectory(live: LiveDirectory, mode = 0o555): DirectoryNode {
  return { type: 'directory', mode, uid: 0, gid: 0, modifiedMs: 0, tree: undefined, entries: NO_ENTRIES, live };
}

/** A live directory that is not even made until somebody looks into it. */
export function lazyDirectory(make: () => DirectoryNode): DirectoryNode {
  return liveDirectory(new MadeLater(make));
}

class MadeLater implements LiveDirectory {
  readonly #make: () => DirectoryNode;
  #made: DirectoryNode | undefined;

  constructor(make: () => DirectoryNode) {
    this.#make = make;
  }

  get(name: string): FsNode | undefined {
    return entryOf(this.#all(), name);
  }

  names(): readonly string[] {
    const { live, entries } = this.#all();
    return live?.names() ?? [...entries.keys()];
  }

  #all(): DirectoryNode {
    this.#made ??= this.#make();
    return this.#made;
  }
}

export function directory(entries: Iterable<readonly [string, FsNode]> = [], mode = 0o755): DirectoryNode {
  return { type: 'directory', mode, uid: 0, gid: 0, modifiedMs: 0, tree: undefined, entries: new Map(entries) };
}

export function symlink(target: string): SymlinkNode {
  return { type: 'symlink', mode: 0o777, uid: 0, gid: 0, modifiedMs: 0, tree: undefined, target };
}

export function device(
  name: DeviceName,
  options: { number?: string; open?: () => unknown; mode?: number } = {},
): DeviceNode {
  const { mode = 0o666, ...rest } = options;
  return { type: 'device', mode, uid: 0, gid: 0, modifiedMs: 0, tree: undefined, device: name, ...rest };
}

/** Tells those who watch. */
export function notify(node: NodeMeta | undefined): void {
  const watchers = node?.watchers;
  if (watchers === undefined || watchers.size === 0) return;
  for (const watcher of [...watchers]) watcher();
}

/** Entry of a directory, live or not. */
export function entryOf(node: DirectoryNode, name: string): FsNode | undefined {
  return node.live === undefined ? node.entries.get(name) : node.live.get(name);
}

/** Bytes that `ls` shows. */
export function sizeOf(node: FsNode, tree: Tree | undefined): number {
  switch (node.type) {
    case 'file':
      return node.content.length;
    case 'symlink':
      return node.target.length;
    case 'directory':
      if (node.live !== undefined) return 0;
      return tree?.fsType === 'tmpfs' ? 40 + 20 * node.entries.size : 4096;
    default:
      return 0;
  }
}

export type { Chunk };

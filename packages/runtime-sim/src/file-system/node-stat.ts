import type { FileStat } from '@tabernetes/node-api';
import { type MountTable, topOf } from './mounts.ts';
import { entryOf, type FsNode, sizeOf } from './node.ts';
import type { Place } from './walk.ts';

/** What `stat` tells of a node. A class, as an object with a getter of its own is a slow dictionary. */
export class NodeStat implements FileStat {
  readonly type: FileStat['type'];
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  readonly #node: FsNode;
  readonly #path: string;
  readonly #mounts: MountTable;

  constructor(node: FsNode, { mount, path }: Place, mounts: MountTable) {
    this.type = node.type === 'live' ? 'file' : node.type;
    this.size = sizeOf(node, mount.tree);
    this.mode = node.mode;
    this.uid = node.uid;
    this.gid = node.gid;
    this.modifiedMs = node.modifiedMs;
    this.#node = node;
    this.#path = path;
    this.#mounts = mounts;
  }

  /** Few ask, and it takes a look at every entry. */
  get links(): number {
    return linksOf(this.#node, this.#path, this.#mounts);
  }
}

/** How many names a directory holds for `ls`: itself, its parent's entry, and each directory in it. */
function linksOf(node: FsNode, path: string, mounts: MountTable): number {
  if (node.type === 'file') return Math.max(0, node.links);
  if (node.type !== 'directory' || node.merged === true) return 1;
  let links = 2;
  const names = node.live === undefined ? node.entries.keys() : node.live.names();
  for (const name of names) if (entryOf(node, name)?.type === 'directory') links++;
  // Mount points are there whether the image has them or not.
  for (const name of mounts.namesIn(path === '/' ? '' : path)) {
    if (entryOf(node, name) !== undefined) continue;
    const point = mounts.at(`${path === '/' ? '' : path}/${name}`);
    if (point === undefined || topOf(point).type === 'directory') links++;
  }
  return links;
}

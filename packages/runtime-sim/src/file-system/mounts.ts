import type { FsNode } from './node.ts';
import type { Tree } from './tree.ts';

/** A tree, or a part of one, at a place of a container's tree. */
export interface MountPoint {
  /** Absolute, without a slash at the end; empty for the root. */
  readonly path: string;
  readonly tree: Tree;
  /** What is mounted when it is not the whole tree. */
  readonly part?: FsNode | undefined;
  readonly readOnly: boolean;
  /** The line of /proc/mounts up to the options: device, and options without ro/rw. */
  readonly source: string;
  readonly options: string;
}

/** What processes of a container have mounted. */
export class MountTable {
  readonly root: MountPoint;
  /** By path. Most tables are those of volumes, in which nothing is mounted: they have no maps. */
  #points: Map<string, MountPoint> | undefined;
  /** When it was made, and with it the directories that lead to mount points. Milliseconds since the epoch. */
  readonly madeMs: number;

  constructor(root: MountPoint, madeMs = 0) {
    this.root = root;
    this.madeMs = madeMs;
  }

  add(point: MountPoint): void {
    this.#points ??= new Map();
    this.#points.set(point.path, point);
  }

  remove(path: string): boolean {
    return this.#points?.delete(path) ?? false;
  }

  at(path: string): MountPoint | undefined {
    return this.#points?.get(path);
  }

  /** True of a directory that lies above a mount point: it exists, whatever the image holds. */
  leadsTo(path: string): boolean {
    const above = `${path}/`;
    for (const point of this.#points?.keys() ?? []) if (point.startsWith(above)) return true;
    return false;
  }

  /** Names of a directory that lead to mount points, so that it shows them even if the image has no such entry. */
  namesIn(path: string): Iterable<string> {
    const above = `${path}/`;
    const names = new Set<string>();
    for (const point of this.#points?.keys() ?? [])
      if (point.startsWith(above)) names.add(point.slice(above.length).split('/', 1)[0] ?? '');
    return names;
  }

  /** In the order in which they were mounted, the root first. */
  list(): readonly MountPoint[] {
    return [this.root, ...(this.#points?.values() ?? [])];
  }
}

/** What a mount point shows at its top. */
export function topOf(point: MountPoint): FsNode {
  return point.part ?? point.tree.root;
}

import type { FsNode } from './node.ts';
import type { Tree } from './tree.ts';

/** A tree, or a part of one, at a place of a container's tree. */
export interface MountPoint {
  /** Absolute, without a slash at the end; empty for the root. */
  readonly path: string;
  readonly tree: Tree;
  /** What is mounted when it is not the whole tree. */
  readonly part?: FsNode;
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
  /** Names of mount points by directory, so that directories show them even if the image has no such entry. */
  #children: Map<string, Set<string>> | undefined;

  /** When it was made, and with it the directories that lead to mount points. Milliseconds since the epoch. */
  readonly madeMs: number;

  constructor(root: MountPoint, madeMs = 0) {
    this.root = root;
    this.madeMs = madeMs;
  }

  add(point: MountPoint): void {
    this.#points ??= new Map();
    this.#points.set(point.path, point);
    this.#children ??= new Map();
    // What lies above a mount point exists, whatever the image holds.
    let path = point.path;
    while (path !== '') {
      const cut = path.lastIndexOf('/');
      const parent = path.slice(0, cut);
      let names = this.#children.get(parent);
      if (names === undefined) {
        names = new Set();
        this.#children.set(parent, names);
      }
      names.add(path.slice(cut + 1));
      path = parent;
    }
  }

  remove(path: string): boolean {
    return this.#points?.delete(path) ?? false;
  }

  at(path: string): MountPoint | undefined {
    return this.#points?.get(path);
  }

  /** True of a directory that lies above a mount point. */
  leadsTo(path: string): boolean {
    return this.#children?.has(path) ?? false;
  }

  namesIn(path: string): Iterable<string> {
    return this.#children?.get(path) ?? [];
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

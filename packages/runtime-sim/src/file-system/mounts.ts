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
  /**
   * In the order in which they were mounted. Every step of every path is looked for here: paths are told apart by their lengths sooner
   * than one is hashed. Most tables are those of volumes, in which nothing is mounted: they have none.
   */
  #points: MountPoint[] | undefined;
  /** When it was made, and with it the directories that lead to mount points. Milliseconds since the epoch. */
  readonly madeMs: number;

  constructor(root: MountPoint, madeMs = 0) {
    this.root = root;
    this.madeMs = madeMs;
  }

  add(point: MountPoint): void {
    this.#points ??= [];
    const known = this.#indexOf(point.path);
    if (known < 0) this.#points.push(point);
    else this.#points[known] = point;
  }

  remove(path: string): boolean {
    const known = this.#indexOf(path);
    if (known >= 0) this.#points?.splice(known, 1);
    return known >= 0;
  }

  at(path: string): MountPoint | undefined {
    const known = this.#indexOf(path);
    return known < 0 ? undefined : this.#points?.[known];
  }

  /** True of a directory that lies above a mount point: it exists, whatever the image holds. */
  leadsTo(path: string): boolean {
    const points = this.#points ?? NO_POINTS;
    for (let i = 0; i < points.length; i++) if (isBelow((points[i] as MountPoint).path, path)) return true;
    return false;
  }

  /** Names of a directory that lead to mount points, so that it shows them even if the image has no such entry. */
  namesIn(path: string): Iterable<string> {
    const names = new Set<string>();
    for (const point of this.#points ?? NO_POINTS)
      if (isBelow(point.path, path)) names.add(point.path.slice(path.length + 1).split('/', 1)[0] ?? '');
    return names;
  }

  /** In the order in which they were mounted, the root first. */
  list(): readonly MountPoint[] {
    return [this.root, ...(this.#points ?? NO_POINTS)];
  }

  #indexOf(path: string): number {
    const points = this.#points ?? NO_POINTS;
    for (let i = 0; i < points.length; i++) if ((points[i] as MountPoint).path === path) return i;
    return -1;
  }
}

const NO_POINTS: readonly MountPoint[] = [];

const isBelow = (path: string, folder: string): boolean =>
  path.length > folder.length && path[folder.length] === '/' && path.startsWith(folder);

/** What a mount point shows at its top. */
export function topOf(point: MountPoint): FsNode {
  return point.part ?? point.tree.root;
}

import type { Mount } from '@tabernetes/node-api';
import { type MountPoint, type MountTable, topOf } from '../file-system/mounts.ts';
import type { FsNode } from '../file-system/node.ts';
import type { Awaiting, Tree } from '../file-system/tree.ts';
import { SimVolume } from '../file-system/volume.ts';
import { follow, namesOf, ROOT } from '../file-system/walk.ts';

const DISK_OPTIONS = 'relatime,discard,resv_strict,resuid=65534,resgid=65534';
const SNAPSHOTS = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';

/** The root of a container: what the image has, and over it what is the container's own. */
export class OverlayMount implements MountPoint {
  readonly path = '';
  readonly source = 'overlay';
  readonly tree: Tree;
  readonly readOnly: boolean;
  readonly #id: string;

  constructor(id: string, tree: Tree, readOnly: boolean) {
    this.#id = id;
    this.tree = tree;
    this.readOnly = readOnly;
  }

  /** Made for who reads /proc/mounts. */
  get options(): string {
    const own = `${SNAPSHOTS}/${2 + (Number.parseInt(this.#id.slice(0, 8), 16) % 9_000)}`;
    return `relatime,lowerdir=${SNAPSHOTS}/1/fs,upperdir=${own}/fs,workdir=${own}/work`;
  }
}

/**
 * A volume, or one file or directory in it. That stays the one that was there when it was mounted, whatever takes its place in the volume
 * later; it is looked for when the volume is first looked into, before which nothing can take its place.
 */
export class VolumeMount implements MountPoint, Awaiting {
  readonly path: string;
  readonly readOnly: boolean;
  readonly #volume: SimVolume;
  readonly #subPath: string;
  #part: FsNode | undefined;

  /** @throws {TypeError} when another runtime has made the volume */
  constructor({ containerPath, volume, subPath = '', readOnly }: Mount) {
    if (!(volume instanceof SimVolume)) throw new TypeError(`${containerPath}: a volume of another runtime`);
    this.path = containerPath.length > 1 ? containerPath.replace(/\/+$/, '') : '';
    this.readOnly = readOnly;
    this.#volume = volume;
    this.#subPath = subPath;
    if (subPath !== '') volume.tree.whenMade(this);
  }

  treeMade(): void {
    const place = this.#volume.fs.place(`/${this.#subPath}`);
    if (place.node !== undefined) this.#part = this.tree.own(namesOf(place), place.node);
  }

  get tree(): Tree {
    return this.#volume.tree;
  }

  get part(): FsNode | undefined {
    void this.tree.root;
    return this.#part;
  }

  get source(): string {
    return this.#volume.source ?? (this.#volume.fsType === 'tmpfs' ? 'tmpfs' : '/dev/vda');
  }

  get options(): string {
    if (this.#volume.options !== undefined) return this.#volume.options;
    if (this.#volume.fsType !== 'tmpfs') return DISK_OPTIONS;
    const { capacityBytes } = this.tree;
    return `relatime${Number.isFinite(capacityBytes) ? `,size=${Math.floor(capacityBytes / 1024)}k` : ''},noswap`;
  }
}

/**
 * What runc says of a directory that is to be mounted on a file, or of a file on a directory; undefined when they fit, or when nothing is
 * there yet.
 */
export function misfit(table: MountTable, point: VolumeMount, nodePath: string): string | undefined {
  const there = follow(table, ROOT, '/', point.path, true, 1);
  if (typeof there === 'string' || there.node === undefined) return undefined;
  if ((there.node.type === 'directory') === (topOf(point).type === 'directory')) return undefined;
  const flags = point.readOnly ? '0x5001' : '0x5000';
  return `error mounting "${nodePath}" to rootfs at "${point.path}": mount ${nodePath}:${point.path} (via /proc/self/fd/6), flags: ${flags}: not a directory`;
}

import type { Chunk, FileErrorCode, FileStat, FileSystem, WriteOptions } from '@tabernetes/node-api';
import { byteLength, Content } from './content.ts';
import { fail } from './file-error.ts';
import type { MountTable } from './mounts.ts';
import { type DirectoryNode, type FileNode, type FsNode, type NodeMeta, notify } from './node.ts';
import { NodeStat } from './node-stat.ts';
import {
  absolute,
  CAP_CHOWN,
  CAP_FOWNER,
  type Credentials,
  EXECUTE,
  follow,
  isCapable,
  mayAccess,
  namesOf,
  type Place,
  READ,
  split,
  WRITE,
  walk,
} from './walk.ts';

export interface FsViewDeps {
  /** Asked at each call, so that an owner may build it when the first file is touched. */
  readonly mounts: MountTable;
  now(): number;
}

/**
 * The files as one process sees them: mounts of its container, permissions of its user, paths relative to its working
 * directory. Costs a few words; all that is kept lies in the trees.
 */
export class FsView implements FileSystem {
  readonly #deps: FsViewDeps;
  readonly who: Credentials;
  cwd: string;
  umask = 0o022;
  /** What /proc/self leads to. */
  pid = 1;
  /** Who writes, and is told what that takes of its memory. */
  writer: { charge(bytes: number): void } | undefined;

  constructor(deps: FsViewDeps, who: Credentials, cwd = '/') {
    this.#deps = deps;
    this.who = who;
    this.cwd = cwd;
  }

  get mounts(): MountTable {
    return this.#deps.mounts;
  }

  /** The same files for another user or from another directory. */
  as(who: Credentials, cwd = this.cwd): FsView {
    const view = new FsView(this.#deps, who, cwd);
    view.umask = this.umask;
    return view;
  }

  /** Where a path leads, whether there is a file or not. */
  place(path: string, followLast = true): Place {
    return walk(this.mounts, this.who, this.cwd, path, followLast, this.pid);
  }

  /** As {@link place}; what is refused is given back. */
  seek(path: string): Place | FileErrorCode {
    return follow(this.mounts, this.who, this.cwd, path, true, this.pid);
  }

  /** The file at a path. @throws {FileOperationError} ENOENT */
  node(path: string, followLast = true): FsNode {
    return this.place(path, followLast).node ?? fail('ENOENT', path);
  }

  may(path: string, want: 'read' | 'write' | 'execute'): boolean {
    const place = this.seek(path);
    if (typeof place === 'string' || place.node === undefined) return false;
    if (want === 'write' && place.mount.readOnly) return false;
    return mayAccess(this.who, place.node, want === 'read' ? READ : want === 'write' ? WRITE : EXECUTE);
  }

  readFile(path: string): Uint8Array {
    const node = this.readable(path);
    return node.type === 'file' ? node.content.bytes().slice() : new TextEncoder().encode(this.readText(path));
  }

  readText(path: string): string {
    const node = this.readable(path);
    if (node.type === 'file') return node.content.text();
    return node.type === 'live' ? node.read() : '';
  }

  /** The node behind a path that this user may read. @throws {FileOperationError} ENOENT, EISDIR, EACCES */
  readable(path: string): FsNode {
    const node = this.node(path);
    if (node.type === 'directory') fail('EISDIR', path);
    if (!mayAccess(this.who, node, READ)) fail('EACCES', path);
    return node;
  }

  writeFile(path: string, content: Chunk, { mode, append = false, exclusive = false }: WriteOptions = {}): void {
    const node = this.writable(path, { mode, exclusive, truncate: !append });
    if (node.type === 'live') node.write?.(typeof content === 'string' ? content : new TextDecoder().decode(content));
    if (node.type === 'file') this.put(node, append ? node.content.length : 0, content, path);
  }

  writeLater(path: string, text: () => string, { mode }: Pick<WriteOptions, 'mode'> = {}): void {
    const node = this.writable(path, { mode, truncate: true });
    if (node.type !== 'file') return;
    // A file that is gone by then takes no room.
    node.content = Content.later(text, (bytes) => {
      if (node.tree !== undefined && node.links > 0) node.tree.usedBytes += bytes;
    });
    this.touched(node, undefined);
  }

  /** The file at a path, made if need be, ready to be changed. @throws {FileOperationError} */
  writable(
    path: string,
    { mode = 0o666 & ~this.umask, exclusive = false, truncate = false, create = true }: WritableOptions = {},
  ): FsNode {
    const place = this.place(path);
    const { node, mount } = place;
    if (node === undefined) {
      if (!create) fail('ENOENT', path);
      const { uid, gid, modifiedMs, tree } = this.#meta(place, mode);
      const content = new Content();
      return this.#add(place, path, { type: 'file', mode, uid, gid, modifiedMs, tree, content, links: 1 });
    }
    if (exclusive) fail('EEXIST', path);
    if (node.type === 'directory') fail('EISDIR', path);
    if (node.type === 'device') return node;
    if (mount.readOnly) fail('EROFS', path);
    if (!mayAccess(this.who, node, WRITE)) fail('EACCES', path);
    const own = mount.tree.own(namesOf(place), node);
    if (truncate && own.type === 'file' && !own.content.isEmpty) {
      mount.tree.account(-own.content.heldBytes, path);
      own.content = new Content();
      this.touched(own, place.parent);
    }
    return own;
  }

  /** Writes into a file that {@link writable} gave. @throws {FileOperationError} ENOSPC, having written what fits */
  put(node: FileNode, offset: number, chunk: Chunk, path: string): void {
    const more = offset + byteLength(chunk) - node.content.length;
    if (more > 0 && node.tree?.fsType === 'tmpfs') this.writer?.charge(more);
    if (more > 0) node.tree?.account(more, path);
    node.content.write(offset, chunk);
    this.touched(node, undefined);
  }

  /** Marks a file as changed now and tells those who watch it or its directory. */
  touched(node: NodeMeta, parent: DirectoryNode | undefined): void {
    node.modifiedMs = this.#deps.now();
    notify(node);
    notify(parent);
  }

  stat(path: string): FileStat {
    const place = this.place(path);
    return new NodeStat(place.node ?? fail('ENOENT', path), place, this.mounts);
  }

  lstat(path: string): FileStat {
    const place = this.place(path, false);
    return new NodeStat(place.node ?? fail('ENOENT', path), place, this.mounts);
  }

  exists(path: string): boolean {
    const place = this.seek(path);
    return typeof place !== 'string' && place.node !== undefined;
  }

  readDirectory(path: string): readonly string[] {
    const place = this.place(path);
    const node = place.node ?? fail('ENOENT', path);
    if (node.type !== 'directory') fail('ENOTDIR', path);
    if (!mayAccess(this.who, node, READ)) fail('EACCES', path);
    const names = new Set(node.live === undefined ? node.entries.keys() : node.live.names());
    for (const name of this.mounts.namesIn(place.path === '/' ? '' : place.path)) names.add(name);
    return [...names].sort(byBytes);
  }

  mkdir(
    path: string,
    {
      recursive = false,
      mode = 0o777 & ~this.umask,
      parentMode = 0o777 & ~this.umask,
    }: { recursive?: boolean; mode?: number; parentMode?: number } = {},
  ): void {
    if (recursive) {
      const names = split(absolute(this.cwd, path));
      for (let i = 1; i < names.length; i++) {
        const above = `/${names.slice(0, i).join('/')}`;
        if (!this.exists(above)) this.mkdir(above, { mode: parentMode });
      }
    }
    const place = this.place(path);
    if (place.node !== undefined) {
      if (recursive && place.node.type === 'directory') return;
      fail('EEXIST', path);
    }
    const meta = this.#meta(place, mode);
    // A directory of a setgid directory is one as well.
    if (((place.parent?.mode ?? 0) & 0o2000) !== 0) meta.mode |= 0o2000;
    const { uid, gid, modifiedMs, tree } = meta;
    this.#add(place, path, { type: 'directory', mode: meta.mode, uid, gid, modifiedMs, tree, entries: new Map() });
  }

  remove(path: string, { recursive = false, force = false }: { recursive?: boolean; force?: boolean } = {}): void {
    const place = this.place(path, false);
    const { node, mount, name } = place;
    if (node === undefined) {
      if (force) return;
      fail('ENOENT', path);
    }
    if (namesOf(place).length === 0) fail('EBUSY', path);
    if (mount.readOnly) fail('EROFS', path);
    if (node.type === 'directory') {
      const names = this.readDirectory(place.path);
      if (names.length > 0 && !recursive) fail('ENOTEMPTY', path);
      for (const child of names) this.remove(`${place.path}/${child}`, { recursive });
    }
    const parent = this.#ownParent(place, path, node);
    parent.entries.delete(name);
    mount.tree.release(node);
    this.touched(parent, undefined);
    notify(node);
  }

  rename(from: string, to: string): void {
    const source = this.place(from, false);
    const node = source.node ?? fail('ENOENT', from);
    let target = this.place(to, false);
    if (namesOf(source).length === 0) fail('EBUSY', from);
    if (source.mount !== target.mount) fail('EXDEV', to);
    if (source.mount.readOnly) fail('EROFS', from);
    if (target.node === node) return;
    if (`${target.path}/`.startsWith(`${source.path}/`)) fail('EINVAL', to);
    if (target.node !== undefined) {
      if (target.node.type === 'directory') {
        if (node.type !== 'directory') fail('EISDIR', to);
        if (this.readDirectory(target.path).length > 0) fail('ENOTEMPTY', to);
      } else if (node.type === 'directory') fail('ENOTDIR', to);
    }
    const parent = this.#ownParent(source, from, node);
    target = this.place(to, false);
    const into = this.#ownParent(target, to, target.node);
    const moved = source.mount.tree.own(namesOf(source), node);
    if (target.node !== undefined) target.mount.tree.release(target.node);
    parent.entries.delete(source.name);
    into.entries.set(target.name, moved);
    this.touched(parent, undefined);
    if (into !== parent) this.touched(into, undefined);
    notify(target.node);
  }

  symlink(target: string, path: string): void {
    const place = this.place(path, false);
    if (place.node !== undefined) fail('EEXIST', path);
    const { mode, uid, gid, modifiedMs, tree } = this.#meta(place, 0o777);
    this.#add(place, path, { type: 'symlink', mode, uid, gid, modifiedMs, tree, target });
  }

  makeFifo(path: string, mode = 0o666 & ~this.umask): void {
    const place = this.place(path, false);
    if (place.node !== undefined) fail('EEXIST', path);
    this.#add(place, path, { type: 'fifo', ...this.#meta(place, mode) });
  }

  link(existing: string, path: string): void {
    const source = this.place(existing, false);
    const node = source.node ?? fail('ENOENT', existing);
    const place = this.place(path, false);
    if (place.node !== undefined) fail('EEXIST', path);
    if (node.type === 'directory' || source.mount !== place.mount) fail('EXDEV', path);
    const own = source.mount.tree.own(namesOf(source), node);
    if (own.type === 'file') own.links++;
    this.#add(this.place(path, false), path, own);
  }

  readLink(path: string): string {
    const node = this.node(path, false);
    return node.type === 'symlink' ? node.target : fail('EINVAL', path);
  }

  realPath(path: string): string {
    const { node, path: real } = this.place(path);
    return node === undefined ? fail('ENOENT', path) : real;
  }

  chmod(path: string, mode: number): void {
    this.#change(path, (node) => {
      node.mode = mode & 0o7777;
    });
  }

  chown(path: string, uid: number, gid: number): void {
    this.place(path);
    if (!isCapable(this.who, CAP_CHOWN)) fail('EACCES', path);
    this.#change(path, (node) => {
      node.uid = uid;
      node.gid = gid;
    });
  }

  touch(path: string, modifiedMs: number): void {
    const place = this.place(path);
    if (place.node === undefined) {
      this.writeFile(path, '');
      this.touch(path, modifiedMs);
      return;
    }
    if (place.mount.readOnly) fail('EROFS', path);
    if (!mayAccess(this.who, place.node, WRITE) && this.who.uid !== place.node.uid) fail('EACCES', path);
    const node = place.mount.tree.own(namesOf(place), place.node);
    node.modifiedMs = modifiedMs;
    notify(node);
  }

  watch(path: string, onChange: () => void): { dispose(): void } {
    const place = this.place(path);
    const node = place.node ?? fail('ENOENT', path);
    // A shared node has no watchers: it never changes, its copy will.
    const nodes: NodeMeta[] = [place.mount.tree.own(namesOf(place), node)];
    const lexical = this.place(path, false).parent;
    if (lexical?.tree !== undefined && node.type !== 'directory') nodes.push(lexical);
    for (const watched of nodes) {
      watched.watchers ??= new Set();
      watched.watchers.add(onChange);
    }
    return {
      dispose() {
        for (const watched of nodes) watched.watchers?.delete(onChange);
      },
    };
  }

  /** Puts a node that somebody made where there is none yet. */
  add(path: string, node: FsNode): FsNode {
    const place = this.place(path, false);
    if (place.node !== undefined) fail('EEXIST', path);
    return this.#add(place, path, { ...node, ...this.#meta(place, node.mode), modifiedMs: this.#deps.now() } as FsNode);
  }

  #change(path: string, change: (node: FsNode) => void): void {
    const place = this.place(path);
    const node = place.node ?? fail('ENOENT', path);
    if (place.mount.readOnly) fail('EROFS', path);
    if (this.who.uid !== node.uid && !isCapable(this.who, CAP_FOWNER)) fail('EACCES', path);
    const own = place.mount.tree.own(namesOf(place), node);
    change(own);
    notify(own);
  }

  #meta({ mount, parent }: Place, mode: number): NodeMeta {
    const inherited = parent !== undefined && (parent.mode & 0o2000) !== 0 ? parent.gid : undefined;
    return {
      mode,
      uid: this.who.uid,
      gid: inherited ?? mount.tree.gid ?? this.who.gid,
      modifiedMs: this.#deps.now(),
      tree: mount.tree,
    };
  }

  #add(place: Place, path: string, node: FsNode): FsNode {
    const parent = this.#ownParent(place, path, undefined);
    parent.entries.set(place.name, node);
    this.touched(parent, undefined);
    return node;
  }

  /** The directory above, ready to be changed by this user. */
  #ownParent(place: Place, path: string, removed: FsNode | undefined): DirectoryNode {
    const { mount, parent } = place;
    if (parent === undefined) fail('ENOENT', path);
    if (mount.readOnly) fail('EROFS', path);
    if (parent.live !== undefined) fail('EACCES', path);
    if (!mayAccess(this.who, parent, WRITE | EXECUTE)) fail('EACCES', path);
    const sticky = (parent.mode & 0o1000) !== 0 && !isCapable(this.who, CAP_FOWNER);
    if (sticky && removed !== undefined && this.who.uid !== removed.uid && this.who.uid !== parent.uid)
      fail('EACCES', path);
    return mount.tree.own(namesOf(place).slice(0, -1), parent) as DirectoryNode;
  }
}

export interface WritableOptions {
  readonly mode?: number | undefined;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly create?: boolean;
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { fail } from './file-error.ts';
import { type DirectoryNode, entryOf, type FileNode, type FsNode } from './node.ts';

export interface TreeOptions {
  /** What /proc/mounts calls it. Default overlay. */
  readonly fsType?: string;
  /** Writes beyond fail with ENOSPC. */
  readonly capacityBytes?: number;
  /** Group of new files. */
  readonly gid?: number;
}

/** Who waits for a tree that is made when somebody looks. */
export interface Awaiting {
  treeMade(): void;
}

const OVERLAY = 'overlay';

/** All files are in the memory of the host, which a disk of a node may well exceed. */
export const MAX_HELD_BYTES = 512 * 1024 ** 2;

/**
 * A tree of files that starts as an image's and keeps only what differs.
 *
 * ```
 *   image (shared)      /  ── etc ── passwd          a write to /etc/hosts:
 *                        └── bin ── sh
 *   tree                /' ── etc'── passwd          / and /etc are copied (their tables, not their files),
 *                        └── bin    └ hosts'         hosts' is new; bin and passwd are the image's own
 * ```
 *
 * A node belongs to the tree that may change it (`node.tree`); what a node of this tree hangs on belongs to it too.
 */
export class Tree {
  /** Or what makes it when somebody looks for the first time. */
  #root: DirectoryNode | ((tree: Tree) => DirectoryNode);
  /** To be told when it has been made. */
  #waiting: Awaiting[] | undefined;
  readonly fsType: string;
  readonly capacityBytes: number;
  readonly gid: number | undefined;
  /** Bytes in files that this tree owns. */
  usedBytes = 0;

  constructor(
    root: DirectoryNode | ((tree: Tree) => DirectoryNode),
    { fsType = OVERLAY, capacityBytes = Number.POSITIVE_INFINITY, gid }: TreeOptions = {},
  ) {
    this.#root = root;
    this.fsType = fsType;
    this.capacityBytes = capacityBytes;
    this.gid = gid;
  }

  get root(): DirectoryNode {
    return typeof this.#root === 'function' ? this.#make(this.#root) : this.#root;
  }

  set root(root: DirectoryNode) {
    this.#root = root;
  }

  /** Nobody has looked yet: it is as it was when it was made. */
  get isUntouched(): boolean {
    return typeof this.#root === 'function';
  }

  /** Calls as soon as it has been made, before whoever made that necessary sees it. */
  whenMade(who: Awaiting): void {
    if (!this.isUntouched) who.treeMade();
    else if (this.#waiting === undefined) this.#waiting = [who];
    else this.#waiting.push(who);
  }

  /** A node at these names below the root, made this tree's own: it and all above it are copied unless they are already. */
  own(names: readonly string[], node: FsNode): FsNode {
    if (node.tree === this || (node.type === 'directory' && node.live !== undefined)) return node;
    if (this.root.tree !== this) this.root = this.#copy(this.root) as DirectoryNode;
    let at: FsNode = this.root;
    for (const name of names) {
      if (at.type !== 'directory') return node;
      let next: FsNode | undefined = entryOf(at, name);
      if (next === undefined) return node;
      if (next.tree !== this) {
        next = this.#copy(next);
        at.entries.set(name, next);
      }
      at = next;
    }
    return at;
  }

  /** Counts bytes that come or go. @throws {FileOperationError} ENOSPC */
  account(bytes: number, path: string): void {
    if (bytes > 0 && this.usedBytes + bytes > Math.min(this.capacityBytes, MAX_HELD_BYTES)) fail('ENOSPC', path);
    this.usedBytes += bytes;
  }

  /** Lets go of the bytes of a node that left the tree. */
  release(node: FsNode): void {
    if (node.tree !== this) return;
    if (node.type === 'file') {
      node.links--;
      if (node.links <= 0) this.usedBytes -= node.content.heldBytes;
    } else if (node.type === 'directory') for (const child of node.entries.values()) this.release(child);
  }

  #make(make: (tree: Tree) => DirectoryNode): DirectoryNode {
    const root = make(this);
    this.#root = root;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const who of waiting ?? []) who.treeMade();
    return root;
  }

  #copy(node: FsNode): FsNode {
    if (node.type === 'directory') {
      const { mode, uid, gid, modifiedMs } = node;
      const merged = this.fsType === OVERLAY;
      return { type: 'directory', mode, uid, gid, modifiedMs, tree: this, entries: new Map(node.entries), merged };
    }
    if (node.type === 'file') {
      const copy: FileNode = { ...node, content: node.content.copy(), links: 1, tree: this };
      this.usedBytes += copy.content.length;
      return copy;
    }
    return { ...node, tree: this };
  }
}

import type { FileErrorCode } from '@tabernetes/node-api';
import { byteLength } from './content.ts';
import { fail } from './file-error.ts';
import { type MountPoint, type MountTable, topOf } from './mounts.ts';
import { type DirectoryNode, directory, entryOf, type FsNode, SELF } from './node.ts';

/** Who asks. Root passes every check, unless it was left without the capability for it. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** What root may do, by the kernel's bits; all when absent. Others may do nothing of it. */
  readonly capabilities?: bigint;
}

/** Capabilities that decide over files and signals. @see https://man7.org/linux/man-pages/man7/capabilities.7.html */
export const CAP_CHOWN = 1n << 0n;
const CAP_DAC_OVERRIDE = 1n << 1n;
export const CAP_FOWNER = 1n << 3n;
export const CAP_KILL = 1n << 5n;

/** Whether somebody has a capability. */
export function isCapable({ uid, capabilities }: Credentials, capability: bigint): boolean {
  return uid === 0 && (capabilities === undefined || (capabilities & capability) !== 0n);
}

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [] };

/** Where a path leads. */
export interface Place {
  readonly mount: MountPoint;
  /** Absolute, no symbolic link, `.` or `..` in it; the last name may not exist. */
  readonly path: string;
  readonly node: FsNode | undefined;
  readonly parent: DirectoryNode | undefined;
  readonly name: string;
  /** Where the way came from, and where `..` leads; undefined at the root. */
  readonly above: Place | undefined;
}

/**
 * What Linux lets a path and a name be. Working directories are paths here, so that what is below them is counted with
 * them: nobody makes a tree that is too deep to be walked.
 * @see https://man7.org/linux/man-pages/man7/path_resolution.7.html
 */
const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/** What Linux grants by owner, group and others. */
export function mayAccess(who: Credentials, node: FsNode, want: number): boolean {
  if (isCapable(who, CAP_DAC_OVERRIDE))
    return want !== EXECUTE || node.type === 'directory' || (node.mode & 0o111) !== 0;
  let bits = node.mode & 7;
  if (who.uid === node.uid) bits = (node.mode >> 6) & 7;
  else if (who.gid === node.gid || who.groups.includes(node.gid)) bits = (node.mode >> 3) & 7;
  return (bits & want) === want;
}

/**
 * Follows a path from the root through mounts and symbolic links.
 * @throws {FileOperationError} ENOENT and ENOTDIR for what lies above the last name, EACCES, ELOOP, ENAMETOOLONG
 */
export function walk(
  mounts: MountTable,
  who: Credentials,
  cwd: string,
  path: string,
  followLast: boolean,
  pid: number,
): Place {
  const found = follow(mounts, who, cwd, path, followLast, pid);
  return typeof found === 'string' ? fail(found, path) : found;
}

/** As {@link walk}, but what is refused is given back: who only asks whether there is a file need not pay for an error. */
export function follow(
  mounts: MountTable,
  who: Credentials,
  cwd: string,
  path: string,
  followLast: boolean,
  pid: number,
): Place | FileErrorCode {
  if (path === '') return 'ENOENT';
  if (isLonger(path, MAX_PATH_BYTES - (path[0] === '/' ? 0 : cwd.length))) return 'ENAMETOOLONG';
  let way = path[0] === '/' ? path : `${cwd}/${path}`;
  let at = nextName(way, 0);
  let here = rootPlace(mounts);
  let links = 0;
  let endsInSlash = path.endsWith('/') || path.endsWith('/.');
  while (at < way.length) {
    const end = endOfName(way, at);
    const name = way.slice(at, end);
    at = nextName(way, end);
    if (name === '..') {
      here = here.above ?? here;
      continue;
    }
    const parent = here.node;
    if (parent === undefined) return 'ENOENT';
    if (parent.type !== 'directory') return 'ENOTDIR';
    if ((who.uid !== 0 || who.capabilities !== undefined) && !mayAccess(who, parent, EXECUTE)) return 'EACCES';
    if (isLonger(name, MAX_NAME_BYTES)) return 'ENAMETOOLONG';
    const next = step(mounts, here, parent, name);
    const last = at === way.length;
    if (next.node?.type === 'symlink' && (!last || followLast || endsInSlash)) {
      if (++links > 40) return 'ELOOP';
      const target = next.node.target === SELF ? String(pid) : next.node.target;
      if (target[0] === '/') here = rootPlace(mounts);
      if (last && target.endsWith('/')) endsInSlash = true;
      way = last ? target : `${target}/${way.slice(at)}`;
      at = nextName(way, 0);
      continue;
    }
    here = next;
  }
  if (endsInSlash && here.node !== undefined && here.node.type !== 'directory') return 'ENOTDIR';
  return here;
}

const SLASH = 47;
const DOT = 46;

/** Where the next name of a path begins, behind slashes and single dots; the length of the path when there is none. */
function nextName(path: string, from: number): number {
  for (let at = from; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === SLASH) continue;
    const isLone = code === DOT && (at + 1 === path.length || path.charCodeAt(at + 1) === SLASH);
    if (!isLone) return at;
  }
  return path.length;
}

function endOfName(path: string, from: number): number {
  const slash = path.indexOf('/', from);
  return slash < 0 ? path.length : slash;
}

/** True of more bytes than that. Asked at every step: most names are too short to be counted. */
const isLonger = (text: string, bytes: number): boolean => text.length * 3 > bytes && byteLength(text) > bytes;

/** Names of a place from its mount's top: few ask for them, and there is a place for every step of every walk. */
export function namesOf({ mount, path }: Place): readonly string[] {
  return split(path.slice(mount.path.length));
}

/** Names of a path, without empty ones and single dots. */
export function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** `cwd` and a path, put together without looking at any file. */
export function absolute(cwd: string, path: string): string {
  const names: string[] = [];
  for (const name of split(path[0] === '/' ? path : `${cwd}/${path}`)) {
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

function rootPlace(mounts: MountTable): Place {
  return { mount: mounts.root, path: '/', node: topOf(mounts.root), parent: undefined, name: '', above: undefined };
}

function step(mounts: MountTable, here: Place, parent: DirectoryNode, name: string): Place {
  const path = here.path === '/' ? `/${name}` : `${here.path}/${name}`;
  const point = mounts.at(path);
  if (point !== undefined) return { mount: point, path, node: topOf(point), parent, name, above: here };
  const { mount } = here;
  let node = entryOf(parent, name);
  let holder = parent;
  if (node === undefined && mounts.leadsTo(path)) {
    holder = mount.tree.own(namesOf(here), parent) as DirectoryNode;
    node = { ...directory(), modifiedMs: mounts.madeMs, tree: mount.tree };
    if (holder.live === undefined) holder.entries.set(name, node);
  }
  return { mount, path, node, parent: holder, name, above: here };
}

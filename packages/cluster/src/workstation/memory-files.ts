import type { Chunk, FileErrorCode, FileStat, FileSystem } from '@tabernetes/node-api';

/** What went wrong with a path, in the words that programs print. */
class FileFailure extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  readonly path: string;

  constructor(code: FileErrorCode, path: string) {
    super(TEXTS[code]);
    this.code = code;
    this.path = path;
  }
}

const TEXTS: Readonly<Record<FileErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  EACCES: 'Permission denied',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
  ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument',
  EBUSY: 'Device or resource busy',
  EXDEV: 'Invalid cross-device link',
};

interface Entry {
  /** Undefined: a directory. */
  bytes: Uint8Array | undefined;
  mode: number;
  uid: number;
  gid: number;
  modifiedMs: number;
}

/** Files and directories of one user's machine: a map of paths. No links: `symlink` and `link` are refused with EINVAL. */
export function memoryFiles(now: () => number, cwd: string): FileSystem {
  const entries = new Map<string, Entry>([['/', directory(now())]]);
  const watchers = new Map<string, Set<() => void>>();

  const absolute = (path: string): string => {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  };
  const get = (path: string): Entry => {
    const entry = entries.get(absolute(path));
    if (entry === undefined) throw new FileFailure('ENOENT', path);
    return entry;
  };
  const told = (at: string): void => {
    for (const place of [at, parentOf(at)]) for (const told of [...(watchers.get(place) ?? [])]) told();
  };
  const below = (at: string): readonly string[] => {
    const prefix = at === '/' ? '/' : `${at}/`;
    return [...entries.keys()].filter((path) => path !== at && path.startsWith(prefix));
  };
  const needsParent = (at: string, path: string): void => {
    const parent = entries.get(parentOf(at));
    if (parent === undefined) throw new FileFailure('ENOENT', path);
    if (parent.bytes !== undefined) throw new FileFailure('ENOTDIR', path);
  };
  const bytesOf = (path: string): Uint8Array => {
    const { bytes } = get(path);
    if (bytes === undefined) throw new FileFailure('EISDIR', path);
    return bytes;
  };
  const stat = (path: string): FileStat => {
    const { bytes, ...rest } = get(path);
    return { type: bytes === undefined ? 'directory' : 'file', size: bytes?.length ?? 4096, ...rest };
  };
  const files: FileSystem = {
    readFile: (path) => bytesOf(path).slice(),
    readText: (path) => new TextDecoder().decode(bytesOf(path)),
    writeFile(path, content, { mode = 0o644, append = false, exclusive = false } = {}) {
      const at = absolute(path);
      const known = entries.get(at);
      if (known !== undefined && exclusive) throw new FileFailure('EEXIST', path);
      if (known !== undefined && known.bytes === undefined) throw new FileFailure('EISDIR', path);
      needsParent(at, path);
      const before = append ? (known?.bytes ?? new Uint8Array(0)) : new Uint8Array(0);
      const bytes = joined(before, content);
      entries.set(at, { bytes, mode: known?.mode ?? mode, uid: 0, gid: 0, modifiedMs: now() });
      told(at);
    },
    stat,
    lstat: stat,
    exists: (path) => entries.has(absolute(path)),
    readDirectory(path) {
      if (get(path).bytes !== undefined) throw new FileFailure('ENOTDIR', path);
      const at = absolute(path);
      const from = at === '/' ? 1 : at.length + 1;
      return below(at)
        .map((each) => each.slice(from))
        .filter((name) => !name.includes('/'))
        .sort();
    },
    mkdir(path, { recursive = false } = {}) {
      const at = absolute(path);
      if (entries.has(at)) {
        if (recursive && entries.get(at)?.bytes === undefined) return;
        throw new FileFailure('EEXIST', path);
      }
      if (recursive) files.mkdir(parentOf(at), { recursive });
      needsParent(at, path);
      entries.set(at, directory(now()));
      told(at);
    },
    remove(path, { recursive = false, force = false } = {}) {
      const at = absolute(path);
      if (!entries.has(at)) {
        if (force) return;
        throw new FileFailure('ENOENT', path);
      }
      if (at === '/') throw new FileFailure('EBUSY', path);
      const inside = below(at);
      if (inside.length > 0 && !recursive) throw new FileFailure('ENOTEMPTY', path);
      for (const each of [...inside, at]) entries.delete(each);
      told(at);
    },
    rename(from, to) {
      const [source, target] = [absolute(from), absolute(to)];
      const moved = get(from);
      if (source === target) return;
      if (target.startsWith(`${source}/`)) throw new FileFailure('EINVAL', to);
      needsParent(target, to);
      const there = entries.get(target);
      if (there !== undefined && there.bytes === undefined) {
        if (moved.bytes !== undefined) throw new FileFailure('EISDIR', to);
        if (below(target).length > 0) throw new FileFailure('ENOTEMPTY', to);
      } else if (there !== undefined && moved.bytes === undefined) throw new FileFailure('ENOTDIR', to);
      for (const path of [source, ...below(source)]) {
        const entry = entries.get(path);
        entries.delete(path);
        if (entry !== undefined) entries.set(`${target}${path.slice(source.length)}`, entry);
      }
      told(source);
      told(target);
    },
    symlink(_target, path) {
      throw new FileFailure('EINVAL', path);
    },
    link(_existing, path) {
      throw new FileFailure('EINVAL', path);
    },
    readLink(path) {
      get(path);
      throw new FileFailure('EINVAL', path);
    },
    realPath(path) {
      get(path);
      return absolute(path);
    },
    chmod(path, mode) {
      get(path).mode = mode;
    },
    chown(path, uid, gid) {
      Object.assign(get(path), { uid, gid });
    },
    touch(path, modifiedMs) {
      get(path).modifiedMs = modifiedMs;
    },
    watch(path, onChange) {
      const at = absolute(path);
      const there = watchers.get(at) ?? new Set();
      watchers.set(at, there.add(onChange));
      return { dispose: () => void there.delete(onChange) };
    },
  };
  files.mkdir(cwd, { recursive: true });
  return files;
}

const directory = (modifiedMs: number): Entry => ({ bytes: undefined, mode: 0o755, uid: 0, gid: 0, modifiedMs });
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

function joined(before: Uint8Array, content: Chunk): Uint8Array {
  const added = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const bytes = new Uint8Array(before.length + added.length);
  bytes.set(before);
  bytes.set(added, before.length);
  return bytes;
}

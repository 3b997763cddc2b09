import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  utimesSync,
  watch as watchPath,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import type { FileStat, FileSystem } from '@tabernetes/node-api';
import { makeFolders } from '../make-folders.ts';

/** The host's own files, as a {@link FileSystem}. Errors are Node's, which carry the same codes. */
export function nodeFileSystem(cwd: string): FileSystem {
  const at = (path: string): string => resolve(cwd, path);
  return {
    readFile: (path) => readFileSync(at(path)),
    readText: (path) => readFileSync(at(path), 'utf8'),
    writeFile(path, content, { mode = 0o644, append = false, exclusive = false } = {}) {
      writeFileSync(at(path), content, { mode, flag: `${append ? 'a' : 'w'}${exclusive ? 'x' : ''}` });
    },
    stat: (path) => statOf(statSync(at(path))),
    lstat: (path) => statOf(lstatSync(at(path))),
    exists(path) {
      return statSync(at(path), { throwIfNoEntry: false }) !== undefined;
    },
    readDirectory: (path) => readdirSync(at(path)).toSorted(),
    mkdir(path, { recursive = false, mode = 0o755 } = {}) {
      if (recursive) makeFolders(at(path), mode);
      else mkdirSync(at(path), { mode });
    },
    remove(path, { recursive = false, force = false } = {}) {
      rmSync(at(path), { recursive, force });
    },
    rename: (from, to) => renameSync(at(from), at(to)),
    symlink: (target, path) => symlinkSync(target, at(path)),
    link: (existing, path) => linkSync(at(existing), at(path)),
    readLink: (path) => readlinkSync(at(path)),
    realPath: (path) => realpathSync(at(path)),
    chmod: (path, mode) => chmodSync(at(path), mode),
    chown: (path, uid, gid) => chownSync(at(path), uid, gid),
    touch(path, modifiedMs) {
      utimesSync(at(path), modifiedMs / 1_000, modifiedMs / 1_000);
    },
    watch(path, onChange) {
      const watcher = watchPath(at(path), () => onChange());
      return { dispose: () => watcher.close() };
    },
  };
}

function statOf(stats: Stats): FileStat {
  return {
    type: stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'symlink'
        : stats.isFIFO()
          ? 'fifo'
          : stats.isFile()
            ? 'file'
            : 'device',
    size: stats.size,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    modifiedMs: stats.mtimeMs,
  };
}

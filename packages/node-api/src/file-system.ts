import type { Chunk } from './streams.ts';

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'device';

/** What `stat` tells of a file. */
export interface FileStat {
  readonly type: FileType;
  /** Bytes. */
  readonly size: number;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch, on the cluster's clock. */
  readonly modifiedMs: number;
  /** How many names it has; of a directory, two and one for each directory in it. Undefined: nobody counts. */
  readonly links?: number;
}

/** What went wrong with a path; its message is the text that programs print (`No such file or directory`). */
export type FileErrorCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOTEMPTY'
  | 'EACCES'
  | 'EROFS'
  | 'ENOSPC'
  | 'ELOOP'
  | 'ENAMETOOLONG'
  | 'EINVAL'
  | 'EBUSY'
  | 'EXDEV';

export interface FileError extends Error {
  readonly code: FileErrorCode;
  readonly path: string;
}

export interface WriteOptions {
  /** Permission bits of a file that is made. Default 0o644. */
  readonly mode?: number;
  /** Adds to the end instead of replacing. */
  readonly append?: boolean;
  /** Fails with EEXIST when there is such a file. */
  readonly exclusive?: boolean;
}

/**
 * A tree of files, seen by one process: paths are absolute or relative to its working directory, permissions are those
 * of its user, mounts are followed. Everything is in memory and answers at once. Programs of users that run in a Worker
 * of their own see the same methods as promises, so portable programs `await` each call.
 *
 * @throws {FileError} with the code that Linux would give
 */
export interface FileSystem {
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  writeFile(path: string, content: Chunk, options?: WriteOptions): void;
  /**
   * The same with a text that is made when somebody looks at the file, its size included; it must come out the same whenever that is.
   * File systems without it are written to at once.
   */
  writeLater?(path: string, text: () => string, options?: Pick<WriteOptions, 'mode'>): void;
  /** Follows symbolic links. */
  stat(path: string): FileStat;
  lstat(path: string): FileStat;
  exists(path: string): boolean;
  /** Whether this user may do so with what is there, on a disk that takes it. Not every host can tell. */
  may?(path: string, want: 'read' | 'write' | 'execute'): boolean;
  /** Names, sorted. */
  readDirectory(path: string): readonly string[];
  /** `parentMode`: of what is made above it. */
  mkdir(
    path: string,
    options?: { readonly recursive?: boolean; readonly mode?: number; readonly parentMode?: number },
  ): void;
  remove(path: string, options?: { readonly recursive?: boolean; readonly force?: boolean }): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  link(existing: string, path: string): void;
  /** A named pipe. Not every host has them. */
  makeFifo?(path: string, mode?: number): void;
  readLink(path: string): string;
  /** The path with no symbolic link, `.` or `..` in it. */
  realPath(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  touch(path: string, modifiedMs: number): void;
  /** Calls back when the file, or anything directly in the directory, changes: what `tail -f` and inotify wait for. */
  watch(path: string, onChange: () => void): { dispose(): void };
}

/**
 * A directory that containers mount: an emptyDir, a ConfigMap's files, a claim's disk, a directory of the node. It
 * lives as long as who made it wants, is shared by reference between mounts, and changes under the feet of those who
 * mounted it.
 */
export interface Volume {
  /** The tree as root sees it, `/` being the volume's top. */
  readonly fs: FileSystem;
  /** Bytes in use, for size limits and statistics. */
  readonly usedBytes: number;
  /** What `/proc/mounts` calls it: `tmpfs`, `ext4`, `overlay`. */
  readonly fsType: string;
}

export interface VolumeOptions {
  readonly fsType?: string;
  /** Writes beyond fail with ENOSPC. */
  readonly capacityBytes?: number;
  /** Group that owns new files (fsGroup); the directory gets the setgid bit. */
  readonly gid?: number;
  /** Permission bits of the top. Default 0o777. */
  readonly mode?: number;
  /**
   * Puts in what is there at first. A runtime may wait with it until somebody looks, most volumes being mounted and never looked at; it
   * must come out the same whenever that is, and must not fail.
   */
  readonly fill?: (fs: FileSystem) => void;
}

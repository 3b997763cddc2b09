import type { FileSystem } from '@tabernetes/node-api';
import { messageOf } from '../errors.ts';
import { clean, isWithin, join } from '../files/go-path.ts';

/** Reads what a kustomization names, relative to its directory, and refuses what it may not read, in kustomize's words. */
export interface Loader {
  /** The directory, without links. */
  readonly root: string;
  /** @throws {Error} when there is no such file, or it is not below the directory */
  load(path: string): Uint8Array;
  /** The same as text. @throws {Error} */
  text(path: string): string;
  exists(path: string): boolean;
  /** For the kustomization in another directory. @throws {Error} when it is none, or one that is being built */
  below(path: string): Loader;
}

export interface LoaderOptions {
  /** Files outside of the directory may be read: `--load-restrictor=LoadRestrictionsNone`. */
  readonly unrestricted?: boolean;
}

/** @throws {Error} when there is no such directory @see sigs.k8s.io/kustomize/api/internal/loader/fileloader.go */
export function rootLoader(fs: FileSystem, path: string, options: LoaderOptions = {}): Loader {
  refuseRemote(path);
  return loaderAt(fs, confirmed(fs, path), options, []);
}

/** @throws {Error} for what kustomize clones with git, whatever there is by that name */
function refuseRemote(path: string): void {
  if (!/^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(path)) return;
  throw new Error(`kustomizations are built from directories; ${JSON.stringify(path)} is a remote one`);
}

function loaderAt(fs: FileSystem, root: string, options: LoaderOptions, visited: readonly string[]): Loader {
  const within = (path: string): string => (path.startsWith('/') ? clean(path) : join(root, path));
  const located = (path: string): string => {
    if (/^https?:\/\//.test(path)) throw new Error(`remote resources cannot be loaded: ${JSON.stringify(path)}`);
    const full = within(path);
    if (options.unrestricted) {
      if (!fs.exists(full)) throw new Error(`open ${full}: no such file or directory`);
      if (isDirectory(fs, full)) throw new Error(`read ${full}: is a directory`);
      return full;
    }
    const real = realPath(fs, full);
    if (isDirectory(fs, real)) throw new Error(`'${full}' must resolve to a file`);
    if (!isWithin(root, real)) throw new Error(`security; file '${full}' is not in or below '${root}'`);
    return real;
  };
  const roots = [root, ...visited];
  return {
    root,
    load: (path) => fs.readFile(located(path)),
    text: (path) => fs.readText(located(path)),
    exists: (path) => fs.exists(within(path)) && !isDirectory(fs, within(path)),
    below(path) {
      if (path === '') throw new Error('new root cannot be empty');
      refuseRemote(path);
      if (path.startsWith('/')) throw new Error(`new root '${path}' cannot be absolute`);
      const next = confirmed(fs, within(path));
      const again = roots.find((each) => isWithin(next, each));
      if (again !== undefined) {
        throw new Error(`cycle detected: candidate root '${next}' contains visited root '${again}'`);
      }
      return loaderAt(fs, next, options, roots);
    },
  };
}

/** The directory that is meant. @throws {Error} */
function confirmed(fs: FileSystem, path: string): string {
  const why = 'must build at directory: ';
  if (path === '') throw new Error(`${why}directory path cannot be empty`);
  let real: string;
  try {
    real = realPath(fs, path);
  } catch (error) {
    throw new Error(`${why}not a valid directory: ${messageOf(error)}`);
  }
  if (!isDirectory(fs, real)) throw new Error(`${why}'${path}': file is not directory`);
  return real;
}

const isDirectory = (fs: FileSystem, path: string): boolean => fs.stat(path).type === 'directory';

function realPath(fs: FileSystem, path: string): string {
  const absolute = path.startsWith('/') ? clean(path) : join(fs.realPath('.'), path);
  if (fs.exists(absolute)) return fs.realPath(absolute);
  throw new Error(`evalsymlink failure on '${path}' : lstat ${firstMissing(fs, absolute)}: no such file or directory`);
}

function firstMissing(fs: FileSystem, path: string): string {
  let at = '';
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`;
    if (!fs.exists(at)) return at;
  }
  return path;
}

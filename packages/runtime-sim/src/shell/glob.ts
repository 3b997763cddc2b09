import { FileOperationError } from '../file-system/file-error.ts';
import type { FsView } from '../file-system/fs-view.ts';
import { hasGlob, unquotePattern, wholePattern } from './pattern.ts';

/** Names that match a pattern, sorted; empty when there are none. */
export function expandGlob(fs: FsView, pattern: string): string[] {
  const names = pattern.split('/');
  const rooted = names[0] === '';
  let found = [rooted ? '/' : ''];
  const parts = rooted ? names.slice(1) : names;
  parts.forEach((part, index) => {
    const last = index === parts.length - 1;
    found = found.flatMap((base) => matches(fs, base, part, last));
  });
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function matches(fs: FsView, base: string, part: string, last: boolean): string[] {
  const suffix = last ? '' : '/';
  if (part === '') return [base];
  if (!hasGlob(part)) {
    const path = base + unquotePattern(part);
    return exists(fs, path) ? [path + suffix] : [];
  }
  const expression = wholePattern(part);
  try {
    return fs
      .readDirectory(base === '' ? '.' : base)
      .filter((name) => (name[0] !== '.' || part[0] === '.') && expression.test(name))
      .filter((name) => last || isDirectory(fs, base + name))
      .map((name) => base + name + suffix);
  } catch (error) {
    if (error instanceof FileOperationError) return [];
    throw error;
  }
}

function exists(fs: FsView, path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof FileOperationError) return false;
    throw error;
  }
}

function isDirectory(fs: FsView, path: string): boolean {
  return fs.exists(path) && fs.stat(path).type === 'directory';
}

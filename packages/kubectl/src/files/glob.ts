import type { FileSystem } from '@tabernetes/node-api';
import { join } from './go-path.ts';

/**
 * The paths that a pattern stands for, as Go's filepath.Glob finds them: a pattern without `*`, `?`, `[` or `\` stands for itself if it is there;
 * one that cannot be read stands for nothing.
 *
 * @see https://pkg.go.dev/path/filepath#Glob
 */
export function glob(fs: FileSystem, pattern: string): readonly string[] {
  if (!hasMeta(pattern)) return isThere(fs, pattern) ? [pattern] : [];
  const slash = pattern.lastIndexOf('/');
  const name = matcher(pattern.slice(slash + 1));
  if (name === undefined) return [];
  const parent = slash < 0 ? '.' : pattern.slice(0, slash) || '/';
  const directories = hasMeta(parent) ? glob(fs, parent) : [parent];
  return directories.flatMap((directory) => {
    if (!fs.exists(directory) || fs.stat(directory).type !== 'directory') return [];
    return fs
      .readDirectory(directory)
      .filter((each) => name.test(each))
      .map((each) => join(directory, each));
  });
}

const hasMeta = (text: string): boolean => /[*?[\\]/.test(text);

function isThere(fs: FileSystem, path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** One name of a pattern; undefined when a class is not closed or an escape stands at the end. */
function matcher(pattern: string): RegExp | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern.charAt(at);
    if (letter === '*') source += '.*';
    else if (letter === '?') source += '.';
    else if (letter === '[') {
      const found = /^\[(\^?)((?:\\.|[^\]\\])+)\]/su.exec(pattern.slice(at));
      if (found === null) return undefined;
      const [whole, not = '', members = ''] = found;
      source += `[${not}${members.replace(/\\?([\^[\]])/g, '\\$1')}]`;
      at += whole.length - 1;
    } else if (letter === '\\') {
      if (at + 1 === pattern.length) return undefined;
      source += quoted(pattern.charAt(++at));
    } else source += quoted(letter);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return undefined;
  }
}

const quoted = (letter: string): string => letter.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');

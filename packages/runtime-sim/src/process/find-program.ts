import type { FileErrorCode } from '@tabernetes/node-api';
import type { FsView } from '../file-system/fs-view.ts';
import { EXECUTE, mayAccess } from '../file-system/walk.ts';
import type { Applet } from './proc.ts';

/** Of a script the kernel looks at so much. @see https://man7.org/linux/man-pages/man2/execve.2.html */
const FIRST_LINE_LENGTH = 255;

/** What a command name runs: a program, and the arguments that it gets (interpreters of scripts see the script). */
export type Found =
  | { readonly program: Applet; readonly path: string; argv(argv: readonly string[]): readonly string[] }
  | { readonly error: FileErrorCode; readonly path: string };

/** Looks a command up as execvp does. With a slash in the name PATH is not looked at. */
export function findProgram(fs: FsView, name: string, path: string): Found {
  if (name.includes('/')) return load(fs, name, 0);
  if (name === '') return { error: 'ENOENT', path: name };
  let denied: Found | undefined;
  for (const folder of path.split(':')) {
    const found = load(fs, `${folder === '' ? '.' : folder}/${name}`, 0);
    if (!('error' in found)) return found;
    if (found.error === 'EACCES') denied ??= found;
  }
  return denied ?? { error: 'ENOENT', path: name };
}

/** Most folders of PATH have not got what is looked for: that is no error that anybody pays for. */
function load(fs: FsView, path: string, depth: number): Found {
  const place = fs.seek(path);
  if (typeof place === 'string') return { error: place, path };
  const { node } = place;
  if (node === undefined) return { error: 'ENOENT', path };
  if (node.type !== 'file' || (node.mode & 0o111) === 0 || !mayAccess(fs.who, node, EXECUTE))
    return { error: 'EACCES', path };
  if (node.program !== undefined) return { program: node.program as Applet, path, argv: (argv) => argv };
  return interpreted(fs, path, node.content.text(), depth);
}

/** A script: run by what its first line names, else by the shell. */
function interpreted(fs: FsView, path: string, text: string, depth: number): Found {
  const named = /^#![ \t]*(\S+)[ \t]*(.*?)[ \t]*\n/.exec(`${text.slice(0, FIRST_LINE_LENGTH)}\n`);
  const interpreter = named?.[1] ?? '/bin/sh';
  const option = named?.[2] ?? '';
  if (depth > 4) return { error: 'ELOOP', path };
  const found = load(fs, interpreter, depth + 1);
  if ('error' in found) return { error: found.error, path };
  const words = option === '' ? [] : [option];
  return { ...found, argv: (argv) => found.argv([interpreter, ...words, path, ...argv.slice(1)]) };
}

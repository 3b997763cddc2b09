import type { FileError, FileSystem, Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import type { NginxConfig } from './model.ts';

const NUMBERS: Readonly<Partial<Record<FileError['code'], number>>> = { ENOENT: 2, EACCES: 13, ENOTDIR: 20, EROFS: 30 };

const reason = ({ code, message }: FileError): string => `failed (${NUMBERS[code] ?? 5}: ${message})`;

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Nothing is written where it could be: a container is to take no room for directories that stay empty. */
const mayAdd = (fs: FileSystem, path: string): boolean =>
  fs.exists(path) || (fs.may?.(parent(path), 'write') === true && fs.may(parent(path), 'execute'));

/** Why nginx cannot make one of its directories: the text behind `[emerg] `. */
export function whyNoFolder({ fs }: Process, { folders }: NginxConfig): string | undefined {
  for (const folder of folders) {
    if (mayAdd(fs, folder)) continue;
    const made = attempt(() => fs.mkdir(folder));
    if ('error' in made) return `mkdir() "${folder}" ${reason(made.error)}`;
  }
  return undefined;
}

/** Why nginx cannot write down the number of its process. */
export function whyNoPidFile({ fs }: Process, { pidFile }: NginxConfig): string | undefined {
  if (fs.exists(pidFile) ? fs.may?.(pidFile, 'write') === true : mayAdd(fs, pidFile)) return undefined;
  const written = attempt(() => fs.writeFile(pidFile, ''));
  return 'error' in written ? `open() "${pidFile}" ${reason(written.error)}` : undefined;
}

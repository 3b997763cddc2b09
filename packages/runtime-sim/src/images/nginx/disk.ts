import type { FileError, FileSystem, Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import type { NginxConfig } from './model.ts';

const NUMBERS: Readonly<Partial<Record<FileError['code'], number>>> = { ENOENT: 2, EACCES: 13, ENOTDIR: 20, EROFS: 30 };

const reason = ({ code, message }: FileError): string => `failed (${NUMBERS[code] ?? 5}: ${message})`;

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

const mayAddTo = (fs: FileSystem, folder: string): boolean =>
  fs.may?.(folder, 'write') === true && fs.may(folder, 'execute');

/** Nothing is written where it could be: a container is to take no room for directories that stay empty. */
const mayAdd = (fs: FileSystem, path: string): boolean => fs.exists(path) || mayAddTo(fs, parent(path));

/** Why nginx cannot make one of its directories: the text behind `[emerg] `. */
export function whyNoFolder({ fs }: Process, { folders }: NginxConfig): string | undefined {
  // As a rule they lie beside one another.
  let above: string | undefined;
  let isOpen = false;
  for (const folder of folders) {
    if (fs.exists(folder)) continue;
    if (above !== parent(folder)) {
      above = parent(folder);
      isOpen = mayAddTo(fs, above);
    }
    if (isOpen) continue;
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

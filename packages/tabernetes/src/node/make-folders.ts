import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A directory and those above it that are missing. Node's own `recursive` never ends where the system says of a directory that is
 * there that there is none, as below `/proc`.
 *
 * @param path absolute
 * @throws {Error} Node's
 */
export function makeFolders(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path || statSync(above, { throwIfNoEntry: false }) !== undefined) throw error;
    makeFolders(above, mode);
    makeFolders(path, mode);
  }
}

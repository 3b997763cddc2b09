import type { Process } from '@tabernetes/node-api';
import type { FlagSet } from '../flags/flag-set.ts';

/** What servers said of themselves, kept between calls: what `~/.kube/cache` is for. */
export interface DocumentCache {
  /** Undefined when there is nothing, or nothing that is young enough. A name may have folders in it. */
  read(name: string, maxAgeMs: number): KeptDocument | undefined;
  write(name: string, text: string): void;
}

export interface KeptDocument {
  readonly path: string;
  readonly text: string;
}

/**
 * Keeps documents of one server in files below `--cache-dir`, `$KUBECACHEDIR` or `~/.kube/cache`. A directory that
 * cannot be written keeps nothing.
 */
export function fileCache({ fs, env, now }: Process, flags: FlagSet, server: string): DocumentCache {
  const root = flags.changed('cache-dir')
    ? flags.string('cache-dir')
    : env['KUBECACHEDIR'] || `${env['HOME'] ?? '/root'}/.kube/cache`;
  // As kubectl names them: it and this one share what they know.
  const directory = `${root}/discovery/${server.replace(/^https?:\/\//, '').replace(/[^\w/.]/g, '_')}`;
  return {
    read(name, maxAgeMs) {
      try {
        const path = `${directory}/${name}`;
        return now() - fs.stat(path).modifiedMs > maxAgeMs ? undefined : { path, text: fs.readText(path) };
      } catch {
        // No such file.
        return undefined;
      }
    },
    write(name, text) {
      try {
        const path = `${directory}/${name}`;
        fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true, mode: 0o750 });
        // Calls at the same time never see half a file.
        const unfinished = `${path}.${now()}`;
        fs.writeFile(unfinished, text, { mode: 0o660 });
        fs.rename(unfinished, path);
      } catch {
        // A cache that cannot be written is no cache; the server answers as well.
      }
    },
  };
}

import type { FileSystem } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';

/** What a configuration is read from. */
export interface ConfigSource {
  /** Undefined: it cannot be read. */
  text(path: string): string | undefined;
  /** Names in a directory, sorted; none where there is none. */
  names(folder: string): readonly string[];
}

export function filesAsSource(fs: FileSystem): ConfigSource {
  return {
    text(path) {
      const read = attempt(() => fs.readText(path));
      return 'value' in read ? read.value : undefined;
    },
    names(folder) {
      const read = attempt(() => fs.readDirectory(folder));
      return 'value' in read ? read.value : [];
    },
  };
}

interface Known<T> {
  readonly file: string;
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly folders: ReadonlyMap<string, string>;
  readonly made: T;
}

/** Most containers of an image have the configuration that it came with: what a thousand of them make of it is made once. */
export class KnownConfigs<T> {
  readonly #known: Known<T>[] = [];

  /** What is made of a configuration that begins with this file: as before, where all that was read for it says the same. */
  get(source: ConfigSource, file: string, make: (source: ConfigSource) => T): T {
    const found = this.#known.find((known) => known.file === file && isSame(source, known));
    if (found !== undefined) return found.made;
    const texts = new Map<string, string | undefined>();
    const folders = new Map<string, string>();
    const made = make({
      text(path) {
        const text = source.text(path);
        texts.set(path, text);
        return text;
      },
      names(folder) {
        const names = source.names(folder);
        folders.set(folder, names.join('/'));
        return names;
      },
    });
    this.#known.unshift({ file, texts, folders, made });
    this.#known.length = Math.min(this.#known.length, MOST);
    return made;
  }
}

const MOST = 8;

function isSame(source: ConfigSource, { texts, folders }: Known<unknown>): boolean {
  for (const [folder, names] of folders) if (source.names(folder).join('/') !== names) return false;
  for (const [path, text] of texts) if (source.text(path) !== text) return false;
  return true;
}

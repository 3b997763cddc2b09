import type { Chunk, FileStat, FileSystem } from '@tabernetes/node-api';

/** Files in memory, for tests: plain files under absolute paths; directories are there when a file is below them. */
export function memoryFiles(files: Readonly<Record<string, string>>, modifiedMs = 0): FileSystem {
  const contents = new Map(Object.entries(files));
  const modes = new Map<string, number>();
  const at = (path: string): string =>
    (path.startsWith('/') ? path : `/work/${path}`).replace(/\/\.?$/, '').replace(/\/\.\//g, '/');
  const isDirectory = (path: string): boolean =>
    path === '' || [...contents.keys()].some((each) => each.startsWith(`${path}/`));
  const missing = (path: string): Error & { code: string } =>
    Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
  const read = (path: string): string => {
    const text = contents.get(at(path));
    if (text === undefined) throw missing(path);
    return text;
  };
  const stat = (path: string): FileStat => {
    const text = contents.get(at(path));
    if (text === undefined && !isDirectory(at(path))) throw missing(path);
    return {
      type: text === undefined ? 'directory' : 'file',
      size: text?.length ?? 0,
      mode: modes.get(at(path)) ?? 0o644,
      uid: 0,
      gid: 0,
      modifiedMs,
    };
  };
  const refused = (): never => {
    throw new Error('not in tests');
  };
  return {
    readFile: (path) => new TextEncoder().encode(read(path)),
    readText: read,
    writeFile(path, content: Chunk, { append = false } = {}) {
      const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
      contents.set(at(path), append ? (contents.get(at(path)) ?? '') + text : text);
    },
    stat,
    lstat: stat,
    exists: (path) => contents.has(at(path)) || isDirectory(at(path)),
    readDirectory(path) {
      const prefix = `${at(path)}/`;
      const names = [...contents.keys()]
        .filter((each) => each.startsWith(prefix))
        .map((each) => each.slice(prefix.length).split('/')[0] ?? '');
      return [...new Set(names)].sort();
    },
    mkdir: () => undefined,
    remove(path, { recursive = false } = {}) {
      contents.delete(at(path));
      if (!recursive) return;
      for (const each of contents.keys()) if (each.startsWith(`${at(path)}/`)) contents.delete(each);
    },
    rename(from, to) {
      contents.set(at(to), read(from));
      contents.delete(at(from));
    },
    symlink: refused,
    link: refused,
    readLink: refused,
    realPath: at,
    chmod: (path, mode) => void modes.set(at(path), mode),
    chown: () => undefined,
    touch: () => undefined,
    watch: refused,
  };
}

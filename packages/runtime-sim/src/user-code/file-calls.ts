import type { WriteOptions } from '@tabernetes/node-api';
import { chunk, given, maybe, members, number, text, whole } from './arguments.ts';
import type { CallContext, Calls } from './call-context.ts';

/** Permission bits. */
const MODE = 0o7777;

/** The files of the process. */
export function fileCalls({ proc, open, notify }: CallContext): Calls {
  const { fs } = proc;
  const watches = new Map<number, { dispose(): void }>();
  const mode = (value: unknown): number | undefined => maybe(value, (n) => whole(n) & MODE);
  const flag = (value: unknown): boolean | undefined => (value === undefined ? undefined : value === true);
  const writeOptions = (value: unknown): WriteOptions => {
    const options = members(value);
    return given({
      mode: mode(options['mode']),
      append: flag(options['append']),
      exclusive: flag(options['exclusive']),
    });
  };
  return {
    'fs.readFile': (path) => fs.readFile(text(path)),
    'fs.readText': (path) => fs.readText(text(path)),
    'fs.writeFile': (path, content, options) => fs.writeFile(text(path), chunk(content), writeOptions(options)),
    'fs.stat': (path) => fs.stat(text(path)),
    'fs.lstat': (path) => fs.lstat(text(path)),
    'fs.exists': (path) => fs.exists(text(path)),
    'fs.readDirectory': (path) => fs.readDirectory(text(path)),
    'fs.mkdir': (path, value) => {
      const { recursive, ...options } = members(value);
      fs.mkdir(
        text(path),
        given({ recursive: flag(recursive), mode: mode(options['mode']), parentMode: mode(options['parentMode']) }),
      );
    },
    'fs.remove': (path, value) => {
      const { recursive, force } = members(value);
      fs.remove(text(path), given({ recursive: flag(recursive), force: flag(force) }));
    },
    'fs.rename': (from, to) => fs.rename(text(from), text(to)),
    'fs.symlink': (to, path) => fs.symlink(text(to), text(path)),
    'fs.link': (existing, path) => fs.link(text(existing), text(path)),
    'fs.readLink': (path) => fs.readLink(text(path)),
    'fs.realPath': (path) => fs.realPath(text(path)),
    'fs.chmod': (path, bits) => fs.chmod(text(path), whole(bits) & MODE),
    'fs.chown': (path, uid, gid) => fs.chown(text(path), whole(uid), whole(gid)),
    'fs.touch': (path, modifiedMs) => fs.touch(text(path), number(modifiedMs)),
    'fs.watch': (path, to) => {
      const target = whole(to);
      watches.set(
        target,
        fs.watch(text(path), () => notify(target)),
      );
      if (watches.size === 1) {
        proc.onExit(() => {
          for (const watch of watches.values()) watch.dispose();
        });
      }
    },
    unwatch: (to) => {
      watches.get(whole(to))?.dispose();
      watches.delete(whole(to));
    },
    openInput: (path) => open({ input: proc.openInput(text(path)) }),
  };
}

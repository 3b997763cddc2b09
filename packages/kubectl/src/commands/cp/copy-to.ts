import type { FileSystem } from '@tabernetes/node-api';
import type { CommandContext } from '../../command.ts';
import { onFile } from '../../files/file-problem.ts';
import { glob } from '../../files/glob.ts';
import { baseName, clean, dirName, join } from '../../files/go-path.ts';
import { throwFailure } from '../../stream/session.ts';
import { type TarEntry, writeTar } from '../../stream/tar.ts';
import { type Place, remotePath } from './place.ts';
import { passOn, startIn } from './remote.ts';

/** Packs what is here, and lets `tar` unpack it in the container. @throws {Error} with kubectl's text */
export async function copyTo(context: CommandContext, path: string, to: Place): Promise<void> {
  const { process, flags } = context;
  if (!process.fs.exists(path)) throw new Error(`${path} doesn't exist in local filesystem`);
  const target = (await isDirectory(context, to)) ? join(to.path, baseName(path)) : to.path;
  const directory = remotePath(dirName(target));
  const keeps = flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const command = ['tar', ...keeps, '-xmf', '-', '-C', directory];
  const session = await startIn(context, to, command, { stdin: true });
  try {
    const entries = entriesOf(process.fs, clean(path), baseName(clean(target)));
    await Promise.all([
      passOn(session.stdout, (chunk) => process.stdout.write(chunk)),
      passOn(session.stderr, (chunk) => process.stderr.write(chunk)),
      feed(session.stdin, entries),
    ]);
    throwFailure(await session.exit);
  } finally {
    session.close();
  }
}

/** Whatever keeps `test` from answering yes, the path is taken for a file; `tar` will tell what is wrong. */
async function isDirectory(context: CommandContext, place: Place): Promise<boolean> {
  try {
    const session = await startIn(context, place, ['test', '-d', place.path], { quiet: true });
    try {
      throwFailure(await session.exit);
    } finally {
      session.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** Sends an archive; a `tar` that ended early takes no more of it, and says itself why. @throws {Error} of unreadable files */
async function feed(to: WritableStream<Uint8Array> | undefined, entries: Iterable<TarEntry>): Promise<void> {
  if (to === undefined) return;
  const writer = to.getWriter();
  let isGone = false;
  const gone = (): void => {
    isGone = true;
  };
  for (const chunk of writeTar(entries)) {
    await writer.write(chunk).catch(gone);
    if (isGone) return;
  }
  await writer.close().catch(gone);
}

/** A path is a pattern here, on every level, as kubectl takes it. */
function* entriesOf(fs: FileSystem, pattern: string, name: string): Generator<TarEntry> {
  for (const path of glob(fs, pattern)) {
    const { type, mode, modifiedMs } = fs.lstat(path);
    const common = { name, mode, modifiedMs, content: new Uint8Array(), target: '' };
    if (type === 'directory') {
      const children = onFile('open', path, () => fs.readDirectory(path));
      if (children.length === 0) yield { ...common, type };
      for (const child of children) yield* entriesOf(fs, join(pattern, child), join(name, child));
      return;
    }
    if (type === 'symlink') yield { ...common, type, target: fs.readLink(path) };
    else yield { ...common, type: 'file', content: onFile('open', path, () => fs.readFile(path)) };
  }
}

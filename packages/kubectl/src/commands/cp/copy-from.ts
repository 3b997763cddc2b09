import { goQuote } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import type { CommandContext } from '../../command.ts';
import { onFile } from '../../files/file-problem.ts';
import { dirName, isWithin, join } from '../../files/go-path.ts';
import { throwFailure } from '../../stream/session.ts';
import { readTar } from '../../stream/tar.ts';
import { archivePrefix, type Place, remotePath } from './place.ts';
import { chunksOf, passOn, startIn } from './remote.ts';

/**
 * Lets `tar` pack what is in the container, and unpacks it here. Once the archive is whole, what `tar` thinks of it no longer counts: kubectl ends
 * then, and a path that was not there leaves an empty archive.
 *
 * @throws {Error} with kubectl's text
 */
export async function copyFrom(context: CommandContext, from: Place, to: string): Promise<void> {
  const { err, process } = context;
  const { fs } = process;
  const prefix = archivePrefix(from.path);
  let hasWarned = false;
  for await (const entry of readTar(archiveOf(context, from))) {
    if (!entry.name.startsWith(prefix)) throw new Error('tar contents corrupted');
    const target = join(to, remotePath(entry.name.slice(prefix.length)));
    if (!isWithin(join(to), target)) {
      err.write(`warning: file ${goQuote(target)} is outside target destination, skipping\n`);
      continue;
    }
    makeDirectory(fs, dirName(target));
    if (entry.type === 'directory') makeDirectory(fs, target);
    else if (entry.type === 'symlink') {
      err.write(
        `warning: skipping symlink: ${goQuote(target)} -> ${goQuote(entry.target)}${hasWarned ? '' : insteadOf(from)}\n`,
      );
      hasWarned = true;
    } else onFile('open', target, () => fs.writeFile(target, entry.content));
  }
}

/** The namespace stands there as it was typed: not at all, perhaps. */
const insteadOf = ({ namespace, pod, path }: Place): string =>
  ` (consider using "kubectl exec -n ${goQuote(namespace)} ${goQuote(pod)} -- tar cf - ${goQuote(path)} | tar xf -")`;

/** Makes all that is missing on the way. @throws {Error} which names the first thing on the way that is no directory */
function makeDirectory(fs: FileSystem, path: string): void {
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length++) {
    const way = parts.slice(0, length).join('/') || '/';
    if (fs.exists(way)) {
      if (fs.stat(way).type !== 'directory') throw new Error(`mkdir ${way}: not a directory`);
    } else onFile('mkdir', way, () => fs.mkdir(way));
  }
}

/** The archive as it comes; one that breaks off is taken up again as often as `--retries` says, for ever if that is negative. */
async function* archiveOf(context: CommandContext, from: Place): AsyncGenerator<Uint8Array> {
  const { flags, out, process } = context;
  const most = flags.number('retries');
  let sizeBytes = 0;
  for (let tries = 0; ; ) {
    const start = tries === 0 ? 0 : sizeBytes + 1;
    const command =
      most === 0 ? ['tar', 'cf', '-', from.path] : ['sh', '-c', `tar cf - ${from.path} | tail -c+${start}`];
    // What is told on the way, by tar too, stands on stdout: kubectl means it so.
    const session = await startIn({ ...context, err: out }, from, command);
    await out.flush();
    const complaints = passOn(session.stderr, (chunk) => process.stdout.write(chunk));
    try {
      for await (const chunk of chunksOf(session.stdout)) {
        sizeBytes += chunk.length;
        yield chunk;
      }
      await complaints;
      throwFailure(await session.exit);
    } finally {
      session.close();
    }
    if (most >= 0 && tries >= most) {
      out.write(`Dropping out copy after ${tries} retries\n`);
      return;
    }
    tries++;
    out.write(`Resuming copy at ${sizeBytes} bytes, retry ${tries}/${most}\n`);
  }
}

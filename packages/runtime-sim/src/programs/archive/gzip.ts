import type { Process } from '@tabernetes/node-api';
import { gunzipSync, gzipSync } from 'fflate';
import { attempt, command, commandName, complain } from '../support/command.ts';
import { readAll } from '../support/input.ts';
import { parseOptions } from '../support/options.ts';

/** gzip, gunzip and zcat: one program by three names. */
export const gzip = command('[-cfkdt] [FILE]...', async (process) => {
  const name = commandName(process);
  const options = parseOptions(process.argv.slice(1), 'cfkdtnqv123456789', {
    stdout: 'c',
    force: 'f',
    keep: 'k',
    decompress: 'd',
    test: 't',
    best: '9',
    fast: '1',
  });
  const unpacks = name !== 'gzip' || options.has('d') || options.has('t');
  const toStdout = name === 'zcat' || options.has('c');
  const level = Number(options.order.findLast(({ letter }) => /\d/.test(letter))?.letter ?? 6);
  const work = (bytes: Uint8Array): Uint8Array =>
    unpacks ? gunzipSync(bytes) : gzipSync(bytes, { level: level as 1 | 6 | 9, mtime: process.now() });
  let code = 0;
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    if (unpacks && !toStdout && path !== '-' && !options.has('t') && !/\.t?gz$/.test(path) && process.fs.exists(path)) {
      await complain(process, `${path}: unknown suffix - ignored`);
      code = 1;
      continue;
    }
    const made = await pack(process, path, work);
    if (typeof made === 'string') {
      await complain(process, made);
      code = 1;
    } else if (options.has('t')) continue;
    else if (path === '-' || toStdout) await process.stdout.write(made);
    else {
      const target = unpacks ? path.replace(/\.t?gz$/, (suffix) => (suffix === '.tgz' ? '.tar' : '')) : `${path}.gz`;
      if (process.fs.exists(target) && !options.has('f')) {
        await complain(process, `can't open '${target}': File exists`);
        code = 1;
        continue;
      }
      process.fs.writeFile(target, made, { mode: process.fs.stat(path).mode });
      if (options.has('v')) {
        const [packed, whole] = [target, path].map((each) => process.fs.stat(each).size);
        // As busybox has it: the share that is gone when it unpacks, and always the whole when it packs.
        const share = unpacks ? (100 - Math.floor(((whole ?? 0) * 100) / Math.max(1, packed ?? 1))) >>> 0 : 100;
        await process.stderr.write(`${path}: ${share}% - replaced with ${target}\n`);
      }
      if (!options.has('k')) process.fs.remove(path);
    }
  }
  return code;
});

/** What comes of a file, or why nothing does. */
async function pack(
  process: Process,
  path: string,
  work: (bytes: Uint8Array) => Uint8Array,
): Promise<Uint8Array | string> {
  const known = path === '-' ? undefined : attempt(() => process.fs.stat(path));
  if (known !== undefined && 'error' in known) return `${path}: ${known.error.message}`;
  if (known?.value.type === 'directory') return `${path}: Is a directory`;
  const bytes = await readAll(process, path);
  try {
    return work(bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number')
      return commandName(process) === 'zcat' ? 'no gzip/bzip2/xz magic' : 'invalid magic';
    throw error;
  }
}

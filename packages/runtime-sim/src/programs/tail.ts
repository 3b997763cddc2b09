import type { Process } from '@tabernetes/node-api';
import { afterLines, beforeLast } from './head.ts';
import { attempt, command, complain, Failure } from './support/command.ts';
import { Holding } from './support/holding.ts';
import { concat, openBytes } from './support/input.ts';
import { parseOptions, parseSize } from './support/options.ts';

/** The last lines or bytes of its operands; with `+N` from the Nth on; `-f` goes on with what is added. */
export const tail = command('[-n N] [-c N] [-fFqv] [FILE]...', async (process) => {
  const [first = '', ...others] = process.argv.slice(1);
  const old = /^[-+]\d+$/.test(first) ? `-n${first.replace(/^-/, '')}` : first;
  const args = process.argv.length === 1 ? [] : [old, ...others];
  const options = parseOptions(args, 'n:c:fFqvs:', { lines: 'n', bytes: 'c', follow: 'f', quiet: 'q', retry: 'F' });
  const last = options.order.findLast(({ letter }) => letter === 'n' || letter === 'c');
  const byBytes = last?.letter === 'c';
  const text = last?.value ?? '10';
  const fromStart = text.startsWith('+');
  const count = Math.abs(parseSize(text));
  const again = options.has('F');
  const follow = again || options.has('f');
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('v') || (paths.length > 1 && !options.has('q'));
  const followed: Followed[] = [];
  let code = 0;
  let shown: string | undefined;
  const title = async (path: string): Promise<void> => {
    if (titled && shown !== path) await process.stdout.write(`${shown === undefined ? '' : '\n'}==> ${path} <==\n`);
    shown = path;
  };
  for (const path of paths) {
    const opened = attempt(() => openBytes(process, path));
    if ('error' in opened) {
      await complain(process, `can't open '${path}': ${opened.error.message}`);
      code = 1;
      if (again) followed.push({ path, size: 0 });
      continue;
    }
    const pieces: Uint8Array[] = [];
    // All of it is kept until the end: `tail /dev/zero` is how people use up their memory.
    const holding = new Holding(process);
    for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read()) {
      pieces.push(bytes);
      holding.add(bytes.length);
    }
    const all = concat(pieces);
    const start = byBytes
      ? fromStart
        ? Math.max(0, count - 1)
        : Math.max(0, all.length - count)
      : fromStart
        ? afterLines(all, count - 1)
        : beforeLast(all, count);
    await title(path);
    if (start < all.length) await process.stdout.write(all.subarray(start));
    followed.push({ path, size: all.length });
  }
  if (!follow || paths.every((path) => path === '-')) return code;
  if (followed.length === 0) throw new Failure('no files');
  await followAll(
    process,
    followed.filter(({ path }) => path !== '-'),
    again,
    title,
  );
  return code;
});

interface Followed {
  readonly path: string;
  size: number;
}

/** Writes what is added, for ever. */
async function followAll(
  process: Process,
  files: readonly Followed[],
  again: boolean,
  title: (path: string) => Promise<void>,
): Promise<void> {
  let wake: (() => void) | undefined;
  let changed = false;
  const onChange = (): void => {
    changed = true;
    wake?.();
  };
  const watches = new Map<string, { dispose(): void }>();
  const watch = (path: string): void => {
    if (watches.has(path)) return;
    const made = attempt(() => process.fs.watch(path, onChange));
    if ('value' in made) watches.set(path, made.value);
  };
  for (const { path } of files) watch(path);
  const stop = (): void => {
    for (const made of watches.values()) made.dispose();
  };
  process.signal.addEventListener('abort', stop, { once: true });
  for (;;) {
    changed = false;
    for (const file of files) {
      const read = attempt(() => process.fs.readFile(file.path));
      if ('error' in read) {
        if (!again) continue;
        file.size = 0;
        watches.get(file.path)?.dispose();
        watches.delete(file.path);
        continue;
      }
      watch(file.path);
      // Shorter than before: it was written anew.
      if (read.value.length < file.size) file.size = 0;
      if (read.value.length === file.size) continue;
      await title(file.path);
      await process.stdout.write(read.value.subarray(file.size));
      file.size = read.value.length;
    }
    if (changed) continue;
    const missing = again && files.some(({ path }) => !watches.has(path));
    if (missing) await process.sleep(1000);
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

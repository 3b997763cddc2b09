import { attempt, command, complain } from './support/command.ts';
import { concat, openBytes } from './support/input.ts';
import { parseOptions, parseSize, withOldNumber } from './support/options.ts';

/** The first lines or bytes of its operands; a negative number means all but the last. */
export const head = command('[-n N] [-c N] [-qv] [FILE]...', async (process) => {
  const options = parseOptions(withOldNumber(process.argv.slice(1)), 'n:c:qv', { lines: 'n', bytes: 'c', quiet: 'q' });
  const last = options.order.findLast(({ letter }) => letter === 'n' || letter === 'c');
  const byBytes = last?.letter === 'c';
  const count = last === undefined ? 10 : parseSize(last.value);
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const titled = options.has('v') || (paths.length > 1 && !options.has('q'));
  let code = 0;
  let shown = 0;
  for (const path of paths) {
    const opened = attempt(() => openBytes(process, path));
    if ('error' in opened) {
      await complain(process, `${path}: ${opened.error.message}`);
      code = 1;
      continue;
    }
    if (titled)
      await process.stdout.write(`${shown > 0 ? '\n' : ''}==> ${path === '-' ? 'standard input' : path} <==\n`);
    shown++;
    if (count < 0 || last?.value.startsWith('-')) {
      const pieces: Uint8Array[] = [];
      for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read())
        pieces.push(bytes);
      const all = concat(pieces);
      await process.stdout.write(all.subarray(0, byBytes ? Math.max(0, all.length + count) : beforeLast(all, -count)));
      continue;
    }
    let left = count;
    while (left > 0) {
      const bytes = await opened.value.read();
      if (bytes === undefined) break;
      const end = byBytes ? Math.min(left, bytes.length) : afterLines(bytes, left);
      await process.stdout.write(end < bytes.length ? bytes.subarray(0, end) : bytes);
      left -= byBytes ? end : countNewlines(bytes, end);
    }
  }
  return code;
});

/** Where the line after `lines` newlines begins, or the end. */
export function afterLines(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const newline = bytes.indexOf(10, at);
    if (newline < 0) return bytes.length;
    at = newline + 1;
  }
  return at;
}

/** Where the last `lines` lines begin. */
export function beforeLast(bytes: Uint8Array, lines: number): number {
  if (lines <= 0) return bytes.length;
  let at = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length;
  for (let line = 0; line < lines; line++) {
    const newline = at <= 0 ? -1 : bytes.lastIndexOf(10, at - 1);
    if (newline < 0) return 0;
    at = newline;
  }
  return at + 1;
}

function countNewlines(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

import { attempt, command, complain } from './support/command.ts';
import { openBytes } from './support/input.ts';
import { parseOptions } from './support/options.ts';

interface Counts {
  l: number;
  w: number;
  m: number;
  c: number;
  L: number;
}

/** Counts lines, words, characters and bytes. */
export const wc = command('[-clwmL] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'clwmL', { lines: 'l', words: 'w', bytes: 'c', chars: 'm' });
  const asked = (['l', 'w', 'm', 'c', 'L'] as const).filter((letter) => options.has(letter));
  const columns = asked.length === 0 ? (['l', 'w', 'c'] as const) : asked;
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const total: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let code = 0;
  const bare = columns.length === 1 && paths.length === 1;
  const show = (counts: Counts, name: string): string =>
    `${columns.map((letter) => (bare ? String(counts[letter]) : String(counts[letter]).padStart(9))).join(' ')}${name === '' ? '' : ` ${name}`}\n`;
  for (const path of paths) {
    const opened = attempt(() => openBytes(process, path));
    if ('error' in opened) {
      await complain(process, `${path}: ${opened.error.message}`);
      code = 1;
      continue;
    }
    const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    let inWord = false;
    let width = 0;
    for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read()) {
      counts.c += bytes.length;
      for (const byte of bytes) {
        if ((byte & 0xc0) !== 0x80) counts.m++;
        const space = byte === 32 || (byte >= 9 && byte <= 13);
        if (space) inWord = false;
        else if (!inWord) {
          inWord = true;
          counts.w++;
        }
        if (byte === 10) {
          counts.l++;
          width = 0;
        } else if (byte === 9) width = (width | 7) + 1;
        else if (byte >= 32 && (byte & 0xc0) !== 0x80) width++;
        counts.L = Math.max(counts.L, width);
      }
    }
    for (const letter of ['l', 'w', 'm', 'c'] as const) total[letter] += counts[letter];
    total.L = Math.max(total.L, counts.L);
    await process.stdout.write(show(counts, options.operands.length === 0 ? '' : path));
  }
  if (paths.length > 1) await process.stdout.write(show(total, 'total'));
  return code;
});

import { attempt, command, complain, Failure } from './support/command.ts';
import { decode, openBytes, readAll } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';

/** Shows texts. There is no paging: whoever looks has all of it. */
const pager = (usage: string, letters: string) =>
  command(usage, async (process, name) => {
    const options = parseOptions(process.argv.slice(1), letters);
    if (name === 'less' && options.operands.length === 0 && process.terminal !== undefined) {
      throw new Failure('missing filename ("less --help" for help)');
    }
    let code = 0;
    for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
      const opened = attempt(() => openBytes(process, path));
      if ('error' in opened) {
        await complain(process, `can't open '${path}': ${opened.error.message}`);
        code = 1;
        // `less` shows nothing when it cannot show all.
        if (name === 'less') return code;
        continue;
      }
      for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read()) {
        await process.stdout.write(bytes);
      }
    }
    return code;
  });

export const less = pager('[-EFIMmNSRh~] [FILE]...', 'EFIMmNSRhrX~');
export const more = pager('[FILE]...', 'dflpcsu');

/** Texts inside of other bytes. */
export const strings = command('[-fo] [-t o|d|x] [-n LEN] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'afot:n:');
  const least = parseNumber(options.value('n') ?? '4');
  const radix = options.has('o') ? 8 : { o: 8, d: 10, x: 16 }[options.value('t') ?? ''];
  let code = 0;
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const found = await readAll(process, path).catch((error: unknown) => {
      if (error instanceof Error && 'path' in error) return error;
      throw error;
    });
    if (found instanceof Error) {
      await complain(process, `${path}: ${found.message}`);
      code = 1;
      continue;
    }
    let start = 0;
    for (let at = 0; at <= found.length; at++) {
      if (isPrintable(found[at])) continue;
      if (at - start >= least) {
        const where = radix === undefined ? '' : `${start.toString(radix).padStart(7)} `;
        const name = options.has('f') ? `${path}: ` : '';
        await process.stdout.write(`${name}${where}${decode(found.subarray(start, at))}\n`);
      }
      start = at + 1;
    }
  }
  return code;
});

const isPrintable = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 32 && byte < 127) || byte === 9);

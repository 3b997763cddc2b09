import type { Process } from '@tabernetes/node-api';
import { fail } from '../file-system/file-error.ts';
import { MAX_HELD_BYTES } from '../file-system/tree.ts';
import { attempt, command, complain, Failure, UsageError } from './support/command.ts';
import { readAll } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';

/** Makes files as long as they are to be. */
export const truncate = command('[-c] -s SIZE FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'cs:');
  const asked = options.value('s');
  if (asked === undefined || options.operands.length === 0) throw new UsageError('');
  const size = sizeOf(asked);
  let code = 0;
  for (const path of options.operands) {
    if (options.has('c') && !process.fs.exists(path)) continue;
    const done = attempt(() => {
      if (!process.fs.exists(path)) process.fs.writeFile(path, '');
      if (size > MAX_HELD_BYTES) fail('ENOSPC', path);
      const bytes = new Uint8Array(size);
      bytes.set(process.fs.readFile(path).subarray(0, size));
      process.fs.writeFile(path, bytes);
    });
    if (!('error' in done)) continue;
    const { code: cause, message } = done.error;
    await complain(process, `${path}: ${cause === 'ENOSPC' ? 'truncate' : 'open'}: ${message}`);
    code = 1;
  }
  return code;
});

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 512, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function sizeOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([bkmg]?)$/i.exec(text) ?? [];
  if (digits === '') throw new Failure(`invalid number '${text}'`);
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}

/** One name more for a file. */
export const link = command('FILE LINK', async (process) => {
  const [file, name, ...more] = process.argv.slice(1);
  if (file === undefined || name === undefined || more.length > 0) throw new UsageError('');
  const made = attempt(() => process.fs.link(file, name));
  if ('error' in made) throw new Failure(`can't create hardlink '${name}' to '${file}': ${made.error.message}`);
  return 0;
});

/** One name less. */
export const unlink = command('FILE', async (process) => {
  const [file, ...more] = process.argv.slice(1);
  if (file === undefined || more.length > 0) throw new UsageError('');
  const gone = attempt(() => {
    process.fs.lstat(file);
    process.fs.remove(file);
  });
  if ('error' in gone) throw new Failure(`can't remove file '${file}': ${gone.error.message}`);
  return 0;
});

/** The machine's architecture. */
export const arch = command('', async (process) => {
  await process.stdout.write('x86_64\n');
  return 0;
});

/** The Pod's address, as a number of its host. */
export const hostid = command('', async (process) => {
  const [a = 0, b = 0, c = 0, d = 0] = (process.net.addresses[0] ?? '127.0.0.1').split('.').map(Number);
  const hex = [b, a, d, c].map((byte) => byte.toString(16).padStart(2, '0'));
  await process.stdout.write(`${hex.join('')}\n`);
  return 0;
});

/** Prime factors. */
export const factor = command('[NUMBER]...', async (process) => {
  const [first] = process.argv.slice(1);
  const words = first === undefined ? (await text(process)).split(/\s+/) : process.argv.slice(1);
  for (const word of words) {
    if (word === '') continue;
    if (!/^\d+$/.test(word)) throw new UsageError('');
    const number = Number(word);
    if (number > MAX_FACTORED) throw new Failure(`invalid number '${word}'`);
    await process.stdout.write(`${[`${number}:`, ...primesOf(number)].join(' ')}\n`);
  }
  return 0;
});

/** More takes too long to count through. */
const MAX_FACTORED = 1e12;

function primesOf(number: number): readonly number[] {
  const primes: number[] = [];
  let rest = number;
  for (let by = 2; by * by <= rest; by += by === 2 ? 1 : 2) {
    while (rest % by === 0) {
      primes.push(by);
      rest /= by;
    }
  }
  return rest > 1 ? [...primes, rest] : primes;
}

/** Lines, words or numbers in any order. */
export const shuf = command('[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'n:o:zei:');
  const [, low, high] = /^(\d+)-(\d+)$/.exec(options.value('i') ?? '') ?? [];
  const end = options.has('z') ? '\0' : '\n';
  let items: string[];
  if (options.has('e')) items = [...options.operands];
  else if (options.has('i')) {
    if (low === undefined || Number(high) < Number(low)) throw new Failure(`bad range '${options.value('i')}'`);
    items = Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => String(Number(low) + i));
  } else {
    const all = await text(process, options.operands[0]);
    items = all === '' ? [] : all.replace(new RegExp(`${end}$`), '').split(end);
  }
  for (let i = items.length - 1; i > 0; i--) {
    const j = process.rng.int(i + 1);
    [items[i], items[j]] = [items[j] ?? '', items[i] ?? ''];
  }
  const shown = items.slice(0, parseNumber(options.value('n') ?? String(items.length)));
  const written = shown.map((item) => `${item}${end}`).join('');
  const file = options.value('o');
  if (file === undefined) await process.stdout.write(written);
  else process.fs.writeFile(file, written);
  return 0;
});

/** Ends of lines, of one kind or the other. */
export const dos2unix = command('[-ud] [FILE]', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'ud');
  const toDos = options.has('d') || (name === 'unix2dos' && !options.has('u'));
  const change = (all: string): string => all.replace(/\r?\n/g, toDos ? '\r\n' : '\n');
  const [file] = options.operands;
  if (file === undefined) await process.stdout.write(change(await text(process)));
  else process.fs.writeFile(file, change(await text(process, file)));
  return 0;
});

/** Who is logged in: nobody. */
export const who = command('[-aH]', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'aH');
  if (name === 'w' || options.has('H')) await process.stdout.write('USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n');
  return 0;
});

/** What the kernel has said, which containers do not hear. */
export const dmesg = command('[-cr] [-n LEVEL] [-s SIZE]', async (process) => {
  parseOptions(process.argv.slice(1), 'crTwHn:s:');
  throw new Failure('klogctl: Operation not permitted');
});

/** Nobody may take a file system away. */
export const umount = command('[-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'rlfdanvt:');
  if (options.operands.length === 0 && !options.has('a')) throw new UsageError('');
  for (const path of options.operands) {
    const why = process.fs.exists(path) ? 'Operation not permitted' : 'No such file or directory';
    await complain(process, `can't unmount ${path}: ${why}`);
  }
  return options.operands.length > 0 ? 1 : 0;
});

async function text(process: Process, path = '-'): Promise<string> {
  return new TextDecoder().decode(await readAll(process, path));
}

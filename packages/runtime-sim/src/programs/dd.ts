import type { Process } from '@tabernetes/node-api';
import { fail } from '../file-system/file-error.ts';
import { MAX_HELD_BYTES } from '../file-system/tree.ts';
import { attempt, command, Failure, UsageError } from './support/command.ts';
import { concat, openBytesOr } from './support/input.ts';
import { parseSize } from './support/options.ts';

const OPERANDS = new Set(['if', 'of', 'bs', 'ibs', 'obs', 'count', 'skip', 'seek', 'conv', 'status', 'iflag', 'oflag']);
/** What changes nothing here: blocks are whole, nothing fails to be read, and what is written is written. */
const CONVERSIONS = new Set(['notrunc', 'noerror', 'fsync']);
const FLAGS = new Set(['fullblock', 'direct']);
/** As much is copied at a time, however large blocks are. */
const PIECE_BYTES = 1024 ** 2;
const HOUR_MS = 3_600_000;

interface Source {
  /** The next bytes, at most so many; undefined at the end. */
  read(maxBytes: number): Promise<Uint8Array | undefined>;
  /** What it reads comes from no file that ends. */
  readonly endless: boolean;
}

interface Target {
  /** @throws {FileError} ENOSPC, nothing of the piece being written */
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Copies blocks of bytes, piece by piece: neither blocks nor their number need memory.
 * @see https://git.busybox.net/busybox/tree/coreutils/dd.c
 */
export const dd = command(
  '[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc|noerror|fsync] [status=none]',
  async (process) => {
    const words = operandsOf(process.argv.slice(1));
    const number = (name: string, otherwise: number, least = 0): number => {
      const text = words.get(name);
      const value = text === undefined ? otherwise : parseSize(text);
      if (value < least) throw new Failure(`number ${text} is not in ${least}..9223372036854775807 range`);
      return value;
    };
    const block = number('bs', number('ibs', 512, 1), 1);
    number('obs', 512, 1);
    const wanted = number('count', Number.POSITIVE_INFINITY) * block;
    const path = words.get('of');
    const source = sourceOf(process, words.get('if'));
    if (path === '/dev/null' && source.endless && wanted === Number.POSITIVE_INFINITY) return busy(process);
    await skip(source, number('skip', 0) * block);
    const target = path === undefined ? process.stdout : fileOf(process, path, words, number('seek', 0) * block);
    const { copied, full } = await copy(source, target, { block, wanted });
    if (words.get('status') !== 'none') {
      const records = `${Math.floor(copied / block)}+${copied % block === 0 ? 0 : 1}`;
      if (full)
        await process.stderr.write(`dd: error writing '${path ?? 'standard output'}': No space left on device\n`);
      const read = full ? `${Math.floor(copied / block) + 1}+0` : records;
      await process.stderr.write(`${read} records in\n${records} records out\n`);
    }
    return full ? 1 : 0;
  },
);

/** @throws {UsageError} */
function operandsOf(args: readonly string[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const word of args) {
    const at = word.indexOf('=');
    const [name, value] = [word.slice(0, Math.max(0, at)), word.slice(at + 1)];
    if (!OPERANDS.has(name)) throw new UsageError('');
    words.set(name, value);
  }
  for (const [name, known] of [
    ['conv', CONVERSIONS],
    ['iflag', FLAGS],
    ['oflag', FLAGS],
  ] as const)
    for (const part of words.get(name)?.split(',') ?? [])
      if (!known.has(part)) throw new Failure(`${name}=${part} is not simulated`);
  return words;
}

function sourceOf(process: Process, path: string | undefined): Source {
  const zeros = new Uint8Array(PIECE_BYTES);
  const piece = (maxBytes: number): number => Math.min(maxBytes, PIECE_BYTES);
  if (path === '/dev/zero')
    return {
      endless: true,
      read: async (maxBytes) => {
        await process.sleep(0); // a long copy is not one turn
        return zeros.subarray(0, piece(maxBytes));
      },
    };
  if (path === '/dev/urandom' || path === '/dev/random')
    return {
      endless: true,
      read: async (maxBytes) => {
        await process.sleep(0);
        return Uint8Array.from({ length: piece(maxBytes) }, () => process.rng.uint32() & 255);
      },
    };
  if (path === undefined)
    return { endless: false, read: (maxBytes) => process.stdin.read(Math.min(maxBytes, PIECE_BYTES)) };
  const bytes = openBytesOr(process, path, ({ message }) => new Failure(`can't open '${path}': ${message}`));
  let held: Uint8Array | undefined;
  return {
    endless: false,
    read: async (maxBytes) => {
      held = held === undefined || held.length === 0 ? await bytes.read() : held;
      const taken = held?.subarray(0, piece(maxBytes));
      held = held?.subarray(taken?.length);
      return taken;
    },
  };
}

async function skip(source: Source, bytes: number): Promise<void> {
  if (source.endless) return;
  for (let left = bytes; left > 0; ) {
    const piece = await source.read(left);
    if (piece === undefined) return;
    left -= piece.length;
  }
}

/** A file that is written from an offset on. What was behind goes, unless it is to stay. @throws {Failure} */
function fileOf(process: Process, path: string, words: ReadonlyMap<string, string>, seek: number): Target {
  const { fs } = process;
  const keeps = words.get('conv')?.split(',').includes('notrunc') === true;
  let rest = new Uint8Array(0);
  const opened = attempt(() => {
    if (seek > MAX_HELD_BYTES) fail('ENOSPC', path);
    const old = (seek > 0 || keeps) && fs.exists(path) ? fs.readFile(path) : new Uint8Array(0);
    if (keeps) rest = old.slice(seek);
    fs.writeFile(path, concat([old.subarray(0, seek), new Uint8Array(Math.max(0, seek - old.length)), rest]));
  });
  if ('error' in opened) throw new Failure(`can't open '${path}': ${opened.error.message}`);
  let at = 0;
  return {
    async write(bytes) {
      // Over what stays, then behind it.
      const over = bytes.subarray(0, Math.max(0, rest.length - at));
      if (over.length > 0) {
        const whole = fs.readFile(path);
        whole.set(over, seek + at);
        fs.writeFile(path, whole);
      }
      if (over.length < bytes.length) fs.writeFile(path, bytes.subarray(over.length), { append: true });
      at += bytes.length;
    },
  };
}

/** How much was copied, and whether the disk was full then: of the last piece the blocks that fit are there. */
async function copy(
  source: Source,
  target: Target,
  { block, wanted }: { readonly block: number; readonly wanted: number },
): Promise<{ readonly copied: number; readonly full: boolean }> {
  let copied = 0;
  while (copied < wanted) {
    const piece = await source.read(wanted - copied);
    if (piece === undefined) break;
    if (await fits(target, piece)) {
      copied += piece.length;
      continue;
    }
    for (let from = 0; ; from += block) {
      const part = piece.subarray(from, from + block);
      if (part.length === 0 || !(await fits(target, part))) return { copied, full: true };
      copied += part.length;
    }
  }
  return { copied, full: false };
}

/** False: the disk is full. @throws {FileError} */
async function fits(target: Target, bytes: Uint8Array): Promise<boolean> {
  try {
    await target.write(bytes);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Nobody keeps what comes, and it never ends: a processor is busy, and nothing is copied for it. */
async function busy(process: Process): Promise<never> {
  process.usage({ cpuMillicores: 1000 });
  for (;;) await process.sleep(HOUR_MS);
}

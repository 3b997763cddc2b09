import type { Process } from '@tabernetes/node-api';
import { attempt, command, Failure } from './support/command.ts';
import { concat, decode, encode, readAll } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';

/** Base64, there and back. */
export const base64 = command('[-d] [-w COL] [FILE]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'dDw:i', { decode: 'd', wrap: 'w', 'ignore-garbage': 'i' });
  const bytes = await readAll(process, options.operands[0] ?? '-');
  if (options.has('d') || options.has('D')) {
    const text = decode(bytes).replace(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=/g, '').length % 4 === 1)
      throw new Failure('truncated input');
    await process.stdout.write(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
    return 0;
  }
  const width = parseNumber(options.value('w') ?? '76');
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary);
  const lines = width > 0 ? (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n') : text;
  if (text !== '') await process.stdout.write(width > 0 ? `${lines}\n` : lines);
  return 0;
});

/** Whether two files are the same, byte by byte. */
export const cmp = command('[-ls] FILE1 [FILE2]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'ls');
  const [left = '-', right = '-'] = options.operands;
  for (const path of [left, right]) {
    const there = path === '-' ? undefined : attempt(() => process.fs.stat(path));
    if (there !== undefined && 'error' in there) throw new Failure(`${path}: ${there.error.message}`, 2);
  }
  const [a, b] = [await readAll(process, left), await readAll(process, right)];
  const length = Math.min(a.length, b.length);
  let line = 1;
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) {
      if (!options.has('s')) await process.stdout.write(`${left} ${right} differ: char ${i + 1}, line ${line}\n`);
      return 1;
    }
    if (a[i] === 10) line++;
  }
  if (a.length === b.length) return 0;
  if (!options.has('s')) await process.stderr.write(`cmp: EOF on ${a.length < b.length ? left : right}\n`);
  return 1;
});

/** Copies blocks of bytes. */
export const dd = command('[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc]', async (process) => {
  const words = new Map(
    process.argv.slice(1).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const),
  );
  const units: Readonly<Record<string, number>> = { k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3, b: 512 };
  const size = (text: string): number => Number.parseInt(text, 10) * (units[text.at(-1) ?? ''] ?? 1);
  const block = size(words.get('bs') ?? '512');
  const count = words.has('count') ? size(words.get('count') ?? '0') : Number.POSITIVE_INFINITY;
  const source = words.get('if');
  const skipped = size(words.get('skip') ?? '0') * block;
  let bytes: Uint8Array;
  const isDevice = source === '/dev/zero' || source === '/dev/urandom' || source === '/dev/random';
  if (isDevice && !Number.isFinite(count)) return copyForEver(process, words.get('of'), block);
  if (source === '/dev/zero') {
    bytes = new Uint8Array(block * count);
  } else if (source === '/dev/urandom' || source === '/dev/random') {
    bytes = Uint8Array.from({ length: block * count }, () => process.rng.uint32() & 255);
  } else {
    const there = source === undefined ? undefined : attempt(() => process.fs.stat(source));
    if (there !== undefined && 'error' in there) throw new Failure(`can't open '${source}': ${there.error.message}`);
    bytes = (await readAll(process, source ?? '-')).subarray(
      skipped,
      Number.isFinite(count) ? skipped + block * count : undefined,
    );
  }
  const whole = Math.floor(bytes.length / block);
  const records = `${whole}+${bytes.length % block === 0 ? 0 : 1}`;
  const target = words.get('of');
  if (target === undefined) await process.stdout.write(bytes);
  else {
    const seek = size(words.get('seek') ?? '0') * block;
    const old = seek > 0 && process.fs.exists(target) ? process.fs.readFile(target) : encode('');
    const lead = concat([old.subarray(0, seek), new Uint8Array(Math.max(0, seek - old.length))]);
    const written = attempt(() => process.fs.writeFile(target, seek > 0 ? concat([lead, bytes]) : bytes));
    if ('error' in written) {
      const { code, message } = written.error;
      if (code !== 'ENOSPC') throw new Failure(`can't open '${target}': ${message}`);
      const fitting = writeWhatFits(process, target, lead, bytes, block);
      await process.stderr.write(`dd: error writing '${target}': ${message}\n`);
      await process.stderr.write(`${fitting + 1}+0 records in\n${fitting}+0 records out\n`);
      return 1;
    }
  }
  await process.stderr.write(`${records} records in\n${records} records out\n`);
  return 0;
});

/** From a device that never ends: keeps a processor busy where nobody keeps what comes, else goes on until nothing fits. */
async function copyForEver(process: Process, target: string | undefined, block: number): Promise<number> {
  if (target === '/dev/null') {
    process.usage({ cpuMillicores: 1000 });
    for (;;) await process.sleep(3_600_000);
  }
  if (target === undefined) for (;;) await process.stdout.write(new Uint8Array(block));
  throw new Failure(`error writing '${target}': No space left on device`);
}

/** Fills the file up block by block. Returns how many there was room for. */
function writeWhatFits({ fs }: Process, path: string, lead: Uint8Array, bytes: Uint8Array, block: number): number {
  fs.writeFile(path, lead);
  for (let at = 0; at < bytes.length; at += block) {
    const written = attempt(() => fs.writeFile(path, bytes.subarray(at, at + block), { append: true }));
    if ('error' in written) return at / block;
  }
  return Math.ceil(bytes.length / block);
}

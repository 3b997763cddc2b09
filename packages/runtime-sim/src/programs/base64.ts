import { attempt, command, Failure } from './support/command.ts';
import { decode, readAll } from './support/input.ts';
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

import { byBytes } from './sort.ts';
import { command, UsageError } from './support/command.ts';
import { replaceEscapes } from './support/escapes.ts';
import { eachBatch, LineReader, Output, openBytes, readAllText, splitLines } from './support/input.ts';
import { parseNumber, parseOptions, withOldNumber } from './support/options.ts';

/** Turns each line round. */
export const rev = command('[FILE]...', async (process) => {
  const out = new Output(process.stdout);
  const read = await eachBatch(process, process.argv.slice(1), async ({ lines, terminated }) => {
    out.add(lines.map((line) => [...line].reverse().join('')).join('\n') + (terminated ? '\n' : ''));
    await out.flush();
    return true;
  });
  return read ? 0 : 1;
});

/** Numbers lines. */
export const nl = command('[-b a|t|n] [-i N] [-s STR] [-v N] [-w N] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'pb:i:s:v:w:');
  const style = options.value('b') ?? 't';
  const step = parseNumber(options.value('i') ?? '1');
  const width = parseNumber(options.value('w') ?? '6');
  const separator = options.value('s') ?? '\t';
  let number = parseNumber(options.value('v') ?? '1');
  const out = new Output(process.stdout);
  const read = await eachBatch(process, options.operands, async ({ lines }) => {
    for (const line of lines) {
      if (style === 'a' || (style === 't' && line !== '')) {
        out.add(`${String(number).padStart(width)}${separator}${line}\n`);
        number += step;
      } else out.add(`${' '.repeat(width + separator.length)}${line}\n`);
    }
    await out.flush();
    return true;
  });
  return read ? 0 : 1;
});

/** Breaks long lines. */
export const fold = command('[-bs] [-w WIDTH] [FILE]...', async (process) => {
  const options = parseOptions(withOldNumber(process.argv.slice(1), 'w'), 'bsw:');
  const width = parseNumber(options.value('w') ?? '80');
  const out = new Output(process.stdout);
  const read = await eachBatch(process, options.operands, async ({ lines, terminated }) => {
    lines.forEach((line, index) => {
      let rest = line;
      while (rest.length > width) {
        const blank = options.has('s') ? rest.lastIndexOf(' ', width - 1) : -1;
        const end = blank >= 0 ? blank + 1 : width;
        out.add(`${rest.slice(0, end)}\n`);
        rest = rest.slice(end);
      }
      out.add(terminated || index < lines.length - 1 ? `${rest}\n` : rest);
    });
    await out.flush();
    return true;
  });
  return read ? 0 : 1;
});

/** Lines from last to first. */
export const tac = command('[FILE]...', async (process) => {
  for (const path of process.argv.length === 1 ? ['-'] : process.argv.slice(1)) {
    const { lines, terminated } = splitLines(await readAllText(process, path));
    // A last line without a newline is joined to the one before it.
    const text = lines
      .map((line, i) => (terminated || i < lines.length - 1 ? `${line}\n` : line))
      .reverse()
      .join('');
    if (text !== '') await process.stdout.write(text);
  }
  return 0;
});

/** Lines of several files side by side. */
export const paste = command('[-d LIST] [-s] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'd:s');
  const delimiters = [...replaceEscapes((options.value('d') ?? '\t').replaceAll('\\0', '')).text];
  const delimiter = (index: number): string =>
    delimiters.length === 0 ? '' : (delimiters[index % delimiters.length] ?? '');
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  const join = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell : delimiter(i - 1) + cell)).join('');
  if (options.has('s')) {
    for (const path of paths)
      await process.stdout.write(`${join(splitLines(await readAllText(process, path)).lines)}\n`);
    return 0;
  }
  const queues = new Map<string, { lines: readonly string[]; at: number }>();
  for (const path of new Set(paths))
    queues.set(path, { lines: splitLines(await readAllText(process, path)).lines, at: 0 });
  const out = new Output(process.stdout);
  while ([...queues.values()].some(({ lines, at }) => at < lines.length)) {
    // A file that has ended takes no column any more, as busybox has it.
    const cells = paths.flatMap((path) => {
      const queue = queues.get(path);
      const line = queue?.lines[queue.at];
      if (queue === undefined || line === undefined) return [];
      queue.at++;
      return [line];
    });
    out.add(`${join(cells)}\n`);
  }
  await out.flush();
  return 0;
});

/** What two sorted files have alone and in common. */
export const comm = command('[-123] FILE1 FILE2', async (process) => {
  const options = parseOptions(process.argv.slice(1), '123');
  const [left, right] = options.operands;
  if (left === undefined || right === undefined) throw new UsageError('');
  const a = splitLines(await readAllText(process, left)).lines;
  const b = splitLines(await readAllText(process, right)).lines;
  const out = new Output(process.stdout);
  const put = (column: 1 | 2 | 3, line: string): void => {
    if (options.has(String(column))) return;
    const before = ['1', '2'].slice(0, column - 1).filter((letter) => !options.has(letter)).length;
    out.add(`${'\t'.repeat(before)}${line}\n`);
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const x = a[i];
    const y = b[j];
    const order = x === undefined ? 1 : y === undefined ? -1 : byBytes(x, y);
    if (order <= 0) i++;
    if (order >= 0) j++;
    put(order === 0 ? 3 : order < 0 ? 1 : 2, (order <= 0 ? x : y) ?? '');
  }
  await out.flush();
  return 0;
});

/** Cuts a file into pieces. */
export const split = command('[-a N] [-b BYTES | -l LINES] [FILE [PREFIX]]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'a:b:l:');
  const [path = '-', prefix = 'x'] = options.operands;
  const digits = parseNumber(options.value('a') ?? '2');
  const nameOf = (index: number): string => {
    let name = '';
    for (let i = 0, left = index; i < digits; i++, left = Math.floor(left / 26))
      name = String.fromCharCode(97 + (left % 26)) + name;
    return prefix + name;
  };
  const bytesEach = options.value('b');
  const reader = new LineReader(openBytes(process, path));
  const text: string[] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    text.push(batch.lines.join('\n') + (batch.terminated ? '\n' : ''));
  }
  const whole = text.join('');
  const pieces: string[] = [];
  if (bytesEach !== undefined) {
    const size = parseNumber(bytesEach.replace(/k$/, '000').replace(/m$/, '000000'));
    for (let at = 0; at < whole.length; at += size) pieces.push(whole.slice(at, at + size));
  } else {
    const { lines, terminated } = splitLines(whole);
    const count = parseNumber(options.value('l') ?? '1000');
    for (let at = 0; at < lines.length; at += count) {
      const last = at + count >= lines.length;
      pieces.push(lines.slice(at, at + count).join('\n') + (last && !terminated ? '' : '\n'));
    }
  }
  for (const [index, piece] of pieces.entries()) process.fs.writeFile(nameOf(index), piece);
  return 0;
});

/** Counts. */
export const seq = command('[-w] [-s SEP] [FIRST [INC]] LAST', async (process) => {
  const args: string[] = [];
  let wide = false;
  let separator = '\n';
  const rest = process.argv.slice(1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '-w') wide = true;
    else if (word === '-s') separator = rest.shift() ?? '';
    else if (word.startsWith('-s')) separator = word.slice(2);
    else args.push(word);
  }
  if (args.length === 0 || args.length > 3) throw new UsageError('');
  for (const arg of args)
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(arg)) throw new UsageError(`invalid number '${arg}'`);
  const [first = '1', step = '1', last = ''] =
    args.length === 1 ? ['1', '1', args[0]] : args.length === 2 ? [args[0], '1', args[1]] : args;
  const decimals = Math.max(...[first, step].map((text) => /\.(\d+)/.exec(text)?.[1]?.length ?? 0));
  const from = Number(first);
  const by = Number(step);
  const to = Number(last);
  const width = wide ? Math.max(from.toFixed(decimals).length, to.toFixed(decimals).length) : 0;
  const count = by === 0 ? (from <= to ? Number.POSITIVE_INFINITY : 0) : Math.floor((to - from) / by + 1e-10) + 1;
  const out = new Output(process.stdout);
  for (let i = 0; i < count; i++) {
    const text = (from + i * by).toFixed(decimals);
    const padded = text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
    out.add(i === 0 ? padded : separator + padded);
    if (i % 1000 === 999) await out.flush();
  }
  if (count > 0) out.add('\n');
  await out.flush();
  return 0;
});

/** Repeats a line for ever. */
export const yes = command('[STRING]', async (process) => {
  const line = `${process.argv.slice(1).join(' ') || 'y'}\n`;
  const page = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) await process.stdout.write(page);
});

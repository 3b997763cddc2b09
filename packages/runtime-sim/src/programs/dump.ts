import type { Process } from '@tabernetes/node-api';
import { command, Failure } from './support/command.ts';
import { concat, readAll } from './support/input.ts';
import { parseOptions, parseSize } from './support/options.ts';

async function readOperands(
  process: Process,
  operands: readonly string[],
  skip: number,
  most: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const path of operands.length === 0 ? ['-'] : operands) pieces.push(await readAll(process, path));
  return concat(pieces).subarray(skip, skip + most);
}

const NAMES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

const oct = (value: number, width: number): string => value.toString(8).padStart(width, '0');
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
const word = (bytes: Uint8Array, at: number, size: number): number => {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
};

/** How the units of a line are shown; the longest column is padded to the width. */
interface Format {
  readonly size: number;
  readonly width: number;
  show(value: number): string;
}

const BYTE_NAME: Format = {
  size: 1,
  width: 4,
  show: (value) => NAMES[value] ?? (value >= 32 && value < 127 ? String.fromCharCode(value) : oct(value, 3)),
};
const octal = (size: number): Format => ({
  size,
  width: Math.ceil((size * 8) / 3) + 1,
  show: (value) => oct(value, Math.ceil((size * 8) / 3)),
});
const hexadecimal = (size: number): Format => ({ size, width: size * 2 + 1, show: (value) => hex(value, size * 2) });
const unsigned = (size: number): Format => ({ size, width: { 1: 4, 2: 6, 4: 11, 8: 21 }[size] ?? 11, show: String });
const signed = (size: number): Format => ({
  size,
  width: { 1: 5, 2: 7, 4: 12, 8: 21 }[size] ?? 12,
  show: (value) => String(value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value),
});

/** Bytes as numbers or characters. */
export const od = command(
  '[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-w WIDTH] [FILE]...',
  async (process) => {
    const options = parseOptions(process.argv.slice(1), 'bcdhiloxsvt:A:N:j:w::');
    const radix = options.value('A') ?? 'o';
    const skip = parseSize(options.value('j') ?? '0');
    const bytes = await readOperands(process, options.operands, skip, parseSize(options.value('N') ?? String(2 ** 50)));
    const formats = options.order.flatMap(({ letter, value }) => formatOf(letter, value));
    if (formats.length === 0) formats.push(octal(2));
    const width = Number(options.value('w') || 16);
    const address = (at: number): string =>
      radix === 'n' ? '' : radix === 'x' ? hex(at, 6) : radix === 'd' ? String(at).padStart(7, '0') : oct(at, 7);
    await process.stdout.write(
      lines(bytes, width, options.has('v'), (at, end) =>
        formats
          .map((format, i) => {
            let text = i === 0 ? address(at + skip) : ' '.repeat(address(0).length);
            for (let unit = at; unit < end; unit += format.size)
              text += format.show(word(bytes, unit, format.size)).padStart(format.width);
            return `${text}\n`;
          })
          .join(''),
      ) + (radix === 'n' ? '' : `${address(bytes.length + skip)}\n`),
    );
    return 0;
  },
);

function formatOf(letter: string, value: string): readonly Format[] {
  switch (letter) {
    case 'b':
      return [octal(1)];
    case 'c':
      return [BYTE_NAME];
    case 'd':
      return [unsigned(2)];
    case 'i':
      return [signed(4)];
    case 'l':
      return [signed(8)];
    case 's':
      return [signed(2)];
    case 'o':
      return [octal(2)];
    case 'x':
    case 'h':
      return [hexadecimal(2)];
    case 't': {
      const [, kind = '', given = ''] = /^([acdoux])(\d|C|S|I|L)?$/.exec(value) ?? [];
      const size = given === '' ? 4 : ({ C: 1, S: 2, I: 4, L: 8 }[given] ?? Number(given));
      if (kind === 'c' || kind === 'a') return [BYTE_NAME];
      if (kind === 'x') return [hexadecimal(size)];
      if (kind === 'o') return [octal(size)];
      if (kind === 'u') return [unsigned(size)];
      if (kind === 'd') return [signed(size)];
      throw new Failure(`invalid type string '${value}'`);
    }
    default:
      return [];
  }
}

/** Lines of so many bytes; those that repeat the one before are a single star. */
function lines(bytes: Uint8Array, width: number, all: boolean, show: (at: number, end: number) => string): string {
  let text = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += width) {
    const end = Math.min(bytes.length, at + width);
    const repeats =
      !all &&
      at > 0 &&
      end - at === width &&
      bytes.subarray(at, end).every((byte, i) => byte === bytes[at - width + i]);
    if (repeats) {
      if (!starred) text += '*\n';
      starred = true;
      continue;
    }
    starred = false;
    text += show(at, end);
  }
  return text;
}

const printable = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');

/** Bytes in hexadecimal, as words or (`-C`) with their characters. */
export const hexdump = command('[-bcCdovx] [-n LEN] [-s OFS] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'bcCdovxn:s:e:f:');
  if (options.has('e') || options.has('f')) throw new Failure('formats of lines are not simulated: -e, -f');
  const skip = parseSize(options.value('s') ?? '0');
  const bytes = await readOperands(process, options.operands, skip, parseSize(options.value('n') ?? String(2 ** 50)));
  const canonical = options.has('C');
  const address = (at: number): string => hex(at + skip, canonical ? 8 : 7);
  const show = (at: number, end: number): string => {
    const row = bytes.subarray(at, end);
    if (canonical) {
      const cells = Array.from({ length: 16 }, (_, i) => (i < row.length ? hex(row[i] ?? 0, 2) : '  '));
      return `${address(at)}  ${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}  |${printable(row)}|\n`;
    }
    if (options.has('b') || options.has('c')) {
      const shown = [...row].map((byte) => (options.has('b') ? ` ${oct(byte, 3)}` : BYTE_NAME.show(byte).padStart(4)));
      return `${address(at)}${shown.join('').padEnd(64)}\n`;
    }
    const words: string[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const value = word(row, i, 2);
      words.push(
        options.has('d')
          ? `   ${String(value).padStart(5, '0')}`
          : options.has('o')
            ? `  ${oct(value, 6)}`
            : options.has('x')
              ? `    ${hex(value, 4)}`
              : ` ${hex(value, 4)}`,
      );
    }
    const wide = options.has('d') || options.has('o') || options.has('x');
    return `${address(at)}${words.join('').padEnd(wide ? 64 : 40)}\n`;
  };
  const text = lines(bytes, 16, options.has('v'), show);
  await process.stdout.write(text === '' ? '' : `${text}${address(bytes.length)}\n`);
  return 0;
});

/** Bytes in hexadecimal and their characters, and back. */
export const xxd = command('[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [FILE]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'prg:c:l:s:');
  if (options.has('r')) {
    const text = new TextDecoder().decode(await readAll(process, options.operands[0] ?? '-'));
    const digits = text
      .split('\n')
      .map((line) =>
        (options.has('p') ? line : line.replace(/^[0-9a-f]+:/i, '').replace(/ {2}.*$/, '')).replace(/[^0-9a-f]/gi, ''),
      )
      .join('');
    await process.stdout.write(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    return 0;
  }
  const skip = parseSize(options.value('s') ?? '0');
  const bytes = await readOperands(process, options.operands, skip, parseSize(options.value('l') ?? String(2 ** 50)));
  const plain = options.has('p');
  const width = Number(options.value('c') ?? (plain ? 30 : 16));
  const group = Number(options.value('g') ?? 2) || width;
  const columns = Math.ceil(width / group) * (group * 2 + 1);
  const show = (at: number, end: number): string => {
    const row = bytes.subarray(at, end);
    const digits = [...row].map((byte) => hex(byte, 2));
    if (plain) return `${digits.join('')}\n`;
    let cells = '';
    for (let i = 0; i < digits.length; i += group) cells += `${digits.slice(i, i + group).join('')} `;
    return `${hex(at + skip, 8)}: ${cells.padEnd(columns)} ${printable(row)}\n`;
  };
  await process.stdout.write(lines(bytes, width, true, show));
  return 0;
});

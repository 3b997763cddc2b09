import { command, Failure } from './support/command.ts';
import { Holding } from './support/holding.ts';
import { concat, decode, encode, openBytesOr } from './support/input.ts';
import { parseOptions } from './support/options.ts';

/** What a line takes beside its text. */
const LINE_BYTES = 32;

interface Key {
  readonly fromField: number;
  readonly fromChar: number;
  readonly toField: number;
  readonly toChar: number;
  readonly flags: string;
}

/** Sorts the lines of all its operands. */
export const sort = command('[-nrugMcszbdfimt:o:k:] [FILE]...', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'nrugMcszbdfihVmt:o:k:S:T:', {
    reverse: 'r',
    unique: 'u',
    'numeric-sort': 'n',
    'version-sort': 'V',
    'human-numeric-sort': 'h',
    key: 'k:',
    'field-separator': 't:',
  });
  const end = options.has('z') ? '\0' : '\n';
  const lines: string[] = [];
  const holding = new Holding(process);
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    const pieces: Uint8Array[] = [];
    const source = openBytesOr(process, path, ({ message }) => new Failure(`${path}: ${message}`, 2));
    for (let bytes = await source.read(); bytes !== undefined; bytes = await source.read()) {
      pieces.push(bytes);
      // Each line has a place of its own.
      let size = bytes.length;
      for (const byte of bytes) if (byte === 10) size += LINE_BYTES;
      holding.add(size);
    }
    const text = decode(concat(pieces));
    if (text !== '') for (const line of (text.endsWith(end) ? text.slice(0, -1) : text).split(end)) lines.push(line);
  }
  const global = ['n', 'g', 'M', 'h', 'V', 'b', 'd', 'f', 'i', 'r'].filter((letter) => options.has(letter)).join('');
  const separator = options.value('t');
  const keys = options.values('k').map((text) => parseKey(text, global));
  const compareKeys = comparer(keys, global, separator);
  const compare = (a: string, b: string): number => {
    const order = compareKeys(a, b);
    if (order !== 0 || options.has('s') || options.has('u')) return order;
    return global.includes('r') ? -byBytes(a, b) : byBytes(a, b);
  };
  if (options.has('c')) {
    const at = lines.findIndex((line, i) => i > 0 && compare(lines[i - 1] ?? '', line) > (options.has('u') ? -1 : 0));
    if (at < 0) return 0;
    await process.stderr.write(`${name}: Check line ${at + 1}\n`);
    return 1;
  }
  lines.sort(compare);
  const kept = options.has('u')
    ? lines.filter((line, i) => i === 0 || compareKeys(lines[i - 1] ?? '', line) !== 0)
    : lines;
  const text = kept.map((line) => line + end).join('');
  const target = options.value('o');
  if (target !== undefined) process.fs.writeFile(target, text);
  else if (text !== '') await process.stdout.write(text);
  return 0;
});

/** By bytes of UTF-8, as in the C locale. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 order differs from byte order only where surrogates meet U+E000 and above.
  return /[\ud800-\uffff]/.test(a + b) ? compareEncoded(encode(a), encode(b)) : a < b ? -1 : 1;
}

function compareEncoded(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function parseKey(text: string, global: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  const flags = (match?.[3] ?? '') + (match?.[6] ?? '');
  return {
    fromField: Number(match?.[1] ?? 1),
    fromChar: Number(match?.[2] ?? 1),
    toField: match?.[4] === undefined ? Number.POSITIVE_INFINITY : Number(match[4]),
    toChar: Number(match?.[5] ?? 0),
    flags: flags === '' ? global : flags,
  };
}

function comparer(
  keys: readonly Key[],
  global: string,
  separator: string | undefined,
): (a: string, b: string) => number {
  if (keys.length === 0) {
    const byFlags = byFlagsOf(global);
    return byFlags;
  }
  const parts = keys.map((key) => ({ key, compare: byFlagsOf(key.flags) }));
  return (a, b) => {
    for (const { key, compare } of parts) {
      const order = compare(partOf(a, key, separator), partOf(b, key, separator));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function partOf(line: string, { fromField, fromChar, toField, toChar }: Key, separator: string | undefined): string {
  const bounds = fieldBounds(line, separator);
  const first = bounds[fromField - 1];
  if (first === undefined) return '';
  const last = toField === Number.POSITIVE_INFINITY ? undefined : bounds[toField - 1];
  const end = last === undefined ? line.length : toChar === 0 ? last[1] : Math.min(last[0] + toChar, last[1]);
  return line.slice(first[0] + fromChar - 1, end);
}

/** Without a separator a field begins with the blanks before it. */
function fieldBounds(line: string, separator: string | undefined): readonly (readonly [number, number])[] {
  const bounds: [number, number][] = [];
  if (separator !== undefined) {
    let at = 0;
    for (const part of line.split(separator)) {
      bounds.push([at, at + part.length]);
      at += part.length + separator.length;
    }
    return bounds;
  }
  for (const match of line.matchAll(/[ \t]*[^ \t]*/g)) {
    if (match[0] !== '') bounds.push([match.index, match.index + match[0].length]);
  }
  return bounds;
}

function byFlagsOf(flags: string): (a: string, b: string) => number {
  const clean = (text: string): string => {
    let cleaned = flags.includes('b') ? text.replace(/^[ \t]+/, '') : text;
    if (flags.includes('d')) cleaned = cleaned.replace(/[^A-Za-z0-9 \t]/g, '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: -i leaves out what cannot be printed
    if (flags.includes('i')) cleaned = cleaned.replace(/[\x00-\x1f\x7f]/g, '');
    return flags.includes('f') ? cleaned.toUpperCase() : cleaned;
  };
  let compare = (a: string, b: string): number => byBytes(clean(a), clean(b));
  if (flags.includes('V')) compare = byVersion;
  else if (flags.includes('M')) compare = (a, b) => monthOf(a) - monthOf(b);
  else if (flags.includes('h')) compare = (a, b) => humanOf(a) - humanOf(b);
  else if (flags.includes('g')) compare = (a, b) => (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  else if (flags.includes('n')) compare = (a, b) => numberOf(a) - numberOf(b);
  return flags.includes('r') ? (a, b) => -compare(a, b) : compare;
}

function numberOf(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] ?? 0) || 0;
}

function humanOf(text: string): number {
  const unit = 'KMGTPE'.indexOf((/^\s*-?\d*\.?\d*([KkMGTPE])/.exec(text)?.[1] ?? '?').toUpperCase());
  return numberOf(text) * 1024 ** (unit + 1);
}

function monthOf(text: string): number {
  const at = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC'.indexOf(text.trim().slice(0, 3).toUpperCase());
  return at < 0 || at % 3 !== 0 ? -1 : at;
}

function byVersion(a: string, b: string): number {
  const split = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const left = split(a);
  const right = split(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i];
    const y = right[i];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const numeric = /^\d/.test(x) && /^\d/.test(y);
    const order = numeric ? Number(x) - Number(y) : byBytes(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

import { UsageError } from './command.ts';

/** What a command line says once its options are taken apart. */
export interface Options {
  readonly operands: readonly string[];
  has(letter: string): boolean;
  count(letter: string): number;
  /** Of an option given several times the last counts. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  /** Options in their order on the command line. */
  readonly order: readonly { readonly letter: string; readonly value: string }[];
}

/**
 * Takes a command line apart as getopt_long(3) does.
 *
 * @param letters `n:rv`: a colon after an option that takes an argument, two when the argument is optional and attached;
 *   a leading `+` ends the options at the first operand
 * @param long long names and the letters they stand for
 * @throws {UsageError}
 */
export function parseOptions(
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const early = letters.startsWith('+');
  const order: { letter: string; value: string }[] = [];
  const operands: string[] = [];
  const kindOf = (letter: string): 'none' | 'flag' | 'argument' | 'optional' => {
    const at = letter === ':' || letter === '+' ? -1 : letters.indexOf(letter);
    if (at < 0) return Object.values(long).includes(letter) ? 'flag' : 'none';
    return letters[at + 1] !== ':' ? 'flag' : letters[at + 2] === ':' ? 'optional' : 'argument';
  };
  let i = 0;
  for (; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--') {
      for (const operand of args.slice(i + 1)) operands.push(operand);
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const letter = longLetter(long, name);
      if (letter === undefined) throw new UsageError(`unrecognized option '${word}'`);
      const kind = letter.endsWith(':') ? 'argument' : kindOf(letter);
      const attached = equals < 0 ? undefined : word.slice(equals + 1);
      if (kind === 'argument' && attached === undefined && i + 1 >= args.length) {
        throw new UsageError(`option '--${name}' requires an argument`);
      }
      const value = attached ?? (kind === 'argument' ? (args[++i] ?? '') : '');
      order.push({ letter: letter.replace(/:$/, ''), value });
      continue;
    }
    if (word.length < 2 || word[0] !== '-') {
      if (early) {
        for (const operand of args.slice(i)) operands.push(operand);
        break;
      }
      operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? '';
      const kind = kindOf(letter);
      if (kind === 'none') throw new UsageError(`invalid option -- '${letter}'`);
      if (kind === 'flag') {
        order.push({ letter, value: '' });
        continue;
      }
      const attached = word.slice(at + 1);
      if (kind === 'argument' && attached === '' && i + 1 >= args.length) {
        throw new UsageError(`option requires an argument -- '${letter}'`);
      }
      order.push({ letter, value: attached !== '' || kind === 'optional' ? attached : (args[++i] ?? '') });
      break;
    }
  }
  return {
    operands,
    order,
    has: (letter) => order.some((option) => option.letter === letter),
    count: (letter) => order.filter((option) => option.letter === letter).length,
    value: (letter) => order.findLast((option) => option.letter === letter)?.value,
    values: (letter) => order.filter((option) => option.letter === letter).map(({ value }) => value),
  };
}

/** `head -5` for `head -n 5`: the old way to give a number. */
export function withOldNumber(args: readonly string[], letter = 'n'): readonly string[] {
  const [first = '', ...rest] = args;
  return /^-\d+[a-z]*$/.test(first) ? [`-${letter}`, first.slice(1), ...rest] : args;
}

/** A whole number with a suffix for its unit: b 512, k 1024, m, g. @throws {UsageError} */
export function parseSize(text: string): number {
  const match = /^([+-]?\d+)(b|c|w|k|K|kB|KB|KiB|m|M|MB|MiB|g|G|GB|GiB)?$/.exec(text);
  if (match === null) throw new UsageError(`invalid number '${text}'`);
  const unit = match[2] ?? '';
  const factor = { b: 512, c: 1, w: 2, kB: 1000, KB: 1000, MB: 1e6, GB: 1e9 }[unit];
  return Number(match[1]) * (factor ?? { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit[0]?.toLowerCase() ?? ''] ?? 1);
}

/** A whole number. @throws {UsageError} */
export function parseNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new UsageError(`invalid number '${text}'`);
  return Number(text);
}

function longLetter(long: Readonly<Record<string, string>>, name: string): string | undefined {
  if (long[name] !== undefined) return long[name];
  const letters = new Set(
    Object.keys(long)
      .filter((key) => key.startsWith(name))
      .map((key) => long[key]),
  );
  return letters.size === 1 ? [...letters][0] : undefined;
}

import { goQuote } from '@tabernetes/apimachinery';
import type { FlagFact } from '../facts.ts';
import { parseBool, parseCsvRecord, parseDurationMs, parseInteger, ValueError } from './go-values.ts';

/** A command line that pflag refuses; the message is pflag's. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** Thrown for `--help` and `-h`. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}

type Value = string | boolean | number | bigint | readonly string[] | Readonly<Record<string, string>>;

/**
 * The flags of one call, read as pflag reads them: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc`,
 * flags and arguments in any order, `--` ends the flags.
 *
 * @see https://pkg.go.dev/github.com/spf13/pflag@v1.0.5
 */
export class FlagSet {
  readonly #byName: ReadonlyMap<string, FlagFact>;
  readonly #byShort: ReadonlyMap<string, FlagFact>;
  readonly #values = new Map<string, Value>();
  readonly #warn: (line: string) => void;
  /** What is left: the arguments. */
  readonly args: string[] = [];
  /** How many arguments stood before `--`; undefined without one. */
  argsBeforeDash: number | undefined;

  /** `warn` takes lines for stderr: deprecated flags and their like. */
  constructor(facts: readonly FlagFact[], warn: (line: string) => void = () => undefined) {
    this.#byName = new Map(facts.map((fact) => [fact.name, fact]));
    this.#byShort = new Map(facts.flatMap((fact) => (fact.short === undefined ? [] : [[fact.short, fact] as const])));
    this.#warn = warn;
  }

  /** @throws {FlagError} with pflag's text, {@link HelpRequested} for --help when all else can be read */
  parse(line: readonly string[]): void {
    this.#parse(line);
    if (this.#values.get('help') === true) throw new HelpRequested();
  }

  #parse(line: readonly string[]): void {
    const rest = [...line];
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (word === '--') {
        this.argsBeforeDash = this.args.length;
        this.args.push(...rest);
        return;
      }
      if (word.startsWith('--')) this.#long(word, rest);
      else if (word.startsWith('-') && word.length > 1) this.#short(word.slice(1), rest);
      else this.args.push(word);
    }
  }

  #long(word: string, rest: string[]): void {
    const body = word.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) throw new FlagError(`bad flag syntax: ${word}`);
    const equals = body.indexOf('=');
    const given = equals < 0 ? body : body.slice(0, equals);
    const flag = this.#byName.get(given.replaceAll('_', '-'));
    if (flag === undefined) throw new FlagError(`unknown flag: --${given}`);
    const value = equals >= 0 ? body.slice(equals + 1) : (flag.noOpt ?? rest.shift());
    if (value === undefined) throw new FlagError(`flag needs an argument: ${word}`);
    this.#set(flag, value);
  }

  #short(letters: string, rest: string[]): void {
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at] ?? '';
      const flag = this.#byShort.get(letter);
      if (flag === undefined) throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters.slice(at)}`);
      const tail = letters.slice(at + 1);
      if (flag.shortDeprecated !== undefined) {
        this.#warn(`Flag shorthand -${letter} has been deprecated, ${flag.shortDeprecated}`);
      }
      const isAssigned = tail.length > 1 && tail.startsWith('=');
      if (flag.noOpt !== undefined && !isAssigned) {
        this.#set(flag, flag.noOpt);
        continue;
      }
      const value = isAssigned ? tail.slice(1) : tail !== '' ? tail : rest.shift();
      if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${letters.slice(at)}`);
      this.#set(flag, value);
      return;
    }
  }

  #set(flag: FlagFact, text: string): void {
    try {
      this.#values.set(flag.name, this.#read(flag, text));
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const names = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      throw new FlagError(`invalid argument ${goQuote(text)} for ${goQuote(names)} flag: ${error.message}`);
    }
    if (flag.deprecated !== undefined) this.#warn(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
  }

  #read(flag: FlagFact, text: string): Value {
    const before = this.#values.get(flag.name);
    switch (flag.type) {
      case 'bool':
        return parseBool(text);
      case 'tristate':
        return String(parseBool(text));
      case 'int':
      case 'int64':
        return parseInteger(text);
      case 'int32':
        return parseInteger(text, 32);
      case 'level':
        return parseInteger(text, 32, 10);
      case 'duration':
        return durationMs(flag, text);
      case 'stringSlice':
        return [...listOf(before), ...parseCsvRecord(text)];
      case 'stringArray':
        return [...listOf(before), text];
      case 'stringToString':
        return { ...mapOf(before), ...csvPairs(text) };
      case 'mapStringString':
        return { ...mapOf(before), ...plainPairs(text) };
      case 'moduleSpec':
        return moduleLevels(text);
      case 'string':
        return text;
    }
  }

  #fact(name: string): FlagFact {
    const fact = this.#byName.get(name);
    if (fact === undefined) throw new Error(`the command has no flag --${name}`);
    return fact;
  }

  /** True when the flag stands on the command line. */
  changed(name: string): boolean {
    return this.#values.has(name);
  }

  /** True when the command has such a flag. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  bool(name: string): boolean {
    const value = this.#values.get(name);
    return value === undefined ? this.#fact(name).default === 'true' : value === true || value === 'true';
  }

  string(name: string): string {
    const value = this.#values.get(name);
    // A command may have a list by the name of a text that all commands inherit (`--user`).
    if (typeof value === 'object') return '';
    if (value !== undefined) return String(value);
    const { type, default: text = '' } = this.#fact(name);
    return text === '[]' && type !== 'string' ? '' : text;
  }

  /** A whole number with all its digits. */
  integer(name: string): bigint {
    const value = this.#values.get(name);
    return typeof value === 'bigint' ? value : BigInt(this.#fact(name).default ?? '0');
  }

  /** A whole number as far as it is a safe one; of a `duration`, milliseconds. */
  number(name: string): number {
    const value = this.#values.get(name);
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    const fact = this.#fact(name);
    const text = fact.default ?? '0';
    return fact.type === 'duration' ? parseDurationMs(text) : Number(text);
  }

  /** Values of a flag that may be repeated. */
  strings(name: string): readonly string[] {
    const value = this.#values.get(name);
    if (value !== undefined) return listOf(value);
    const text = (this.#fact(name).default ?? '').replace(/^\[|\]$/g, '');
    return text === '' ? [] : text.split(',');
  }

  /** Values of a `key=value` flag. */
  map(name: string): Readonly<Record<string, string>> {
    return mapOf(this.#values.get(name));
  }

  /** Names of required flags that are missing, in the order of their definition. */
  missing(): readonly string[] {
    return [...this.#byName.values()]
      .filter((flag) => flag.required && !this.changed(flag.name))
      .map(({ name }) => name);
  }
}

/** Flags that are Go's own tell less of what is wrong with a value. */
function durationMs({ name }: FlagFact, text: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    throw name === 'log-flush-frequency' && error instanceof ValueError ? new ValueError('parse error') : error;
  }
}

const listOf = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value : []);

const mapOf = (value: Value | undefined): Readonly<Record<string, string>> =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Readonly<Record<string, string>>) : {};

/** Verbosity by names of source files, as klog takes it. */
function moduleLevels(text: string): string {
  for (const pair of text.split(',').filter((each) => each !== '')) {
    const [, level] = /^[^=]+=([^=]+)$/.exec(pair) ?? [];
    if (level === undefined || !/^[-+]?\d+$/.test(level)) {
      throw new ValueError('syntax error: expect comma-separated list of filename=N');
    }
    if (Number(level) < 0) throw new ValueError('negative value for vmodule level');
  }
  return text;
}

/** pflag's pairs: a text with a single `=` is one pair, whatever commas it has. */
function csvPairs(text: string): Record<string, string> {
  if (!text.includes('=')) throw new ValueError(`${text} must be formatted as key=value`);
  const isSingle = text.indexOf('=') === text.lastIndexOf('=');
  const pairs = (isSingle ? [text.replace(/^"+|"+$/g, '')] : parseCsvRecord(text)).map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 0) throw new ValueError(`${pair} must be formatted as key=value`);
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** Pairs as component-base reads them: without quotes, white space around them does not count. */
function plainPairs(text: string): Record<string, string> {
  const pairs = text
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) throw new ValueError('malformed pair, expect string=string');
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()] as const;
    });
  return Object.fromEntries(pairs);
}

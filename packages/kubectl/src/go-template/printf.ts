import { goFloat, goQuote } from '@tabernetes/apimachinery';
import { goDumpJson } from '../go-json.ts';
import { bytesOf, format, isList, isMap, NumberValue, typeName, type Value, valueFrom } from './values.ts';

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

/** Go's `fmt.Sprintf` for the values that templates have. @see https://pkg.go.dev/fmt */
export const sprintf = (pattern: string, args: readonly Value[]): string => new Formatting(pattern, args).text();

/** Reads a pattern from left to right; which argument is next depends on what came before. */
class Formatting {
  readonly #pattern: string;
  readonly #args: readonly Value[];
  #at = 0;
  #next = 0;
  #isReordered = false;
  #isGood = true;
  /** An index stands right before: `%[2]d`. */
  #isIndexed = false;

  constructor(pattern: string, args: readonly Value[]) {
    this.#pattern = pattern;
    this.#args = args;
  }

  text(): string {
    let out = '';
    while (this.#at < this.#pattern.length) {
      const percent = this.#pattern.indexOf('%', this.#at);
      out += this.#pattern.slice(this.#at, percent < 0 ? undefined : percent);
      if (percent < 0) break;
      this.#at = percent + 1;
      out += this.#directive();
    }
    if (this.#isReordered || this.#next >= this.#args.length) return out;
    const extra = this.#args
      .slice(this.#next)
      .map((value) => (value === null || value === undefined ? '<nil>' : `${typeName(value)}=${format(value)}`));
    return `${out}%!(EXTRA ${extra.join(', ')})`;
  }

  #directive(): string {
    this.#isGood = true;
    this.#isIndexed = false;
    let [flags = ''] = this.#match(/[-+# 0]*/y);
    let out = '';
    this.#index();
    let width: number | undefined;
    if (this.#match(/\*/y).length > 0) {
      width = this.#number();
      if (width === undefined) out += '%!(BADWIDTH)';
      else if (width < 0) {
        flags = `${flags.replaceAll('0', '')}-`;
        width = -width;
      }
      this.#isIndexed = false;
    } else {
      const [digits] = this.#match(/\d+/y);
      if (digits !== undefined) width = Number(digits);
      if (digits !== undefined && this.#isIndexed) this.#isGood = false;
    }
    let precision: number | undefined;
    if (this.#match(/\./y).length > 0) {
      if (this.#isIndexed) this.#isGood = false;
      this.#index();
      if (this.#match(/\*/y).length > 0) {
        precision = this.#number();
        if (precision !== undefined && precision < 0) precision = undefined;
        if (precision === undefined) out += '%!(BADPREC)';
        this.#isIndexed = false;
      } else precision = Number(this.#match(/\d+/y)[0] ?? 0);
    }
    if (!this.#isIndexed) this.#index();
    const [verb] = this.#match(/./suy);
    if (verb === undefined) return `${out}%!(NOVERB)`;
    if (verb === '%') return `${out}%`;
    if (!this.#isGood) return `${out}%!${verb}(BADINDEX)`;
    if (this.#next >= this.#args.length) return `${out}%!${verb}(MISSING)`;
    return out + formatted({ flags, width, precision, verb }, this.#args[this.#next++]);
  }

  #match(pattern: RegExp): readonly string[] {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#pattern);
    if (match === null) return [];
    this.#at += match[0].length;
    return match;
  }

  /** `[2]`: the second argument is next. */
  #index(): void {
    this.#isIndexed = false;
    if (this.#pattern[this.#at] !== '[') return;
    this.#isReordered = true;
    const close = this.#pattern.indexOf(']', this.#at);
    const inside = close < 0 ? '' : this.#pattern.slice(this.#at + 1, close);
    this.#at = close < 0 ? this.#at + 1 : close + 1;
    if (!/^\d+$/.test(inside)) {
      this.#isGood = false;
      return;
    }
    this.#isIndexed = true;
    const wanted = Number(inside) - 1;
    if (wanted >= 0 && wanted < this.#args.length) this.#next = wanted;
    else this.#isGood = false;
  }

  /** The argument that `*` stands for; undefined when it is no number. */
  #number(): number | undefined {
    if (this.#next >= this.#args.length) return undefined;
    const value = this.#args[this.#next++];
    const isWhole = value instanceof NumberValue && value.type !== 'float64' && Math.abs(value.number) <= 1e6;
    return isWhole ? value.number : undefined;
  }
}

function formatted(directive: Directive, value: Value): string {
  const { verb } = directive;
  if (verb === 'T') return pad(directive, typeName(value));
  // A plus means fields of structures by name, which are not here.
  if (verb === 'v') return verbose({ ...directive, flags: directive.flags.replaceAll('+', '') }, value);
  if (value === null || value === undefined) return `%!${verb}(<nil>)`;
  if (value instanceof NumberValue)
    return value.type === 'float64' ? floating(directive, value) : whole(directive, value);
  if (typeof value === 'boolean') return verb === 't' ? pad(directive, String(value)) : bad(directive, value);
  if (typeof value === 'string') return worded(directive, value);
  return members(directive, value);
}

/** Lists and maps have each of their members printed so. */
function members(directive: Directive, value: Exclude<Value, string | boolean | null | undefined>): string {
  if (isList(value)) return `[${value.map((item) => formatted(directive, valueFrom(item))).join(' ')}]`;
  if (!isMap(value)) return bad(directive, value);
  const all = Object.keys(value)
    .sort()
    .map((key) => `${formatted(directive, key)}:${formatted(directive, valueFrom(value[key]))}`);
  return `map[${all.join(' ')}]`;
}

/** A character as Go writes it: `'\\n'`. */
function quotedCharacter(code: number): string {
  if (code > 0x10ffff || code < 0) return "'\uFFFD'";
  const inner = goQuote(String.fromCodePoint(code)).slice(1, -1);
  return `'${inner === '\\"' ? '"' : inner === "'" ? "\\'" : inner}'`;
}

function verbose(directive: Directive, value: Value): string {
  if (directive.flags.includes('#'))
    return pad(directive, value instanceof NumberValue ? format(value) : goDumpJson(value));
  if (value instanceof NumberValue && value.type !== 'float64') return whole({ ...directive, verb: 'd' }, value);
  if (typeof value === 'string') return worded({ ...directive, verb: 's' }, value);
  if (value instanceof NumberValue) return floating({ ...directive, verb: 'g' }, value);
  if (isList(value) || isMap(value)) return members(directive, value);
  return pad(directive, format(value));
}

function whole(directive: Directive, { number, type }: NumberValue): string {
  const { verb, flags, precision } = directive;
  const radix = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }[verb];
  if (verb === 'c') return pad(directive, String.fromCodePoint(number));
  if (verb === 'q') return pad(directive, quotedCharacter(number));
  if (verb === 'U') return pad(directive, `U+${number.toString(16).toUpperCase().padStart(4, '0')}`);
  if (radix === undefined) return bad(directive, new NumberValue(number, type));
  let digits = Math.abs(number).toString(radix);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  const prefix = verb === 'O' ? '0o' : !flags.includes('#') ? '' : ({ b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '');
  return padNumber(directive, signOf(number, flags), `${prefix}${digits}`);
}

function floating(directive: Directive, value: NumberValue): string {
  const { verb, flags, precision } = directive;
  const size = Math.abs(value.number);
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  let digits: string;
  if (verb === 'f' || verb === 'F') digits = size.toFixed(precision ?? 6);
  else if (verb === 'e' || verb === 'E') digits = exponent(size.toExponential(precision ?? 6));
  else if (verb === 'g' || verb === 'G') {
    digits = precision === undefined ? goFloat(size) : exponent(String(Number(size.toPrecision(precision || 1))));
  } else return bad(directive, value);
  if (verb === 'E' || verb === 'G') digits = digits.toUpperCase();
  return padNumber(directive, signOf(value.number, flags), digits);
}

const signOf = (number: number, flags: string): string =>
  number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

function worded(directive: Directive, value: string): string {
  const { verb, flags, precision } = directive;
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 's':
      return pad(directive, cut);
    case 'q':
      return pad(directive, flags.includes('#') && !value.includes('`') ? `\`${cut}\`` : goQuote(cut));
    case 'x':
    case 'X': {
      const hex = [...bytesOf(value).subarray(0, precision)].map((byte) => byte.toString(16).padStart(2, '0'));
      const prefix = flags.includes('#') && hex.length > 0 ? '0x' : '';
      const joined = prefix + hex.join(flags.includes(' ') ? ` ${prefix}` : '');
      return pad(directive, verb === 'X' ? joined.toUpperCase() : joined);
    }
    default:
      return bad(directive, value);
  }
}

/** What a verb cannot print is printed as `%v` would, in the same width. */
const bad = (directive: Directive, value: Value): string =>
  `%!${directive.verb}(${typeName(value)}=${verbose({ ...directive, flags: directive.flags.replaceAll('#', ''), verb: 'v' }, value)})`;

function pad({ flags, width }: Directive, text: string): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + text;
}

function padNumber(directive: Directive, sign: string, digits: string): string {
  const { flags, width, precision } = directive;
  const isZero =
    flags.includes('0') && !flags.includes('-') && (precision === undefined || /[efgEFG]/.test(directive.verb));
  if (isZero) return sign + digits.padStart((width ?? 0) - sign.length, '0');
  return pad({ ...directive, flags: flags.replaceAll('0', '') }, sign + digits);
}

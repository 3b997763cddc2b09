import { Failure } from './command.ts';
import { LONGEST_TEXT } from './holding.ts';

/** One conversion of a printf format, taken apart. */
export interface Conversion {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** A format as literal texts and conversions; `*` takes the next argument through `star`. */
export type FormatPart = string | { readonly spec: string; readonly letter: string };

/** Splits a format. `%%` becomes a literal per cent sign. */
export function splitFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let literal = '';
  const pattern = /%(?:%|([-+ #0']*(?:\*|\d+)?(?:\.(?:\*|\d+)?)?)(?:hh|h|ll|l|j|z|t|q|L)?([a-zA-Z]))/g;
  let at = 0;
  for (let match = pattern.exec(format); match !== null; match = pattern.exec(format)) {
    literal += format.slice(at, match.index);
    at = pattern.lastIndex;
    if (match[0] === '%%') {
      literal += '%';
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ spec: match[1] ?? '', letter: match[2] ?? '' });
  }
  literal += format.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
}

/** Flags, width and precision of a conversion. */
export function conversion(spec: string, letter: string, star: () => number): Conversion {
  const match = /^([-+ #0']*)(\*|\d+)?(?:\.(\*|\d+)?)?$/.exec(spec);
  let flags = match?.[1] ?? '';
  let width = match?.[2] === undefined ? undefined : match[2] === '*' ? star() : Number(match[2]);
  if (width !== undefined && width < 0) {
    flags += '-';
    width = -width;
  }
  const dotted = spec.includes('.');
  const precision = !dotted ? undefined : match?.[3] === '*' ? star() : Number(match?.[3] ?? 0);
  return { flags, width, precision: precision !== undefined && precision < 0 ? undefined : precision, letter };
}

/** Formats a whole number with d, i, u, o, x, X. */
export function formatInteger(value: bigint, { flags, width, precision, letter }: Conversion): string {
  const signed = letter === 'd' || letter === 'i';
  const unsigned = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  const base = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = unsigned.toString(base);
  if (letter === 'X') digits = digits.toUpperCase();
  if (precision !== undefined && precision > LONGEST_TEXT) throw new Failure('out of memory');
  if (precision !== undefined) digits = precision === 0 && value === 0n ? '' : digits.padStart(precision, '0');
  const sign = signed ? (value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
  const prefix = flags.includes('#') && value !== 0n ? (base === 16 ? `0${letter}` : base === 8 ? '0' : '') : '';
  return pad(sign + prefix, digits, flags, width, precision === undefined);
}

/** Formats a floating-point number with f, e, g and their capitals. */
export function formatFloat(value: number, { flags, width, precision = 6, letter }: Conversion): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const size = Math.abs(value);
  let digits: string;
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? 'nan' : 'inf';
  else if (letter === 'f' || letter === 'F') digits = fixed(size, precision);
  else if (letter === 'e' || letter === 'E') digits = exponential(size, precision);
  else digits = general(size, precision === 0 ? 1 : precision, flags.includes('#'));
  if (letter === letter.toUpperCase()) digits = digits.toUpperCase();
  return pad(sign, digits, flags, width, Number.isFinite(value));
}

/** Pads a text as %s and %c do. */
export function formatText(text: string, { flags, width, precision }: Conversion): string {
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('');
  return pad('', cut, flags.replaceAll('0', ''), width, false);
}

function pad(prefix: string, digits: string, flags: string, width: number | undefined, zeros: boolean): string {
  const missing = (width ?? 0) - prefix.length - [...digits].length;
  if (missing <= 0) return prefix + digits;
  if (missing > LONGEST_TEXT) throw new Failure('out of memory');
  if (flags.includes('-')) return prefix + digits + ' '.repeat(missing);
  if (flags.includes('0') && zeros) return prefix + '0'.repeat(missing) + digits;
  return ' '.repeat(missing) + prefix + digits;
}

function fixed(size: number, precision: number): string {
  if (size < 1e21) return size.toFixed(Math.min(precision, 100));
  return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

function exponential(size: number, precision: number): string {
  const [mantissa = '', exponent = '0'] = size.toExponential(Math.min(precision, 100)).split('e');
  const number = Number(exponent);
  return `${mantissa}e${number < 0 ? '-' : '+'}${String(Math.abs(number)).padStart(2, '0')}`;
}

function general(size: number, precision: number, keepZeros: boolean): string {
  const exponent = size === 0 ? 0 : Number(size.toExponential(precision - 1).split('e')[1]);
  const scientific = exponent < -4 || exponent >= precision;
  const text = scientific ? exponential(size, precision - 1) : fixed(size, precision - 1 - exponent);
  if (keepZeros || !text.includes('.')) return text;
  return scientific ? text.replace(/\.?0+e/, 'e') : text.replace(/\.?0+$/, '');
}

import { MAX_INT64, parseInt64 } from './go/int64.ts';
import { QUANTITY_FORMATS, type QuantityFormat } from './quantity-suffix.ts';

/** A text is not a quantity; the message is upstream's. */
export class QuantityProblem extends Error {
  override readonly name = 'QuantityProblem';
}

/**
 * What a text says, exactly: `mantissa * 10^exponent`. The mantissa is a number while that is exact, else a bigint.
 */
export interface QuantityParts {
  readonly mantissa: number | bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text is near enough to canonical that the server keeps and prints it as it was written. */
  readonly verbatim: boolean;
  /** Past upstream's int64 path. Shows only when the amount is asked for as an integer and does not fit one. */
  readonly wide: boolean;
}

const FORMAT_TEXT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC_TEXT = 'unable to parse numeric part of quantity';
const SUFFIX_TEXT = "unable to parse quantity's suffix";

/** Digits that an int64 always holds; upstream's fast path ends there, and with it the keeping of texts. */
const MAX_INT64_DIGITS = 18;
const NANO = -9;

/**
 * Reads `1500m`, `1.5Gi`, `1e3`. Amounts finer than a nano are rounded away from zero; binary amounts are capped at
 * 2^63-1. Linear in the text's length but for amounts beyond 18 digits, which cost a bigint.
 *
 * Upstream keeps a text that its fast path finds canonical enough (`5.`, `+1`, `109.966M`), and prints anything else
 * in canonical form; both are visible in answers, so both are part of the result.
 *
 * @throws {QuantityProblem} with upstream's text
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
 */
export function parseQuantityParts(text: string): QuantityParts {
  if (text === '') throw new QuantityProblem(FORMAT_TEXT);
  if (text === '0') return { mantissa: 0, exponent: 0, format: 'DecimalSI', verbatim: true, wide: false };
  const { negative, whole, fraction, suffix, hasDigits } = scan(text);
  const unit = unitOf(suffix);
  if (unit === undefined) throw new QuantityProblem(SUFFIX_TEXT);
  const { format } = unit;
  const digits = whole + fraction;
  const binary = format === 'BinarySI';
  const room = binary
    ? fraction === ''
      ? 14 - whole.length - (3 * unit.exponent) / 10
      : -1
    : MAX_INT64_DIGITS - digits.length;
  // Wraps at 32 bits, as upstream's does.
  const exponent = ((binary ? 0 : unit.exponent) - fraction.length) | 0;
  if (room >= 0 && exponent >= NANO) {
    // A mantissa within `room` fits 2^53 even after shifting, except for 16 to 18 decimal digits.
    const amount = binary ? Number(digits) * 2 ** unit.exponent : exactNumber(digits);
    const verbatim = binary
      ? Number(digits.slice(-3)) % 8 !== 0
      : exponent % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
    return { mantissa: negative ? minus(amount) : amount, exponent, format, verbatim, wide: false };
  }
  if (!hasDigits) throw new QuantityProblem(NUMERIC_TEXT);
  return binary
    ? slowBinary(negative, digits, fraction.length, unit.exponent)
    : { ...roundedToNano(negative, digits, exponent), format, verbatim: false, wide: true };
}

/** Turns a bigint into a number where that loses nothing: arithmetic on numbers is what is fast. */
export function compact(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;
}

interface Scanned {
  readonly negative: boolean;
  /** Without leading zeros, but at least one digit. */
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
  /** False of `Ki` and `.Ki`: upstream's slow path refuses those. */
  readonly hasDigits: boolean;
}

function scan(text: string): Scanned {
  const end = text.length;
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative || text.charCodeAt(0) === PLUS ? 1 : 0;
  let at = start;
  while (at < end && text.charCodeAt(at) === ZERO) at++;
  if (at === end) return { negative, whole: '0', fraction: '', suffix: '', hasDigits: true };
  const wholeStart = at;
  at = skipDigits(text, at);
  const whole = text.slice(wholeStart, at);
  let hasDigits = at > start;
  let fraction = '';
  if (text.charCodeAt(at) === DOT) {
    const fractionStart = at + 1;
    at = skipDigits(text, fractionStart);
    fraction = text.slice(fractionStart, at);
    hasDigits ||= fraction !== '';
  }
  const suffix = text.slice(at);
  while (at < end && SUFFIX_LETTERS.includes(text.charAt(at))) at++;
  if (at < end && (text.charCodeAt(at) === MINUS || text.charCodeAt(at) === PLUS)) at++;
  if (skipDigits(text, at) < end) throw new QuantityProblem(FORMAT_TEXT);
  return { negative, whole: whole === '' ? '0' : whole, fraction, suffix, hasDigits };
}

const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const SUFFIX_LETTERS = 'eEinumkKMGTP';

function skipDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) break;
  }
  return at;
}

function unitOf(suffix: string): { readonly exponent: number; readonly format: QuantityFormat } | undefined {
  const known = QUANTITY_FORMATS.get(suffix);
  if (known !== undefined) return known;
  const first = suffix.charAt(0);
  // The scanner lets only a sign and digits follow the letters, so one letter means a well-formed number or none.
  if (first !== 'e' && first !== 'E') return undefined;
  const parsed = parseInt64(suffix.slice(1));
  if (parsed === undefined) return undefined;
  return { exponent: Number(BigInt.asIntN(32, parsed)), format: 'DecimalExponent' };
}

const exactNumber = (digits: string): number | bigint =>
  digits.length <= 15 ? Number(digits) : compact(BigInt(digits));

// Adding zero turns -0 into 0.
const minus = (value: number | bigint): number | bigint => (typeof value === 'number' ? -value + 0 : -value);

/** Works on the text, so that `1e-1000000000` costs nothing. */
function roundedToNano(
  negative: boolean,
  digits: string,
  exponent: number,
): { readonly mantissa: number | bigint; readonly exponent: number } {
  const drop = Math.max(0, NANO - exponent);
  const cut = Math.max(0, digits.length - drop);
  let magnitude = BigInt(digits.slice(0, cut) || '0');
  if (/[1-9]/.test(digits.slice(cut))) magnitude += 1n;
  const amount = compact(magnitude);
  return { mantissa: negative ? minus(amount) : amount, exponent: exponent + drop };
}

function slowBinary(negative: boolean, digits: string, decimals: number, shift: number): QuantityParts {
  const scaled = BigInt(digits) << BigInt(shift);
  const rounded = roundedToNano(false, scaled.toString(), -decimals);
  const one = 10n ** BigInt(-rounded.exponent);
  const magnitude = BigInt(rounded.mantissa);
  if (magnitude > MAX_INT64 * one) {
    return {
      mantissa: negative ? -MAX_INT64 : MAX_INT64,
      exponent: 0,
      format: 'BinarySI',
      verbatim: false,
      wide: true,
    };
  }
  // Below one there is no binary form.
  const format = magnitude > 0n && magnitude < one ? 'DecimalSI' : 'BinarySI';
  const { mantissa, exponent } = rounded;
  return { mantissa: negative ? minus(mantissa) : mantissa, exponent, format, verbatim: false, wide: true };
}

import { isInt64 } from './go/int64.ts';
import { compact, parseQuantityParts } from './quantity-parse.ts';
import { BINARY_SUFFIXES, decimalSuffix, type QuantityFormat } from './quantity-suffix.ts';

/**
 * An exact amount, `mantissa * 10^exponent`, immutable. Objects hold quantities as text; parse once (texts are
 * remembered), calculate with these, and print with `toString()`.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export class QuantityAmount {
  /** A number while that is exact, else a bigint. */
  readonly mantissa: number | bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** Beyond an int64 on the way here; see {@link value}. */
  readonly wide: boolean;
  #text: string | undefined;

  constructor(
    mantissa: number | bigint,
    exponent: number,
    format: QuantityFormat,
    wide = typeof mantissa === 'bigint' && !isInt64(mantissa),
    text?: string,
  ) {
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.format = format;
    this.wide = wide;
    this.#text = text;
  }

  /** What the server prints: canonical, or as it was written where upstream keeps that. */
  toString(): string {
    this.#text ??= print(this);
    return this.#text;
  }

  /** -1, 0 or 1. */
  sign(): number {
    return this.mantissa > 0 ? 1 : this.mantissa < 0 ? -1 : 0;
  }

  isZero(): boolean {
    return this.sign() === 0;
  }

  /**
   * Whole units, rounded away from zero; inexact beyond 2^53. What does not fit an int64 comes out as upstream has it
   * (a Pod may ask for 1e20 CPUs): its low 64 bits, or 0.
   */
  value(): number {
    return this.scaled(0);
  }

  /** Thousandths, as {@link value}. */
  milliValue(): number {
    return this.scaled(-3);
  }

  /** In units of 10^exponent, as {@link value}. */
  scaled(exponent: number): number {
    const { mantissa } = this;
    const up = this.exponent - exponent;
    if (typeof mantissa === 'number') {
      if (up === 0) return mantissa;
      const power = 10 ** Math.abs(up);
      if (up > 0 && Number.isSafeInteger(mantissa * power)) return mantissa * power;
      if (up < 0 && up >= -15) {
        const rest = mantissa % power;
        const whole = (mantissa - rest) / power;
        return rest === 0 ? whole + 0 : whole + Math.sign(rest);
      }
    }
    return Number(this.scaledBig(exponent));
  }

  /** As {@link scaled}, exact over the whole int64. */
  scaledBig(exponent: number): bigint {
    const up = this.exponent - exponent;
    const mantissa = BigInt(this.mantissa);
    if (mantissa === 0n) return 0n;
    const wraps = this.wide || WRAPPING_SCALES.has(up);
    // 64 factors of ten are 64 factors of two: nothing is left of the low bits.
    if (up >= 64) return 0n;
    const value = up >= 0 ? mantissa * 10n ** BigInt(up) : dividedAwayFromZero(mantissa, -up);
    return isInt64(value) ? value : wraps ? BigInt.asIntN(64, value) : 0n;
  }

  /** -1, 0 or 1. Safe with any exponents: sizes are compared before anything is multiplied out. */
  compare(other: QuantityAmount): number {
    const { mantissa: a } = this;
    const { mantissa: b } = other;
    if (this.exponent === other.exponent) return a < b ? -1 : a > b ? 1 : 0;
    const sign = this.sign();
    if (sign !== other.sign()) return sign < other.sign() ? -1 : 1;
    if (sign === 0) return 0;
    const orders = order(this) - order(other);
    if (orders !== 0) return orders > 0 ? sign : -sign;
    const [left, right] = aligned(this, other);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** The sum prints as this does, or as the other when this is zero. */
  add(other: QuantityAmount): QuantityAmount {
    const format = this.isZero() ? other.format : this.format;
    if (other.isZero()) return new QuantityAmount(this.mantissa, this.exponent, format, this.wide);
    if (this.isZero()) return new QuantityAmount(other.mantissa, other.exponent, format, other.wide);
    if (
      this.exponent === other.exponent &&
      typeof this.mantissa === 'number' &&
      typeof other.mantissa === 'number' &&
      Number.isSafeInteger(this.mantissa + other.mantissa)
    ) {
      return new QuantityAmount(this.mantissa + other.mantissa, this.exponent, format, this.wide || other.wide);
    }
    const gap = order(this) - order(other);
    // Beyond this many digits the smaller one is dropped: nothing real is lost, and hostile exponents cost nothing.
    if (gap > MAX_GAP) return new QuantityAmount(this.mantissa, this.exponent, format, this.wide);
    if (gap < -MAX_GAP) return new QuantityAmount(other.mantissa, other.exponent, format, other.wide);
    const [left, right] = aligned(this, other);
    const sum = left + right;
    const wide = this.wide || other.wide || !isInt64(sum);
    return new QuantityAmount(compact(sum), Math.min(this.exponent, other.exponent), format, wide);
  }

  sub(other: QuantityAmount): QuantityAmount {
    return this.add(other.negated());
  }

  negated(): QuantityAmount {
    const { mantissa } = this;
    return new QuantityAmount(
      typeof mantissa === 'number' ? -mantissa + 0 : compact(-mantissa),
      this.exponent,
      this.format,
      this.wide,
    );
  }

  /** `factor` is whole. */
  multiplied(factor: number): QuantityAmount {
    const { mantissa } = this;
    const fast = typeof mantissa === 'number' ? mantissa * factor + 0 : Number.NaN;
    const product = Number.isSafeInteger(fast) ? fast : compact(BigInt(mantissa) * BigInt(factor));
    const wide = this.wide || (typeof product === 'bigint' && !isInt64(product));
    return new QuantityAmount(product, this.exponent, this.format, wide);
  }

  /** Rounds away from zero to whole multiples of 10^exponent: 100n at -3 is 1m. What is coarser stays as it is. */
  roundedUp(exponent: number): QuantityAmount {
    if (this.exponent >= exponent) return this;
    return new QuantityAmount(
      compact(dividedAwayFromZero(BigInt(this.mantissa), exponent - this.exponent)),
      exponent,
      this.format,
      this.wide,
    );
  }
}

/**
 * @throws {QuantityProblem}
 * @see parseQuantityParts
 */
export function parseQuantity(text: string): QuantityAmount {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const { mantissa, exponent, format, verbatim, wide } = parseQuantityParts(text);
  const amount = new QuantityAmount(mantissa, exponent, format, wide, verbatim ? text : undefined);
  if (text.length <= MAX_REMEMBERED_LENGTH) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, amount);
  }
  return amount;
}

export const quantityOf = (whole: number | bigint, format: QuantityFormat = 'DecimalSI'): QuantityAmount =>
  new QuantityAmount(typeof whole === 'bigint' ? compact(whole) : whole, 0, format);

/** The text as the server stores and prints it. @throws {QuantityProblem} */
export const canonicalQuantity = (text: string): string => parseQuantity(text).toString();

/** The text rounded away from zero to a multiple of 10^exponent; `-3` is what resource lists are rounded to. */
export const roundQuantityUp = (text: string, exponent: number): string =>
  parseQuantity(text).roundedUp(exponent).toString();

/**
 * A quantity as JSON gives it, ready to be stored: texts with white space around them, numbers, and null, which is zero.
 *
 * @throws {QuantityProblem}
 */
export function quantityFromJson(raw: unknown): string {
  if (raw === null) return '0';
  if (typeof raw === 'string') return canonicalQuantity(raw.trim());
  // Anything but a number is no quantity either: its text cannot start with a digit.
  return canonicalQuantity(typeof raw === 'number' ? String(raw) : 'x');
}

/** Texts repeat endlessly (`100m`, `128Mi`): pure data, so shared by all. */
const remembered = new Map<string, QuantityAmount>();
const MAX_REMEMBERED = 4096;
const MAX_REMEMBERED_LENGTH = 64;
const MAX_GAP = 5000;
/** Upstream multiplies by these powers of ten in one step that wraps; by others it steps, notices, and gives 0. */
const WRAPPING_SCALES: ReadonlySet<number> = new Set([1, 2, 3, 6, 9]);

/** Decimal places before the point of the amount written out, as far as order of size needs them. */
const order = ({ mantissa, exponent }: QuantityAmount): number => digitsOf(mantissa) + exponent;

const digitsOf = (mantissa: number | bigint): number => mantissa.toString().length - (mantissa < 0 ? 1 : 0);

function aligned(a: QuantityAmount, b: QuantityAmount): readonly [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    BigInt(a.mantissa) * 10n ** BigInt(a.exponent - exponent),
    BigInt(b.mantissa) * 10n ** BigInt(b.exponent - exponent),
  ];
}

function dividedAwayFromZero(mantissa: bigint, places: number): bigint {
  if (mantissa === 0n) return 0n;
  if (places >= digitsOf(mantissa)) return mantissa > 0n ? 1n : -1n;
  const divisor = 10n ** BigInt(places);
  const quotient = mantissa / divisor;
  if (mantissa % divisor === 0n) return quotient;
  return mantissa > 0n ? quotient + 1n : quotient - 1n;
}

function print(amount: QuantityAmount): string {
  if (amount.isZero()) return '0';
  const binary = amount.format === 'BinarySI' ? printBinary(amount) : undefined;
  return binary ?? printDecimal(amount);
}

/** Undefined below 1024 and where there is a fraction: those print in decimal. */
function printBinary(amount: QuantityAmount): string | undefined {
  if (amount.exponent === 0 && typeof amount.mantissa === 'number') {
    let whole = amount.mantissa;
    if (whole > -1024 && whole < 1024) return undefined;
    let power = 0;
    for (; whole % 1024 === 0; power++) whole /= 1024;
    return `${whole}${BINARY_SUFFIXES[power] ?? ''}`;
  }
  if (order(amount) < 4 || amount.exponent > MAX_GAP) return undefined;
  const whole = wholeOf(amount);
  if (whole === undefined || (whole > -1024n && whole < 1024n)) return undefined;
  let rest = whole;
  let power = 0;
  for (; rest % 1024n === 0n; power++) rest /= 1024n;
  return `${rest}${BINARY_SUFFIXES[power] ?? ''}`;
}

function wholeOf({ mantissa, exponent }: QuantityAmount): bigint | undefined {
  const exact = BigInt(mantissa);
  if (exponent >= 0) return exact * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return exact % divisor === 0n ? exact / divisor : undefined;
}

/** All factors of ten go to the exponent, then up to two come back, so that it is a multiple of three. */
function printDecimal({ mantissa, exponent, format }: QuantityAmount): string {
  const digits = mantissa.toString();
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === ZERO) end--;
  const full = exponent + digits.length - end;
  const back = ((full % 3) + 3) % 3;
  return `${digits.slice(0, end)}${'0'.repeat(back)}${decimalSuffix(full - back, format)}`;
}

const ZERO = 48;

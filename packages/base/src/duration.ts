/**
 * Duration texts as Kubernetes writes them, which is as Go does: `90s`, `1h30m`, `1.5h`, `-250ms`, `0`.
 *
 *   text  = "0" | [ "+" | "-" ] { number unit }          number = digits [ "." digits ]
 *   unit  = "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h"
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */

/** A text that is no duration; the message is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

/** Milliseconds, with a fraction below one millisecond. @throws {DurationError} with Go's message */
export function parseDuration(text: string): number {
  return Number(parseNanoseconds(text)) / NS_PER_MS;
}

/** The exact value, for fields that keep nanoseconds. @throws {DurationError} with Go's message */
export function parseNanoseconds(text: string): bigint {
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  if (unsigned === '0') return 0n;
  if (unsigned === '') throw invalid(text);
  let totalNs = 0n;
  let rest = unsigned;
  while (rest !== '') {
    const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest);
    const [matched, whole = '', fraction = ''] = number ?? [''];
    if (whole === '' && fraction === '') throw invalid(text);
    rest = rest.slice(matched.length);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
    const unitNs = UNIT_NS.get(unit);
    if (unitNs === undefined) throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    rest = rest.slice(unit.length);
    totalNs += BigInt(whole || '0') * unitNs;
    totalNs += fractionNs(fraction, Number(unitNs));
    if (totalNs > MAX_NS + 1n) throw invalid(text);
  }
  // Go holds a duration in 64 bits, which reach one further below zero than above.
  if (text.startsWith('-')) return -totalNs;
  if (totalNs > MAX_NS) throw invalid(text);
  return totalNs;
}

/** Go's `Duration.String()` of so many milliseconds: `1h0m0s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.trunc(milliseconds);
  return formatNanoseconds(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * NS_PER_MS)));
}

/** Go's `Duration.String()`. */
export function formatNanoseconds(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const ns = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (ns < 1_000n) return `${sign}${ns}ns`;
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 3)}µs`;
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 6)}ms`;
  const minutes = ns / 60_000_000_000n;
  const seconds = decimal(ns % 60_000_000_000n, 9);
  if (minutes === 0n) return `${sign}${seconds}s`;
  return minutes < 60n ? `${sign}${minutes}m${seconds}s` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}s`;
}

const NS_PER_MS = 1e6;
const MAX_NS = 2n ** 63n - 1n;
const UNIT_NS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n], // micro sign
  ['\u03bcs', 1_000n], // Greek letter mu
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const invalid = (text: string): DurationError => new DurationError(`time: invalid duration ${quote(text)}`);

/** Go reckons fractions in floating point, with as many digits as 63 bits hold; so the last nanosecond is Go's too. */
function fractionNs(digits: string, unitNs: number): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (next > MAX_NS) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (unitNs / scale)));
}

/** `value` shifted right by so many decimal places, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction && `.${fraction}`);
}

/** Quotes as Go's time package does: whatever is not printable ASCII becomes `\x` and its bytes. */
function quote(text: string): string {
  let quoted = '"';
  for (const byte of new TextEncoder().encode(text)) {
    if (byte < 0x20 || byte >= 0x80) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`;
    else quoted += String.fromCharCode(byte);
  }
  return `${quoted}"`;
}

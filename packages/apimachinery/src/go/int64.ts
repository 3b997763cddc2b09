import { goQuote } from './quote.ts';

export const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

export const isInt64 = (value: bigint): boolean => value <= MAX_INT64 && value >= MIN_INT64;

/** Why Go cannot read an integer, where {@link parseInt64} is undefined. */
export const int64Problem = (text: string): string =>
  `strconv.ParseInt: parsing ${goQuote(text)}: ${/^[-+]?[0-9]+$/.test(text) ? 'value out of range' : 'invalid syntax'}`;

/** Go's `strconv.ParseInt(text, 10, 64)`: undefined where that fails. Any number of leading zeros is allowed. */
export function parseInt64(text: string): bigint | undefined {
  const signed = /^[-+]?0*([0-9]{1,19})$/.exec(text);
  if (signed === null) return undefined;
  const magnitude = BigInt(signed[1] ?? '0');
  const value = text.startsWith('-') ? -magnitude : magnitude;
  return isInt64(value) ? value : undefined;
}

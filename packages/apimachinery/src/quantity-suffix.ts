/** How a quantity was written, and so how it prints: `12M`, `12Mi`, `12e6`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

const DECIMAL: readonly (readonly [string, number])[] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];

/** The suffix at position n means 1024^n. */
export const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Suffix to its power: of ten, or of two in the binary format. */
export const QUANTITY_FORMATS: ReadonlyMap<string, { readonly exponent: number; readonly format: QuantityFormat }> =
  new Map<string, { readonly exponent: number; readonly format: QuantityFormat }>([
    ...DECIMAL.map(([suffix, exponent]) => [suffix, { exponent, format: 'DecimalSI' }] as const),
    ...BINARY_SUFFIXES.slice(1).map((suffix, i) => [suffix, { exponent: 10 * (i + 1), format: 'BinarySI' }] as const),
  ]);

const DECIMAL_SUFFIXES: ReadonlyMap<number, string> = new Map(DECIMAL.map(([suffix, exponent]) => [exponent, suffix]));

/**
 * The suffix of a power of ten that is a multiple of three. Upstream prints none where there is none (beyond exa), and
 * so do we: `1000E` prints as `1`.
 */
export function decimalSuffix(exponent: number, format: QuantityFormat): string {
  if (format === 'DecimalExponent') return exponent === 0 ? '' : `e${exponent}`;
  return DECIMAL_SUFFIXES.get(exponent) ?? '';
}

const BINARY: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const DECIMAL: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** What a quantity amounts to, near enough for a bar: `500m` is 0.5, `1Gi` is 2^30. */
export function amountOf(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  const [, number = '0', suffix = ''] = /^([-+.\deE]+)([A-Za-z]*)$/.exec(String(quantity)) ?? [];
  return Number(number) * (BINARY[suffix] ?? DECIMAL[suffix] ?? 1);
}

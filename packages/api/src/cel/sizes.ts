/** Bounds of a size or of a cost. Sums and products stop at the greatest 64-bit number. */
export interface Estimate {
  readonly min: number;
  readonly max: number;
}

/** Stands for "any number of". */
export const UNBOUNDED = 2 ** 64;

export const exactly = (size: number): Estimate => ({ min: size, max: size });
export const ONE = exactly(1);
export const NONE = exactly(0);
export const UNKNOWN: Estimate = { min: 0, max: UNBOUNDED };

const capped = (value: number): number => Math.min(value, UNBOUNDED);

export const plus = (...all: readonly Estimate[]): Estimate => ({
  min: capped(all.reduce((sum, { min }) => sum + min, 0)),
  max: capped(all.reduce((sum, { max }) => sum + max, 0)),
});

export const times = (a: Estimate, b: Estimate): Estimate => ({
  min: capped(a.min * b.min),
  max: capped(a.max * b.max),
});

export const scaled = ({ min, max }: Estimate, factor: number): Estimate => ({
  min: capped(Math.ceil(min * factor)),
  max: capped(Math.ceil(max * factor)),
});

export const union = (a: Estimate, b: Estimate): Estimate => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});

/** A number, a text, or a text from outside that compares as a number when it looks like one. */
export type Value = number | string | Input;

/** What came from the input: `looks` is its number when it looks like one. */
export interface Input {
  readonly text: string;
  readonly looks: number | undefined;
}

export function fromInput(text: string): Value {
  const looks = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)\s*$/.test(text) ? Number(text) : undefined;
  return looks === undefined ? text : { text, looks };
}

export function toNumber(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  if (typeof value === 'object') return value.looks ?? 0;
  return Number(/^\s*([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?))/.exec(value)?.[1] ?? 0);
}

export function isTrue(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  return value.looks === undefined ? value.text !== '' : value.looks !== 0;
}

/** As numbers when both are numbers or look like them; what was never set is both. */
export function compareValues(
  a: Value | undefined,
  b: Value | undefined,
  text: (value: Value | undefined) => string,
): number {
  const numeric = (value: Value | undefined): boolean =>
    value === undefined || typeof value === 'number' || typeof value === 'object';
  if (numeric(a) && numeric(b)) return toNumber(a) - toNumber(b);
  const [x, y] = [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/*
 * Sets of indexes of an Indexed Job as text: `1,3-5,7`, in ascending order, below `completions`.
 */

/** How many indexes there are, or what is wrong. */
export function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if (typeof interval === 'string') return interval;
    const [from, to] = interval;
    if (last !== undefined && last >= from) return outOfOrder(last, from);
    total += to - from + 1;
    last = to;
  }
  return total;
}

/** The refusal of an index that both completed and failed; malformed parts are looked at elsewhere. */
export function overlapProblem(completed: string, failed: string, completions: number): string | undefined {
  const intervals = (text: string): readonly (readonly [number, number])[] =>
    text === ''
      ? []
      : text.split(',').flatMap((part) => {
          const interval = parseInterval(part, completions);
          return typeof interval === 'string' ? [] : [interval];
        });
  const failures = intervals(failed);
  for (const [from, to] of intervals(completed)) {
    const hit = failures.find(([x, y]) => from <= y && x <= to);
    if (hit) return `failedIndexes and completedIndexes overlap at index: ${Math.max(from, hit[0])}`;
  }
  return undefined;
}

function parseInterval(text: string, completions: number): readonly [number, number] | string {
  const parts = text.split('-');
  if (parts.length > 2) {
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^[+-]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
    const number = Number(part);
    if (number >= completions) return `too large index: ${JSON.stringify(part)}`;
    numbers.push(number);
  }
  const [from = 0, to = from] = numbers;
  return parts.length > 1 && from >= to ? outOfOrder(from, to) : [from, to];
}

const outOfOrder = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

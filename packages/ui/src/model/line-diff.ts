/** Pairs of lines that are compared; beyond them everything in the middle counts as changed. */
const MOST_PAIRS = 400_000;

/** Which lines of the new text are not in the old one, by their longest common part. */
export function changedLines(before: readonly string[], after: readonly string[]): ReadonlySet<number> {
  let start = 0;
  while (start < after.length && start < before.length && before[start] === after[start]) start++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - start;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const old = before.slice(start, before.length - tail);
  const now = after.slice(start, after.length - tail);
  const changed = new Set(now.map((_, at) => start + at));
  if (old.length * now.length > MOST_PAIRS) return changed;
  for (const at of commonLines(old, now)) changed.delete(start + at);
  return changed;
}

/** Where the longest common part of two texts stands in the second. */
function commonLines(old: readonly string[], now: readonly string[]): readonly number[] {
  const width = now.length + 1;
  // lengths[i][j]: of what is common from line i of the old and line j of the new on.
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const common: number[] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length; ) {
    if (old[i] === now[j]) {
      common.push(j);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return common;
}

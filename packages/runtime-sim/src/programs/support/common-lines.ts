/** A line of the first text that is the same as one of the second, by their numbers. */
export type Pair = readonly [first: number, second: number];

/** Parts of two texts. */
interface Range {
  readonly a: readonly [from: number, to: number];
  readonly b: readonly [from: number, to: number];
}

/** As many entries a table may have; those of two texts of 2,000 lines. */
const MOST_ENTRIES = 4_000_000;

/**
 * The lines that two texts have in common, in the order of both: the most there are, where what differs is small enough
 * for a table of all pairs. Texts that differ more are split first at lines that each of them has once; where they have
 * none of these, nothing is in common.
 */
export function commonLines(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const pairs: Pair[] = [];
  const open: Range[] = [{ a: [0, a.length], b: [0, b.length] }];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    let {
      a: [aFrom, aTo],
      b: [bFrom, bTo],
    } = range;
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) pairs.push([aFrom++, bFrom++]);
    const tail: Pair[] = [];
    while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) tail.push([--aTo, --bTo]);
    for (let i = tail.length; i > 0; i--) pairs.push(tail[i - 1] as Pair);
    const left: Range = { a: [aFrom, aTo], b: [bFrom, bTo] };
    if ((aTo - aFrom + 1) * (bTo - bFrom + 1) <= MOST_ENTRIES) {
      for (const pair of longest(a, b, left)) pairs.push(pair);
      continue;
    }
    const anchors = increasing(onceInBoth(a, b, left));
    if (anchors.length === 0) continue;
    let from: Pair = [aFrom, bFrom];
    for (const [i, j] of anchors) {
      pairs.push([i, j]);
      open.push({ a: [from[0], i], b: [from[1], j] });
      from = [i + 1, j + 1];
    }
    open.push({ a: [from[0], aTo], b: [from[1], bTo] });
  }
  return pairs.sort(([i], [j]) => i - j);
}

/** The longest common subsequence, by a table of how long it is from each pair of lines on. */
function longest(a: readonly string[], b: readonly string[], { a: [aFrom, aTo], b: [bFrom, bTo] }: Range): Pair[] {
  const [n, m] = [aTo - aFrom, bTo - bFrom];
  const width = m + 1;
  const lengths = new Uint32Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[aFrom + i] === b[bFrom + j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (a[aFrom + i] === b[bFrom + j]) pairs.push([aFrom + i++, bFrom + j++]);
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** Lines that are there once in each of two parts, in the order of the first. */
function onceInBoth(a: readonly string[], b: readonly string[], range: Range): Pair[] {
  const once = (lines: readonly string[], [from, to]: readonly [number, number]): ReadonlyMap<string, number> => {
    const places = new Map<string, number>();
    for (let i = from; i < to; i++) {
      const line = lines[i] as string;
      places.set(line, places.has(line) ? -1 : i);
    }
    return places;
  };
  const inB = once(b, range.b);
  const pairs: Pair[] = [];
  for (const [line, i] of once(a, range.a)) {
    const j = inB.get(line) ?? -1;
    if (i >= 0 && j >= 0) pairs.push([i, j]);
  }
  return pairs.sort(([i], [j]) => i - j);
}

/** The longest of the sequences in which the second numbers grow as the first do, by piles as in patience. */
function increasing(pairs: readonly Pair[]): readonly Pair[] {
  const tops: number[] = [];
  const before: (number | undefined)[] = [];
  pairs.forEach(([, j], at) => {
    let [from, to] = [0, tops.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((pairs[tops[middle] as number] as Pair)[1] < j) from = middle + 1;
      else to = middle;
    }
    before[at] = tops[from - 1];
    tops[from] = at;
  });
  const found: Pair[] = [];
  for (let at = tops.at(-1); at !== undefined; at = before[at]) found.push(pairs[at] as Pair);
  return found.reverse();
}

import type { Pod } from '@tabernetes/api/types/core-v1';
import { COMPLETION_INDEX } from './job-shape.ts';

/** From the first index to the last, both included. */
export type Interval = readonly [first: number, last: number];
/** In ascending order; no two touch. */
export type Indexes = readonly Interval[];

/** `1,3-5,7`; indexes at and above `completions`, and parts that are no numbers, are left out. */
export function parseIndexes(text: string, completions: number): Indexes {
  const found: Interval[] = [];
  for (const part of text === '' ? [] : text.split(',')) {
    const [firstText = '', lastText = firstText] = part.split('-');
    const [first, last] = [wholeNumber(firstText), wholeNumber(lastText)];
    if (first === undefined || last === undefined) continue;
    if (first >= completions) break;
    found.push([first, Math.min(last, completions - 1)]);
  }
  return mergeIndexes(found, []);
}

/** `1,3-5,7`; two neighbours are written as two. */
export const formatIndexes = (indexes: Indexes): string =>
  indexes
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');

/** Both are in ascending order. */
export function mergeIndexes(a: Indexes, b: Indexes): Indexes {
  const merged: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [x, y] = [a[i], b[j]];
    const takeA = y === undefined || (x !== undefined && x[0] < y[0]);
    const next = takeA ? x : y;
    if (takeA) i++;
    else j++;
    if (next === undefined) continue;
    const last = merged.at(-1);
    if (last === undefined || next[0] > last[1] + 1) merged.push([next[0], next[1]]);
    else if (last[1] < next[1]) last[1] = next[1];
  }
  return merged;
}

export const withIndexes = (indexes: Indexes, more: Iterable<number>): Indexes =>
  mergeIndexes(
    indexes,
    [...more].sort((a, b) => a - b).map((index): Interval => [index, index]),
  );

export const countIndexes = (indexes: Indexes): number =>
  indexes.reduce((count, [first, last]) => count + last - first + 1, 0);

export function hasIndex(indexes: Indexes, index: number): boolean {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indexes[middle]?.[1] ?? 0) >= index) high = middle;
    else low = middle + 1;
  }
  const found = indexes[high];
  return found !== undefined && found[0] <= index;
}

/** How many indexes two sets share. */
export function countShared(a: Indexes, b: Indexes): number {
  let shared = 0;
  for (let i = 0, j = 0; ; ) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) return shared;
    shared += Math.max(0, Math.min(x[1], y[1]) - Math.max(x[0], y[0]) + 1);
    if (x[1] <= y[1]) i++;
    if (y[1] <= x[1]) j++;
  }
}

/** The lowest `count` indexes below `completions` that are not in the set. */
export function firstMissing(indexes: Indexes, count: number, completions: number): readonly number[] {
  const missing: number[] = [];
  let candidate = 0;
  for (const [first, last] of [...indexes, [completions, completions] as const]) {
    for (; candidate < Math.min(first, completions) && missing.length < count; candidate++) missing.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return missing;
}

/** Of a Pod of an Indexed Job; undefined: it says none. */
export const completionIndexOf = ({ metadata }: Pod): number | undefined =>
  wholeNumber(metadata.annotations?.[COMPLETION_INDEX] ?? '');

export const indexesOf = (pods: readonly Pod[]): ReadonlySet<number> =>
  new Set(pods.map(completionIndexOf).filter((index) => index !== undefined));

const wholeNumber = (text: string): number | undefined => (/^\+?\d+$/.test(text) ? Number(text) : undefined);

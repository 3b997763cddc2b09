import { formatDiff } from './format-diff.ts';
import { goType } from './go-type.ts';
import { textLines } from './text.ts';
import { compareValues } from './value-tree.ts';

/**
 * What differs between two values of a Go type, as the API server adds it below some refusals: lines that begin with a
 * minus are gone, with a plus are new. Empty when nothing differs.
 *
 *     core.PodSpec{
 *     	... // 9 identical fields
 *     	ServiceAccountName: "default",
 *   - 	NodeName:           "",
 *   + 	NodeName:           "node-1",
 *     	... // 21 identical fields
 *     }
 *
 * @see https://github.com/google/go-cmp/blob/v0.6.0/cmp/report.go
 */
export function goDiff(type: string, before: unknown, after: unknown): string {
  const root = compareValues(goType(type), before, after);
  if (root.different === 0) return '';
  return textLines(formatDiff(root, { mode: 'both', types: 'auto', verbosity: 0 }) ?? '');
}

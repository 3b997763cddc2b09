import type { Job } from '@tabernetes/api/types/batch-v1';
import { countIndexes, countShared, type Indexes, parseIndexes } from './indexes.ts';

/**
 * The rule of a Job's successPolicy that its succeeded indexes meet, as the condition says it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/job/success_policy.go
 */
export function successMessage({ spec }: Job, succeeded: Indexes): string | undefined {
  if (succeeded.length === 0) return undefined;
  const met = spec?.successPolicy?.rules.findIndex(({ succeededIndexes, succeededCount }) => {
    const enough = (count: number): boolean => succeededCount !== undefined && count >= succeededCount;
    if (succeededIndexes === undefined) return enough(countIndexes(succeeded));
    const wanted = parseIndexes(succeededIndexes, spec.completions ?? 0);
    const shared = countShared(wanted, succeeded);
    return wanted.length > 0 && (shared === countIndexes(wanted) || enough(shared));
  });
  return met === undefined || met < 0 ? undefined : `Matched rules at index ${met}`;
}

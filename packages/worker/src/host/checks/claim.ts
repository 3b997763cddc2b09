import type { KubeObject } from '@tabernetes/apimachinery';
import type { CheckStanding } from '../../check-protocol.ts';
import { isTrueOf } from './comparison.ts';
import type { Claim } from './expectation.ts';
import { valueAt } from './field-path.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Statused {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly readyReplicas?: number;
    readonly numberReady?: number;
  };
}

/** What one object adds to what is claimed: 1 when it satisfies a claim, how many are ready of a workload. */
export function partOf(claim: Claim, object: KubeObject): number {
  switch (claim.type) {
    case 'count':
      return claim.of === 'objects' ? 1 : readyOf(object);
    case 'condition': {
      const found = conditionsOf(object).find(({ type }) => type.toLowerCase() === claim.name.toLowerCase());
      return found?.status.toLowerCase() === claim.status.toLowerCase() ? 1 : 0;
    }
    case 'field': {
      const value = valueAt(object, claim.path);
      if (value === undefined || value === null) return 0;
      return claim.value === undefined || String(value) === claim.value ? 1 : 0;
    }
    default:
      return 1;
  }
}

/** Whether a claim holds when `objects` of them add up to `sum`; about nothing, only counts and `delete` are true. */
export function holds(claim: Claim, objects: number, sum: number): boolean {
  switch (claim.type) {
    case 'count':
      return isTrueOf(claim.comparison, sum);
    case 'deleted':
      return objects === 0;
    default:
      return objects > 0 && sum === objects;
  }
}

/** How it stands with `objects` of them that add up to `sum`. */
export function standingOf(claim: Claim, objects: number, sum: number): CheckStanding {
  const standing = (is: CheckStanding['is'], count: number): CheckStanding => ({ is, count, all: objects });
  if (claim.type === 'count') return standing(claim.of === 'objects' ? 'there' : 'ready', sum);
  if (objects === 0) return standing(claim.type === 'deleted' ? 'gone' : 'missing', 0);
  return claim.type === 'deleted' || claim.type === 'exists' ? standing('there', objects) : standing('part', sum);
}

/** The same in a few words. */
export const wordsFor = ({ is, count, all }: CheckStanding): string => WORDS[is](count, all);

const WORDS: Readonly<Record<CheckStanding['is'], (count: number, all: number) => string>> = {
  ready: (count) => `${count} ready`,
  there: (count) => `${count} there`,
  gone: () => 'gone',
  missing: () => 'not there',
  part: (count, all) => `${count} of ${all}`,
};

const conditionsOf = (object: KubeObject): readonly Condition[] => (object as Statused).status?.conditions ?? [];

/** Ready Pods and Nodes count one; workloads as many as they say. What is being deleted is not ready. */
function readyOf(object: KubeObject): number {
  const { readyReplicas, numberReady } = (object as Statused).status ?? {};
  if (readyReplicas !== undefined || numberReady !== undefined) return readyReplicas ?? numberReady ?? 0;
  if (object.metadata.deletionTimestamp !== undefined) return 0;
  return conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True') ? 1 : 0;
}

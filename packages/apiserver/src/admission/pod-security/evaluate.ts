import { BASELINE_CHECKS } from './baseline-checks.ts';
import type { Check, PodParts, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { RESTRICTED_CHECKS } from './restricted-checks.ts';

/** The version of the standards that `latest` and all later ones mean. */
const NEWEST_MINOR = 32;

/** How a Pod violates a level; empty: it does not. */
export function violations({ level, minor = NEWEST_MINOR }: LevelVersion, pod: PodParts): readonly Violation[] {
  if (level === 'privileged') return [];
  const version = Math.min(minor, NEWEST_MINOR);
  const restricted = level === 'restricted' ? checksOf(RESTRICTED_CHECKS, version) : [];
  const overridden = restricted.map(({ overrides }) => overrides);
  const baseline = checksOf(BASELINE_CHECKS, version).filter(({ id }) => !overridden.includes(id));
  return [...baseline, ...restricted].flatMap(({ check }) => check(pod) ?? []);
}

/** `host namespaces (hostNetwork=true), privileged (container "c" must not set …)`. */
export const detailText = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');

/** `host namespaces, privileged`. */
export const reasonText = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(', ');

/** Every check as it was at a version. */
const checksOf = (checks: readonly Check[], minor: number) =>
  checks.flatMap(({ id, versions }) => {
    const version = versions.findLast(({ since }) => since <= minor);
    return version === undefined ? [] : [{ id, overrides: version.overrides, check: version.check }];
  });

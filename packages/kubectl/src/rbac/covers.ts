import type { PolicyRule } from '@tabernetes/api/types/rbac-v1';
import { breakdown } from './rules.ts';

/** A rule that permits one verb on one thing. */
export type Covered = Partial<PolicyRule> & Pick<PolicyRule, 'verbs'>;

/**
 * What `wanted` permits and `owned` does not, taken apart.
 *
 * @see k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go
 */
export function uncovered(owned: readonly Covered[], wanted: readonly Covered[]): readonly Covered[] {
  return wanted
    .flatMap((rule) => breakdown(rule))
    .filter((part) => !owned.some((rule) => covers(rule, part)))
    .map(({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }) =>
      nonResourceURLs.length > 0
        ? { nonResourceURLs, verbs }
        : { apiGroups, resources, ...(resourceNames.length > 0 && { resourceNames }), verbs },
    );
}

function covers(owner: Covered, part: ReturnType<typeof breakdown>[number]): boolean {
  return (
    hasAll(owner.verbs, part.verbs) &&
    hasAll(owner.apiGroups, part.apiGroups) &&
    part.resources.every((resource) => coversResource(owner.resources ?? [], resource)) &&
    part.nonResourceURLs.every((url) => (owner.nonResourceURLs ?? []).some((own) => coversUrl(own, url))) &&
    (!owner.resourceNames?.length ||
      (part.resourceNames.length > 0 && part.resourceNames.every((name) => owner.resourceNames?.includes(name))))
  );
}

const hasAll = (owned: readonly string[] = [], wanted: readonly string[]): boolean =>
  owned.includes('*') || wanted.every((each) => owned.includes(each));

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*/${resource.slice(slash + 1)}`);
}

const coversUrl = (own: string, url: string): boolean =>
  own === url || (own.endsWith('*') && url.startsWith(own.replace(/\*+$/, '')));

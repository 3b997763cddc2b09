import type { PolicyRule } from '@tabernetes/api/types/rbac-v1';
import { goQuote } from '@tabernetes/apimachinery';
import { pathMatches } from './rules.ts';

/** A rule about one verb of one resource, or of one path. */
interface SingleRule {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined: of every name. */
  readonly name: string | undefined;
  /** Undefined: a resource. */
  readonly path: string | undefined;
}

/**
 * What is in `wanted` but not in `owned`, a line each, sorted: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go
 */
export function missingRights(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly string[] {
  const missing = wanted.flatMap(singleRules).filter((single) => !owned.some((rule) => covers(rule, single)));
  const lines = new Set<string>();
  const verbs = new Map<string, string[]>();
  for (const single of missing) {
    const what = target(single);
    if (single.path !== undefined) lines.add(`{${what}, Verbs:${quoted([single.verb])}}`);
    else verbs.set(what, [...(verbs.get(what) ?? []), single.verb]);
  }
  for (const [what, all] of verbs) lines.add(`{${what}, Verbs:${quoted(all)}}`);
  return [...lines].sort();
}

function singleRules({ verbs, apiGroups = [], resources = [], resourceNames, nonResourceURLs = [] }: PolicyRule) {
  const singles: SingleRule[] = [];
  const names = resourceNames?.length ? resourceNames : [undefined];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        for (const name of names) singles.push({ verb, group, resource, name, path: undefined });
      }
    }
  }
  for (const path of nonResourceURLs) {
    for (const verb of verbs) singles.push({ verb, group: '', resource: '', name: undefined, path });
  }
  return singles;
}

function covers(rule: PolicyRule, { verb, group, resource, name, path }: SingleRule): boolean {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (!verbs.includes('*') && !verbs.includes(verb)) return false;
  if (path !== undefined) {
    // A rule of names is none of paths, whatever else it says.
    return resourceNames.length === 0 && nonResourceURLs.some((pattern) => pathMatches(pattern, path));
  }
  if (!apiGroups.includes('*') && !apiGroups.includes(group)) return false;
  if (resourceNames.length > 0 && (name === undefined || !resourceNames.includes(name))) return false;
  const slash = resource.indexOf('/');
  const anyParent = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  return (
    resources.includes('*') ||
    resources.includes(resource) ||
    (anyParent !== undefined && resources.includes(anyParent))
  );
}

function target({ group, resource, name, path }: SingleRule): string {
  if (path !== undefined) return `NonResourceURLs:${quoted([path])}`;
  const of = `APIGroups:${quoted([group])}, Resources:${quoted([resource])}`;
  return name === undefined ? of : `${of}, ResourceNames:${quoted([name])}`;
}

/** Go's `%q` of texts: `["a" "b"]`. */
export const quoted = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`;

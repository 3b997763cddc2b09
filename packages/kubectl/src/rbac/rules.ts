import type { PolicyRule } from '@tabernetes/api/types/rbac-v1';

/** A rule of which each list is there. */
export interface PlainRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

type Rule = Partial<Pick<PolicyRule, 'apiGroups' | 'resources' | 'resourceNames' | 'nonResourceURLs'>> & {
  readonly verbs: readonly string[];
};

/**
 * Rules by resource: each is taken apart, and the verbs of what is the same are put together again. Sorted as kubectl
 * sorts them.
 *
 * @see k8s.io/kubectl/pkg/util/rbac/rbac.go
 */
export function compactRules(rules: readonly Rule[]): readonly PlainRule[] {
  const others: PlainRule[] = [];
  const simple = new Map<string, PlainRule & { readonly verbs: string[] }>();
  for (const rule of rules.flatMap(breakdown)) {
    if (rule.nonResourceURLs.length > 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = simple.get(key);
    if (known === undefined) simple.set(key, { ...rule, verbs: [...rule.verbs] });
    else for (const verb of rule.verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb);
  }
  return [...others, ...simple.values()].sort((a, b) =>
    sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0,
  );
}

/** One resource, verb and name each; one URL and verb each. */
export function breakdown({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: Rule): readonly PlainRule[] {
  const rules: PlainRule[] = [];
  const none = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const rule = { ...none, verbs: [verb], apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) rules.push(rule);
        else for (const name of resourceNames) rules.push({ ...rule, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs)
    for (const verb of verbs) rules.push({ ...none, verbs: [verb], nonResourceURLs: [url] });
  return rules;
}

const sortKey = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PlainRule): string =>
  `&PolicyRule{Verbs:${text(verbs)},APIGroups:${text(apiGroups)},Resources:${text(resources)},ResourceNames:${text(resourceNames)},NonResourceURLs:${text(nonResourceURLs)},}`;

const text = (list: readonly string[]): string => `[${list.join(' ')}]`;

/** The four cells that a rule is printed in: resource, URLs, names, verbs. */
export const ruleCells = ({
  verbs,
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
}: PlainRule): readonly string[] => [
  resourceText(resources, apiGroups),
  text(nonResourceURLs),
  text(resourceNames),
  text(verbs),
];

/** `deployments.apps/scale` */
function resourceText([resource]: readonly string[], [group = '']: readonly string[]): string {
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const [name, sub] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)];
  return `${name}${group === '' ? '' : `.${group}`}${sub}`;
}

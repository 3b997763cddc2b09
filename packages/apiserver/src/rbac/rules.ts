import type { AccessAttributes } from '@tabernetes/api';
import type { PolicyRule } from '@tabernetes/api/types/rbac-v1';

/**
 * True: the rule allows what is asked.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/rbac/v1/evaluation_helpers.go
 */
export function ruleAllows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  if (!ruleConcerns(rule, attributes)) return false;
  const { resource } = attributes;
  return resource === undefined || !rule.resourceNames?.length || rule.resourceNames.includes(resource.name);
}

/** True: the rule allows what is asked, of objects of some name if not of this one. */
export function ruleConcerns(rule: PolicyRule, { verb, resource, path }: AccessAttributes): boolean {
  const { verbs = NONE, nonResourceURLs } = rule;
  if (!hasOrAll(verbs, verb)) return false;
  if (resource === undefined) return nonResourceURLs?.some((pattern) => pathMatches(pattern, path)) ?? false;
  const { apiGroups = NONE, resources = NONE } = rule;
  return hasOrAll(apiGroups, resource.group) && resourceMatches(resources, resource);
}

/** `/healthz/*` matches everything below; `*` everything. */
export const pathMatches = (pattern: string, path: string): boolean =>
  pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));

function resourceMatches(
  resources: readonly string[],
  { resource, subresource }: { readonly resource: string; readonly subresource: string },
): boolean {
  if (subresource === '') return hasOrAll(resources, resource);
  const whole = `${resource}/${subresource}`;
  return hasOrAll(resources, whole) || resources.includes(`*/${subresource}`);
}

const hasOrAll = (values: readonly string[], value: string): boolean => values.includes(value) || values.includes('*');

const NONE: readonly string[] = [];

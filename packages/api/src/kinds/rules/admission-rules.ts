import {
  type Draft,
  duplicate,
  type FieldError,
  GoText,
  goStrings,
  invalid,
  isQualifiedName,
  isValidPathSegmentName,
  notSupported,
  required,
  tooMany,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import { BOOL } from '../../cel/types.ts';
import type {
  MatchCondition,
  MatchResources,
  NamedRuleWithOperations,
  RuleWithOperations,
} from '../../generated/admissionregistration-v1.ts';
import { reject } from '../../pod/rules.ts';
import { expressionType } from './expression-problem.ts';

/*
 * What webhooks and policies of admission share.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/validation/validation.go
 */

export const FAILURE_POLICIES = ['Fail', 'Ignore'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const MAX_MATCH_CONDITIONS = 64;

/** `value` must be one of `supported`, where it is given at all; an empty one counts as given. */
export function oneOfGiven(
  errors: FieldError[],
  at: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(at, value, supported));
}

/** Which requests a webhook or a policy is about. */
export function validateRule(errors: FieldError[], rule: RuleWithOperations, at: string): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  if (operations.length === 0) errors.push(required(`${at}.operations`));
  if (operations.length > 1 && operations.includes('*')) {
    const shown = new GoText(goStrings(operations, 'admissionregistration.OperationType'));
    errors.push(invalid(`${at}.operations`, shown, "if '*' is present, must not specify other operations"));
  }
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) {
      errors.push(notSupported(`${at}.operations[${i}]`, operation, OPERATIONS));
    }
  }
  validateWildcard(errors, apiGroups, `${at}.apiGroups`, 'API groups');
  validateWildcard(errors, apiVersions, `${at}.apiVersions`, 'API versions');
  for (const [i, version] of apiVersions.entries()) {
    if (version === '') errors.push(required(`${at}.apiVersions[${i}]`));
  }
  validateResources(errors, resources, `${at}.resources`);
  oneOfGiven(errors, `${at}.scope`, scope, SCOPES);
}

function validateWildcard(errors: FieldError[], values: readonly string[], at: string, what: string): void {
  if (values.length === 0) errors.push(required(at));
  if (values.length > 1 && values.includes('*')) {
    errors.push(invalid(at, values, `if '*' is present, must not specify other ${what}`));
  }
}

function validateResources(errors: FieldError[], resources: readonly string[], at: string): void {
  if (resources.length === 0) errors.push(required(at));
  const withAllSubresources = new Set<string>();
  const ofAllResources = new Set<string>();
  let plain = false;
  for (const [i, text] of resources.entries()) {
    if (text === '') {
      errors.push(required(`${at}[${i}]`));
      continue;
    }
    const slash = text.indexOf('/');
    if (slash < 0) {
      // Upstream forgets an earlier one when `*` comes last.
      plain = text !== '*';
      continue;
    }
    const resource = text.slice(0, slash);
    const subresource = text.slice(slash + 1);
    const refuse = (present: string): void => {
      errors.push(invalid(`${at}[${i}]`, text, `if '${present}' is present, must not specify ${text}`));
    };
    if (withAllSubresources.has(resource)) refuse(`${resource}/*`);
    if (ofAllResources.has(subresource)) refuse(`*/${subresource}`);
    if (subresource === '*') withAllSubresources.add(resource);
    if (resource === '*') ofAllResources.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(at, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (plain && resources.includes('*')) {
    errors.push(invalid(at, resources, "if '*' is present, must not specify other resources without subresources"));
  }
}

/** What a policy or a binding is about. */
export function validateMatchResources(errors: FieldError[], match: MatchResources, at: string): void {
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match;
  if (matchPolicy === undefined) errors.push(required(`${at}.matchPolicy`));
  else oneOfGiven(errors, `${at}.matchPolicy`, matchPolicy, MATCH_POLICIES);
  for (const [name, selector] of [
    ['namespaceSelector', namespaceSelector],
    ['objectSelector', objectSelector],
  ] as const) {
    if (selector === undefined) errors.push(required(`${at}.${name}`));
    else errors.push(...validateLabelSelector(selector, `${at}.${name}`));
  }
  for (const [i, rule] of resourceRules.entries()) validateNamedRule(errors, rule, `${at}.resourceRules[${i}]`);
  for (const [i, rule] of excludeResourceRules.entries()) {
    validateNamedRule(errors, rule, `${at}.excludeResourceRules[${i}]`);
  }
}

function validateNamedRule(errors: FieldError[], rule: NamedRuleWithOperations, at: string): void {
  const names = new Set<string>();
  for (const [i, name] of (rule.resourceNames ?? []).entries()) {
    reject(errors, `${at}.resourceNames[${i}]`, name, isValidPathSegmentName(name));
    if (names.has(name)) errors.push(duplicate(`${at}.resourceNames[${i}]`, name));
    names.add(name);
  }
  validateRule(errors, rule, at);
}

/**
 * Expressions that all must hold before a webhook or a policy is asked.
 * @param params whether they may look at parameters
 */
export function validateMatchConditions(
  errors: FieldError[],
  conditions: readonly MatchCondition[] = [],
  at: string,
  params = false,
): void {
  if (conditions.length > MAX_MATCH_CONDITIONS) errors.push(tooMany(at, conditions.length, MAX_MATCH_CONDITIONS));
  const names = new Set<string>();
  for (const [i, { name = '', expression = '' }] of conditions.entries()) {
    const trimmed = expression.trim();
    if (trimmed === '') errors.push(required(`${at}[${i}].expression`));
    else {
      const refuse = (error: FieldError): unknown => errors.push(error);
      expressionType(refuse, `${at}[${i}].expression`, { text: trimmed }, { authorizer: true, params }, [BOOL]);
    }
    if (name === '') {
      errors.push(required(`${at}[${i}].name`));
      continue;
    }
    reject(errors, `${at}[${i}].name`, name, isQualifiedName(name));
    if (names.has(name)) errors.push(duplicate(`${at}[${i}].name`, name));
    names.add(name);
  }
}

/** Fills in what rules leave out. */
export function defaultRules(rules: { scope?: string }[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= '*';
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/v1/defaults.go SetDefaults_MatchResources */
export function defaultMatchResources(match: Draft<MatchResources> | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}

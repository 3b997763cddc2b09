import {
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
  Subject,
} from '../generated/flowcontrol-v1.ts';
import { reject } from '../pod/rules.ts';

/**
 * Appends what is wrong with one rule of a FlowSchema: whose requests, and which.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/flowcontrol/validation/validation.go
 */
export function validateFlowRule(errors: FieldError[], rule: PolicyRulesWithSubjects, at: string): void {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  for (const [i, subject] of subjects.entries()) subjectErrors(errors, subject, `${at}.subjects[${i}]`);
  if (subjects.length === 0) errors.push(required(`${at}.subjects`, 'subjects must contain at least one value'));
  if (resourceRules.length + nonResourceRules.length === 0) {
    errors.push(required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  for (const [i, of] of resourceRules.entries()) resourceErrors(errors, of, `${at}.resourceRules[${i}]`);
  for (const [i, of] of nonResourceRules.entries()) pathErrors(errors, of, `${at}.nonResourceRules[${i}]`);
}

const SUBJECTS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
/** In the order in which what is too much is reported. */
const FIELDS = ['ServiceAccount', 'User', 'Group'] as const;

function subjectErrors(errors: FieldError[], subject: Subject, at: string): void {
  const { kind } = subject;
  if (kind !== 'ServiceAccount' && kind !== 'User' && kind !== 'Group') {
    errors.push(notSupported(`${at}.kind`, kind ?? '', ['Group', 'ServiceAccount', 'User']));
    return;
  }
  const field = SUBJECTS[kind];
  const path = `${at}.${field}`;
  const named = subject[field];
  if (named === undefined) errors.push(required(path, `${field} is required when subject kind is '${kind}'`));
  else if (subject.serviceAccount && field === 'serviceAccount') accountErrors(errors, subject.serviceAccount, path);
  else if (!named.name) errors.push(required(`${path}.name`));
  for (const other of FIELDS) {
    if (other === kind || subject[SUBJECTS[other]] === undefined) continue;
    const name = SUBJECTS[other];
    errors.push(forbidden(`${at}.${name}`, `${name} is forbidden when subject kind is not '${other}'`));
  }
}

function accountErrors(errors: FieldError[], { name, namespace }: ServiceAccountSubject, at: string): void {
  if (!name) errors.push(required(`${at}.name`));
  else if (name !== '*') reject(errors, `${at}.name`, name, isDns1123Subdomain(name));
  if (!namespace) errors.push(required(`${at}.namespace`, 'must specify namespace for service account'));
  else reject(errors, `${at}.namespace`, namespace, isDns1123Label(namespace));
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

function verbErrors(errors: FieldError[], verbs: readonly string[], at: string): void {
  if (verbs.length === 0) errors.push(required(at, 'verbs must contain at least one value'));
  else if (verbs.includes('*')) aloneErrors(errors, verbs, at, 'verbs');
  else if (verbs.some((verb) => !VERBS.includes(verb))) errors.push(notSupported(at, verbs, VERBS));
}

/** `*` must stand alone. */
function aloneErrors(errors: FieldError[], values: readonly string[], at: string, what: string): void {
  if (values.length > 1 && values.includes('*')) {
    errors.push(invalid(at, values, `if '*' is present, must not specify other ${what}`));
  }
}

function resourceErrors(errors: FieldError[], rule: ResourcePolicyRule, at: string): void {
  const { verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  verbErrors(errors, verbs, `${at}.verbs`);
  if (apiGroups.length === 0) {
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  } else aloneErrors(errors, apiGroups, `${at}.apiGroups`, 'api groups');
  if (resources.length === 0) {
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  } else aloneErrors(errors, resources, `${at}.resources`, 'resources');
  if (namespaces.length === 0 && !clusterScope) {
    const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
    errors.push(required(`${at}.namespaces`, detail));
  } else if (namespaces.includes('*')) aloneErrors(errors, namespaces, `${at}.namespaces`, 'namespaces');
  else {
    for (const [i, namespace] of namespaces.entries()) {
      for (const problem of isDns1123Label(namespace)) {
        const detail = `each member of this list must be '*' or a DNS-1123 label; ${problem}`;
        errors.push(invalid(`${at}.namespaces[${i}]`, namespace, detail));
      }
    }
  }
}

function pathErrors(errors: FieldError[], rule: NonResourcePolicyRule, at: string): void {
  const { verbs = [], nonResourceURLs: paths = [] } = rule;
  verbErrors(errors, verbs, `${at}.verbs`);
  if (paths.length === 0) {
    errors.push(required(`${at}.nonResourceURLs`, 'nonResourceURLs must contain at least one value'));
  } else if (paths.includes('*')) aloneErrors(errors, paths, `${at}.nonResourceURLs`, 'non-resource URLs');
  else {
    for (const [i, path] of paths.entries()) {
      const problem = pathProblem(path);
      if (problem !== undefined) errors.push(invalid(`${at}.nonResourceURLs[${i}]`, path, problem));
    }
  }
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const stars = path.split('*').length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

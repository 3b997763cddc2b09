import {
  type Draft,
  type FieldError,
  invalid,
  isDns1123Subdomain,
  isValidPathSegmentName,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject } from '../../generated/rbac-v1.ts';
import { dumpGo } from '../../go-layout.ts';
import type { Column } from '../../kind.ts';
import { reject } from '../../pod/rules.ts';
import { ageColumn, nameColumn } from '../../printing/columns.ts';

/*
 * What Roles, ClusterRoles and their bindings share.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/rbac/validation/validation.go
 */

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** Names need only be safe in a path; beginnings of names are held to the same. */
export const rbacName = (name: string): readonly string[] => isValidPathSegmentName(name);

/** Appends what is wrong with the rules of a role. */
export function validatePolicyRules(
  errors: FieldError[],
  rules: readonly PolicyRule[] | undefined,
  namespaced: boolean,
): void {
  for (const [i, rule] of (rules ?? []).entries()) ruleErrors(errors, rule, `rules[${i}]`, namespaced);
}

function ruleErrors(errors: FieldError[], rule: PolicyRule, at: string, namespaced: boolean): void {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const refuse = (detail: string): void => {
      errors.push(invalid(`${at}.nonResourceURLs`, nonResourceURLs, detail));
    };
    if (namespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    }
    return;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  }
}

type Bound = RoleBinding | ClusterRoleBinding;

/** Groups of references that are left out. */
export function defaultBinding(draft: Draft<Bound>): void {
  draft.roleRef ??= { apiGroup: '', kind: '', name: '' };
  draft.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of draft.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= RBAC_GROUP;
  }
}

/** Rules of a binding. @param kinds of roles that it may refer to */
export function validateBinding({ roleRef, subjects = [] }: Bound, kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [RBAC_GROUP]));
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (name === '') errors.push(required('roleRef.name'));
  else reject(errors, 'roleRef.name', name, isValidPathSegmentName(name));
  const namespaced = kinds.includes('Role');
  for (const [i, subject] of subjects.entries()) subjectErrors(errors, subject, `subjects[${i}]`, namespaced);
  return errors;
}

/** Rules of a changed binding. Upstream looks twice, and so lists every cause twice. */
export function validateBindingUpdate(object: Bound, old: Bound, kinds: readonly string[]): FieldError[] {
  const errors = validateBinding(object, kinds);
  const changed = sameRole(object.roleRef, old.roleRef)
    ? []
    : [invalid('roleRef', dumpGo('rbac.RoleRef', object.roleRef), 'cannot change roleRef')];
  return [...errors, ...errors, ...changed];
}

const sameRole = (a: RoleRef, b: RoleRef): boolean =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

function subjectErrors(errors: FieldError[], subject: Subject, at: string, namespaced: boolean): void {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  if (name === '') errors.push(required(`${at}.name`));
  if (kind === 'ServiceAccount') {
    if (name !== '') reject(errors, `${at}.name`, name, isDns1123Subdomain(name));
    if (apiGroup !== '') errors.push(notSupported(`${at}.apiGroup`, apiGroup, ['']));
    if (!namespaced && namespace === '') errors.push(required(`${at}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [RBAC_GROUP]));
  } else errors.push(notSupported(`${at}.kind`, kind, SUBJECT_KINDS));
}

/** Columns of both kinds of bindings. */
export const bindingColumns: readonly Column<Bound>[] = [
  nameColumn,
  {
    name: 'Role',
    type: 'string',
    description: 'Kind and name of the role that is granted.',
    cell: ({ roleRef: { kind, name } }) => `${kind}/${name}`,
  },
  ageColumn,
  {
    name: 'Users',
    type: 'string',
    priority: 1,
    description: 'Users that have the role.',
    cell: ({ subjects }) => namesOf(subjects, 'User'),
  },
  {
    name: 'Groups',
    type: 'string',
    priority: 1,
    description: 'Groups that have the role.',
    cell: ({ subjects }) => namesOf(subjects, 'Group'),
  },
  {
    name: 'ServiceAccounts',
    type: 'string',
    priority: 1,
    description: 'ServiceAccounts that have the role, by namespace and name.',
    cell: ({ subjects }) => namesOf(subjects, 'ServiceAccount'),
  },
];

const namesOf = (subjects: readonly Subject[] = [], wanted: string): string =>
  subjects
    .filter(({ kind }) => kind === wanted)
    .map(({ name, namespace = '' }) => (wanted === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');

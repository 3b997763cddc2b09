import {
  type FieldError,
  invalid,
  type LabelSelector,
  labelSelectorAsSelector,
  required,
  SelectorProblem,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { ClusterRole } from '../generated/rbac-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { rbacName, validatePolicyRules } from './rules/rbac.ts';

/**
 * What may be done in the whole cluster, or in the namespace of a RoleBinding that grants it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/
 */
export const clusterRole = defineKind<ClusterRole>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  storageVersionHash: 'bYE5ZWDrJ44=',
  schema: schemaOf('io.k8s.api.rbac.v1.ClusterRole'),
  validateName: rbacName,
  allowCreateOnUpdate: true,

  validate: (object) => roleErrors(object, false),
  updateValidatesAlone: true,
  // Upstream looks twice, and so lists every cause twice.
  validateUpdate: (object, old) => {
    const selectors = old.aggregationRule?.clusterRoleSelectors ?? [];
    const errors = roleErrors(
      object,
      selectors.some((selector) => validateLabelSelector(selector, '').length > 0),
    );
    return [...errors, ...errors];
  },
  metadataOnUpdate: ['whole', 'whole', 'change'],

  columns: [nameColumn, createdAtColumn],
});

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/rbac/validation/validation.go ValidateClusterRole */
function roleErrors({ rules, aggregationRule }: ClusterRole, allowInvalidValues: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  validatePolicyRules(errors, rules, false);
  if (aggregationRule === undefined) return errors;
  const { clusterRoleSelectors = [] } = aggregationRule;
  const at = 'aggregationRule.clusterRoleSelectors';
  if (clusterRoleSelectors.length === 0) {
    errors.push(required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
  }
  for (const [i, selector] of clusterRoleSelectors.entries()) {
    errors.push(...validateLabelSelector(selector, `${at}[${i}]`, { allowInvalidValues }));
    if (!isSelector(selector)) errors.push(invalid(`${at}[${i}]`, undefined, 'invalid label selector.'));
  }
  return errors;
}

function isSelector(selector: LabelSelector): boolean {
  try {
    labelSelectorAsSelector(selector);
    return true;
  } catch (error) {
    if (error instanceof SelectorProblem) return false;
    throw error;
  }
}

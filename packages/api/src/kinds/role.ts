import type { FieldError } from '@tabernetes/apimachinery';
import type { Role } from '../generated/rbac-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { rbacName, validatePolicyRules } from './rules/rbac.ts';

/**
 * What may be done in a namespace by those to whom a RoleBinding grants it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/
 */
export const role = defineKind<Role>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  storageVersionHash: '7FuwZcIIItM=',
  schema: schemaOf('io.k8s.api.rbac.v1.Role'),
  validateName: rbacName,
  allowCreateOnUpdate: true,

  validate: roleErrors,
  // Upstream looks twice on an update, and so lists every cause twice.
  validateUpdate: roleErrors,
  metadataOnUpdate: ['whole', 'whole', 'change'],

  columns: [nameColumn, createdAtColumn],
});

function roleErrors({ rules }: Role): readonly FieldError[] {
  const errors: FieldError[] = [];
  validatePolicyRules(errors, rules, true);
  return errors;
}

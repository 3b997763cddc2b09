import type { RoleBinding } from '../generated/rbac-v1.ts';
import { defineKind } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { bindingColumns, defaultBinding, rbacName, validateBinding, validateBindingUpdate } from './rules/rbac.ts';

const ROLES = ['Role', 'ClusterRole'];

/**
 * Grants a Role, or a ClusterRole within a namespace.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/
 */
export const roleBinding = defineKind<RoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  storageVersionHash: 'eGsCzGH6b1g=',
  schema: schemaOf('io.k8s.api.rbac.v1.RoleBinding'),
  validateName: rbacName,
  allowCreateOnUpdate: true,

  defaults: defaultBinding,
  validate: (object) => validateBinding(object, ROLES),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => validateBindingUpdate(object, old, ROLES),
  metadataOnUpdate: ['whole', 'whole', 'change'],

  columns: bindingColumns,
});

import type { ClusterRoleBinding } from '../generated/rbac-v1.ts';
import { defineKind } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { bindingColumns, defaultBinding, rbacName, validateBinding, validateBindingUpdate } from './rules/rbac.ts';

const ROLES = ['ClusterRole'];

/**
 * Grants a ClusterRole in the whole cluster.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/
 */
export const clusterRoleBinding = defineKind<ClusterRoleBinding>({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  storageVersionHash: '48tpQ8gZHFc=',
  schema: schemaOf('io.k8s.api.rbac.v1.ClusterRoleBinding'),
  validateName: rbacName,
  allowCreateOnUpdate: true,

  defaults: defaultBinding,
  validate: (object) => validateBinding(object, ROLES),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => validateBindingUpdate(object, old, ROLES),
  metadataOnUpdate: ['whole', 'whole', 'change'],

  columns: bindingColumns,
});

import type { Draft } from '@tabernetes/apimachinery';
import type { ValidatingAdmissionPolicy } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { defaultMatchResources } from './rules/admission-rules.ts';
import { keepMetadata } from './rules/status-metadata.ts';
import { validatePolicy, validatePolicyStatus } from './validating-admission-policy-rules.ts';

/**
 * Rules, written as expressions, that refuse what is written.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-v1/
 */
export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  storageVersionHash: '6OxvlMmQ6is=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy'),
  generation: ['spec'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= {};
    draft.spec.failurePolicy ??= 'Fail';
    defaultMatchResources(draft.spec.matchConstraints);
  },
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<ValidatingAdmissionPolicy>['status'];
  },
  validate: (object) => validatePolicy(object),
  updateValidatesAlone: true,
  validateUpdate: validatePolicy,

  columns: [
    nameColumn,
    {
      name: 'Validations',
      type: 'integer',
      description: 'Number of rules in the policy.',
      cell: ({ spec }) => spec?.validations?.length ?? 0,
    },
    {
      name: 'ParamKind',
      type: 'string',
      description: 'Kind of the objects that hold parameters of the policy.',
      cell: ({ spec }) =>
        spec?.paramKind ? `${spec.paramKind.apiVersion ?? ''}/${spec.paramKind.kind ?? ''}` : '<unset>',
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['metadata', 'spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<ValidatingAdmissionPolicy>['spec'];
        keepMetadata(draft.metadata, old.metadata);
      },
      validateUpdate: validatePolicyStatus,
    },
  ],
});

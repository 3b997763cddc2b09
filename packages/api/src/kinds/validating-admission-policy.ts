import type { Draft } from '@tabernetes/apimachinery';
import type { ValidatingAdmissionPolicy } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { validatingAdmissionPolicy as names } from './names/extensions.ts';
import { defaultMatchResources } from './rules/admission-rules.ts';
import { keepMetadata } from './rules/status-metadata.ts';
import { validatePolicy, validatePolicyStatus } from './validating-admission-policy-rules.ts';

/**
 * Rules, written as expressions, that refuse what is written.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-v1/
 */
export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  ...names,
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
  metadataOnUpdate: ['whole'],

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
      metadataOnUpdate: [],
      resetFields: ['metadata', 'spec'],
      creates: 'applied',
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<ValidatingAdmissionPolicy>['spec'];
        keepMetadata(draft.metadata, old.metadata);
      },
      validateUpdate: validatePolicyStatus,
    },
  ],
});

import {
  duplicate,
  type FieldError,
  forbidden,
  GoText,
  goSelector,
  goStrings,
  invalid,
  isDns1123Subdomain,
  isValidPathSegmentName,
  notSupported,
  required,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { ParamRef, ValidatingAdmissionPolicyBinding } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { validatingAdmissionPolicyBinding as names } from './names/extensions.ts';
import { defaultMatchResources, validateMatchResources } from './rules/admission-rules.ts';

/**
 * Puts a policy of admission into force, with its parameters.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-binding-v1/
 */
export const validatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  ...names,
  generation: ['spec'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,

  defaults: (draft) => {
    draft.spec ??= {};
    defaultMatchResources(draft.spec.matchResources);
  },
  validate: bindingErrors,
  metadataOnUpdate: ['whole'],

  columns: [
    nameColumn,
    {
      name: 'PolicyName',
      type: 'string',
      description: 'Policy that the binding puts into force.',
      cell: ({ spec }) => spec?.policyName ?? '',
    },
    {
      name: 'ParamRef',
      type: 'string',
      description: 'Where the parameters of the policy are.',
      cell: ({ spec }) => parameters(spec?.paramRef),
    },
    ageColumn,
  ],
});

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/validation/validation.go validateValidatingAdmissionPolicyBindingSpec */
function bindingErrors({ spec = {} }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec;
  if (policyName === '') errors.push(required('spec.policyName'));
  else reject(errors, 'spec.policyName', policyName, isDns1123Subdomain(policyName));
  if (paramRef) validateParamRef(errors, paramRef);
  if (matchResources) validateMatchResources(errors, matchResources, 'spec.matchResources');
  validateActions(errors, validationActions);
  return errors;
}

function validateParamRef(errors: FieldError[], paramRef: ParamRef): void {
  const { name = '', selector, parameterNotFoundAction: action } = paramRef;
  const at = 'spec.paramRef';
  const both = 'name and selector are mutually exclusive';
  if (name !== '') {
    reject(errors, `${at}.name`, name, isValidPathSegmentName(name));
    if (selector) errors.push(forbidden(`${at}.name`, both));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, `${at}.selector`));
    if (name !== '') errors.push(forbidden(`${at}.selector`, both));
  }
  if (name === '' && !selector) errors.push(required(at, 'one of name or selector must be specified'));
  if (!action) errors.push(required(`${at}.parameterNotFoundAction`));
  else if (!NOT_FOUND_ACTIONS.includes(action)) {
    errors.push(notSupported(`${at}.parameterNotFoundAction`, action, NOT_FOUND_ACTIONS));
  }
}

function validateActions(errors: FieldError[], actions: readonly string[]): void {
  const at = 'spec.validationActions';
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${at}[${i}]`, action));
    seen.add(action);
  }
  if (seen.has('Deny') && seen.has('Warn')) {
    const shown = new GoText(goStrings(actions, 'admissionregistration.ValidationAction'));
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid(at, shown, detail));
  }
  if (seen.size === 0) errors.push(required(at, 'at least one validation action is required'));
}

function parameters(paramRef: ParamRef | undefined): string {
  if (paramRef?.name) return `${paramRef.namespace || '*'}/${paramRef.name}`;
  return paramRef?.selector ? goSelector(paramRef.selector) : '<unset>';
}

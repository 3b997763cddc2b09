import {
  duplicate,
  type FieldError,
  invalid,
  isDns1035Label,
  isDns1123Subdomain,
  isQualifiedName,
  longerThan,
  notSupported,
  required,
  semanticEqual,
  validateConditions,
} from '@tabernetes/apimachinery';
import type { AdmissionScope } from '../cel/admission.ts';
import { BOOL, type CelType, DYN, NULL, STRING } from '../cel/types.ts';
import type {
  AuditAnnotation,
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '../generated/admissionregistration-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { reject } from '../pod/rules.ts';
import { FAILURE_POLICIES, validateMatchConditions, validateMatchResources } from './rules/admission-rules.ts';
import { expressionType } from './rules/expression-problem.ts';
import { jsonPathProblem } from './rules/json-path.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION_BYTES = 5 * 1024;

/**
 * @param old absent at creation; conditions that it holds already are not looked at again
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/admissionregistration/validation/validation.go
 */
export function validatePolicy(policy: ValidatingAdmissionPolicy, old?: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const spec: ValidatingAdmissionPolicySpec = policy.spec ?? {};
  const { failurePolicy, paramKind, matchConstraints } = spec;
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  else if (!FAILURE_POLICIES.includes(failurePolicy)) {
    errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  }
  if (paramKind) validateParamKind(errors, paramKind, 'spec.paramKind');
  if (matchConstraints === undefined) errors.push(required('spec.matchConstraints'));
  else {
    validateMatchResources(errors, matchConstraints, 'spec.matchConstraints');
    if (!matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'));
  }
  const unchanged =
    old !== undefined &&
    semanticEqual(spec.paramKind, old.spec?.paramKind) &&
    semanticEqual(spec.matchConditions, old.spec?.matchConditions);
  if (!unchanged)
    validateMatchConditions(errors, spec.matchConditions, 'spec.matchConditions', paramKind !== undefined);
  const variables = new Map<string, CelType>();
  const scope: AdmissionScope = {
    params: paramKind !== undefined,
    authorizer: true,
    ...(spec.variables?.length && { variables }),
  };
  for (const [i, variable] of (spec.variables ?? []).entries()) {
    validateVariable(errors, variable, `spec.variables[${i}]`, scope, variables);
  }
  validateDemands(errors, spec, policy.metadata.name ?? '', scope);
  return errors;
}

/** What the controller has found out, and says of it. */
export function validatePolicyStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { warning = '', fieldRef = '' }] of (status?.typeChecking?.expressionWarnings ?? []).entries()) {
    const at = `status.typeChecking.expressionWarnings[${i}]`;
    if (warning === '') errors.push(required(`${at}.warning`));
    const reference = fieldRef.trim();
    const problem = reference === '' ? undefined : jsonPathProblem(`{${reference}}`);
    if (reference === '') errors.push(required(`${at}.fieldRef`));
    else if (problem !== undefined) {
      errors.push(invalid(`${at}.fieldRef`, reference, `invalid JSONPath: ${problem}`));
    }
  }
  errors.push(...validateConditions(status?.conditions, 'status.conditions'));
  return errors;
}

function validateDemands(
  errors: FieldError[],
  spec: ValidatingAdmissionPolicySpec,
  name: string,
  scope: AdmissionScope,
): void {
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    errors.push(required('spec.validations', detail), required('spec.auditAnnotations', detail));
    return;
  }
  for (const [i, validation] of validations.entries()) {
    validateValidation(errors, validation, `spec.validations[${i}]`, scope);
  }
  if (auditAnnotations.length > MAX_AUDIT_ANNOTATIONS) {
    const shown = dumpGo('[]admissionregistration.AuditAnnotation', auditAnnotations);
    errors.push(
      invalid('spec.auditAnnotations', shown, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`),
    );
  }
  const keys = new Set<string>();
  for (const [i, annotation] of auditAnnotations.entries()) {
    const at = `spec.auditAnnotations[${i}]`;
    validateAuditAnnotation(errors, annotation, at, name, scope);
    const { key = '' } = annotation;
    if (keys.has(key)) errors.push(duplicate(`${at}.key`, key));
    keys.add(key);
  }
}

function validateParamKind(errors: FieldError[], { apiVersion = '', kind = '' }: ParamKind, at: string): void {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const join = (shown: string, problems: readonly string[]): void => {
    if (problems.length > 0) errors.push(invalid(`${at}.apiVersion`, shown, problems.join(',')));
  };
  if (apiVersion === '') errors.push(required(`${at}.apiVersion`));
  else if (version.includes('/')) join(apiVersion, [`unexpected GroupVersion string: ${apiVersion}`]);
  else {
    if (group !== '') join(group, isDns1123Subdomain(group));
    if (version === '') join(apiVersion, ['version must be specified']);
    else join(version, isDns1035Label(version));
  }
  if (kind === '') errors.push(required(`${at}.kind`));
  else {
    const problems = isDns1035Label(kind.toLowerCase());
    if (problems.length > 0) {
      errors.push(
        invalid(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`),
      );
    }
  }
}

function validateVariable(
  errors: FieldError[],
  { name = '', expression = '' }: Variable,
  at: string,
  scope: AdmissionScope,
  variables: Map<string, CelType>,
): void {
  if (name.trim() === '') errors.push(required(`${at}.name`, 'name is not specified'));
  else if (!/^[_a-zA-Z]\w*$/.test(name) || RESERVED.has(name)) {
    errors.push(invalid(`${at}.name`, name, 'name is not a valid CEL identifier'));
  }
  const type = validateExpression(errors, expression, `${at}.expression`, scope);
  // One that is refused is there all the same, so that nobody who uses it is refused for that.
  if (type !== undefined || expression.trim() !== '') variables.set(name, type ?? DYN);
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);

function validateValidation(errors: FieldError[], validation: Validation, at: string, scope: AdmissionScope): void {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  validateExpression(errors, expression, `${at}.expression`, scope, [BOOL]);
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'));
  } else if (messageExpression !== '') {
    validateExpression(errors, messageExpression, `${at}.messageExpression`, { ...scope, authorizer: false }, [STRING]);
  }
  const text = message.trim();
  if (message !== '' && text === '') {
    errors.push(invalid(`${at}.message`, message, 'message must be non-empty if specified'));
  } else if (/[\n\r]/.test(text)) {
    errors.push(invalid(`${at}.message`, message, 'message must not contain line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, REASONS));
}

/** The type of the result; undefined: there is none. */
function validateExpression(
  errors: FieldError[],
  expression: string,
  at: string,
  scope: AdmissionScope,
  types?: readonly CelType[],
): CelType | undefined {
  if (expression.trim() === '') {
    errors.push(required(at, 'expression is not specified'));
    return undefined;
  }
  return expressionType((error) => errors.push(error), at, { text: expression }, scope, types);
}

function validateAuditAnnotation(
  errors: FieldError[],
  { key = '', valueExpression = '' }: AuditAnnotation,
  at: string,
  name: string,
  scope: AdmissionScope,
): void {
  if (name === '') errors.push(invalid(`${at}.key`, key, 'requires metadata.name be non-empty'));
  else reject(errors, `${at}.key`, `${name}/${key}`, isQualifiedName(`${name}/${key}`));
  const trimmed = valueExpression.trim();
  const place = `${at}.valueExpression`;
  if (trimmed === '') errors.push(required(place, 'valueExpression is not specified'));
  else if (longerThan(trimmed, MAX_VALUE_EXPRESSION_BYTES)) {
    errors.push(required(place, `must not exceed ${MAX_VALUE_EXPRESSION_BYTES} bytes in length`));
  } else {
    const source = { text: trimmed, shown: valueExpression };
    expressionType((error) => errors.push(error), place, source, scope, [STRING, NULL]);
  }
}

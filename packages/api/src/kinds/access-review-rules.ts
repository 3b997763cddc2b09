import {
  type FieldError,
  type FieldSelectorRequirement,
  invalid,
  invalidStatus,
  type LabelSelectorRequirement,
  labelSelectorAsSelector,
  type ObjectMeta,
  parseFieldSelector,
  parseLabelSelector,
  required,
  SelectorProblem,
  type UserInfo,
  validateFieldSelectorRequirement,
  validateLabelSelectorRequirement,
} from '@tabernetes/apimachinery';
import type {
  NonResourceAttributes,
  ResourceAttributes,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../generated/authorization-v1.ts';
import { dumpGo } from '../go-layout.ts';
import type { AccessAttributes, VirtualServices } from '../kind.ts';

/** What is asked, in all kinds of access reviews. */
export interface AccessQuestion {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: NonResourceAttributes;
}

/**
 * Refuses a review. Upstream has lost the kind by the time it does.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/authorization/subjectaccessreview/rest.go
 */
export function refuseReview(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidStatus({ group: 'authorization.k8s.io', kind: '' }, '', errors);
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/authorization/validation/validation.go */
export const questionErrors = (question: AccessQuestion): FieldError[] => [
  ...kindOfQuestionErrors(question),
  ...selectionErrors(question),
];

function kindOfQuestionErrors({ resourceAttributes, nonResourceAttributes }: AccessQuestion): FieldError[] {
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid('spec.nonResourceAttributes', goPath(nonResourceAttributes), detail));
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, detail));
  }
  return errors;
}

function selectionErrors({ resourceAttributes }: AccessQuestion): FieldError[] {
  const errors: FieldError[] = [];
  const { fieldSelector, labelSelector } = resourceAttributes ?? {};
  selectorErrors(errors, fieldSelector, 'fieldSelector', validateFieldSelectorRequirement);
  selectorErrors(errors, labelSelector, 'labelSelector', validateLabelSelectorRequirement);
  return errors;
}

/** The question, and that somebody is asked about. */
export function subjectErrors(spec: SubjectAccessReviewSpec): FieldError[] {
  const errors = kindOfQuestionErrors(spec);
  if (!spec.user && !spec.groups?.length) {
    errors.push(invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  }
  errors.push(...selectionErrors(spec));
  return errors;
}

/** Reviews have no names. `but` is what they may have. */
export function metadataErrors(metadata: ObjectMeta, but: 'namespace' | undefined): FieldError[] {
  const set = Object.entries(metadata).filter(
    ([name, value]) =>
      name !== but && name !== 'managedFields' && value !== undefined && value !== null && value !== '',
  );
  if (set.length === 0) return [];
  const detail = but === undefined ? 'must be empty' : 'must be empty except for namespace';
  const { managedFields: _, ...shown } = metadata;
  return [invalid('metadata', dumpGo('v1.ObjectMeta', shown), detail)];
}

/** Values of `nonResourceAttributes` as refusals show them. */
export const goPath = (attributes: NonResourceAttributes) => dumpGo('authorization.NonResourceAttributes', attributes);

interface Selector<R> {
  readonly rawSelector?: string;
  readonly requirements?: readonly R[];
}

function selectorErrors<R>(
  errors: FieldError[],
  selector: Selector<R> | undefined,
  name: 'fieldSelector' | 'labelSelector',
  check: (requirement: R, path: string, options: { readonly allowUnknownOperators: boolean }) => FieldError[],
): void {
  if (!selector) return;
  const at = `spec.resourceAttributes.${name}`;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    errors.push(invalid(`${at}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'));
  }
  if (rawSelector === '' && requirements.length === 0) {
    const detail = `when ${at} is specified, requirements or rawSelector is required`;
    errors.push(required(`${at}.requirements`, detail));
  }
  for (const [index, requirement] of requirements.entries()) {
    errors.push(...check(requirement, `${at}.requirements[${index}]`, { allowUnknownOperators: true }));
  }
}

/** Asks the authorizer. */
export async function reviewAccess(
  question: AccessQuestion,
  user: UserInfo,
  services: VirtualServices,
): Promise<SubjectAccessReviewStatus> {
  const { allowed, denied, reason, evaluationError: failed } = await services.authorize(attributesOf(question, user));
  const { fieldSelector, labelSelector } = question.resourceAttributes ?? {};
  const evaluationError = [
    failed ?? '',
    ignored('fieldSelector', fieldSelector, parseFieldSelector, isFieldRequirement),
    ignored('labelSelector', labelSelector, parseLabelSelector, isLabelRequirement),
  ]
    .filter((text) => text !== '')
    .join('; ');
  return {
    allowed,
    ...(denied && { denied }),
    ...(reason && { reason }),
    ...(evaluationError && { evaluationError }),
  };
}

/** What is said of a selector that cannot be read, or of which only a part can be. */
function ignored<R>(
  name: string,
  selector: Selector<R> | undefined,
  parse: (text: string) => unknown,
  isKnown: (requirement: R) => boolean,
): string {
  const { rawSelector = '', requirements = [] } = selector ?? {};
  const known = requirements.filter(isKnown).length;
  if (requirements.length === 0 ? isReadable(rawSelector, parse) : known === requirements.length) return '';
  return `spec.resourceAttributes.${name} ${known > 0 ? 'partially ' : ''}ignored due to parse error`;
}

function isReadable(text: string, parse: (text: string) => unknown): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof SelectorProblem) return false;
    throw error;
  }
}

/** Fields are compared with one value each. */
const isFieldRequirement = ({ operator, values = [] }: FieldSelectorRequirement): boolean =>
  values.length === 1 && (operator === 'In' || operator === 'NotIn');

const isLabelRequirement = (requirement: LabelSelectorRequirement): boolean => {
  try {
    labelSelectorAsSelector({ matchExpressions: [requirement] });
    return true;
  } catch (error) {
    if (error instanceof SelectorProblem) return false;
    throw error;
  }
};

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessQuestion, user: UserInfo): AccessAttributes {
  if (!resourceAttributes) {
    return { user, verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { group = '', version = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
  return {
    user,
    verb: resourceAttributes.verb ?? '',
    resource: {
      group,
      version: version || '*',
      resource,
      subresource,
      namespace,
      name,
      ...(resourceAttributes.fieldSelector && { fieldSelector: selectorText(resourceAttributes.fieldSelector) }),
    },
    path: '',
  };
}

/** A selector as requests have it. Requirements that fields do not know are left out: then more is asked for, not less. */
function selectorText({ rawSelector, requirements = [] }: NonNullable<ResourceAttributes['fieldSelector']>): string {
  if (rawSelector) return rawSelector;
  return requirements
    .flatMap(({ key, operator, values = [] }) => {
      const [value, ...more] = values;
      const sign = operator === 'In' ? '=' : operator === 'NotIn' ? '!=' : undefined;
      if (value === undefined || more.length > 0 || sign === undefined) return [];
      return [`${key}${sign}${value.replace(/[\\,=]/g, '\\$&')}`];
    })
    .join(',');
}

/** Whom a review is about. */
export function subjectOf({ user = '', uid, groups = [], extra }: SubjectAccessReviewSpec): UserInfo {
  return {
    name: user,
    groups,
    ...(uid && { uid }),
    ...(extra && { extra: extra as UserInfo['extra'] & object }),
  };
}

import {
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  type KubeObject,
  type LabelSelector,
  labelSelectorAsSelector,
  notSupported,
  required,
  type StructSchema,
  semanticEqual,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { PodTemplateSpec } from '../../generated/core-v1.ts';
import { dumpGo } from '../../go-layout.ts';
import { podTemplateWarnings, podValidationOptions, validatePodTemplate } from '../../pod/index.ts';

/** An object that makes Pods from a template. */
export interface TemplateOwner extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/**
 * Appends what is wrong with a required selector: absent, malformed or empty. False when no Pod can be matched against
 * it because it is malformed.
 * @param kind lower-case, as the refusal of an empty selector names it
 */
export function validateRequiredSelector(
  errors: FieldError[],
  selector: LabelSelector | undefined,
  kind: string,
): boolean {
  if (selector === undefined) {
    errors.push(required('spec.selector'));
    return true;
  }
  const problems = validateLabelSelector(selector, 'spec.selector');
  errors.push(...problems);
  if (isEmptySelector(selector)) {
    errors.push(
      invalid(
        'spec.selector',
        selector && dumpGo('v1.LabelSelector', selector),
        `empty selector is invalid for ${kind}`,
      ),
    );
  }
  return problems.length === 0;
}

/** Appends a refusal of a template whose labels the selector does not match. An absent selector matches nothing. */
export function selectorMatchesTemplate(
  errors: FieldError[],
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
): void {
  const labels = template?.metadata?.labels;
  const meaning = labelSelectorAsSelector(selector);
  if (meaning.empty || meaning.matches(labels)) return;
  const detail = '`selector` does not match template `labels`';
  errors.push(invalid('spec.template.metadata.labels', dumpGo('map[string]string', labels), detail));
}

/** Appends what is wrong with a template, given the one that it replaces. */
export function validateTemplate(
  errors: FieldError[],
  template: PodTemplateSpec | undefined,
  old: PodTemplateSpec | undefined,
): void {
  errors.push(...validatePodTemplate(template ?? {}, 'spec.template', podValidationOptions(old)));
}

/** Appends refusals of a template whose Pods would come to an end by themselves. */
export function validateRunsForEver(errors: FieldError[], template: PodTemplateSpec | undefined, kind: string): void {
  const { restartPolicy = '', activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
}

/** True: asks for nothing, so it would match every Pod of the namespace. */
export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0;

/** The refusal of a changed selector. */
export const immutableSelector = (selector: LabelSelector | undefined): FieldError =>
  invalid('spec.selector', selector && dumpGo('v1.LabelSelector', selector), 'field is immutable');

/** Same selector, an empty list or map being an absent one. */
export const sameSelector = (
  schema: StructSchema,
  a: { readonly selector?: LabelSelector } | undefined,
  b: { readonly selector?: LabelSelector } | undefined,
): boolean => {
  const spec = schema.byName.get('spec')?.schema;
  const selector = spec?.kind === 'struct' ? spec.byName.get('selector')?.schema : undefined;
  const [x, y] = [a?.selector, b?.selector];
  if (x === undefined || y === undefined || selector === undefined) return x === y;
  return semanticEqual(x, y, selector);
};

/** A name that cannot be a host name makes Pods with surprising ones. */
export function podNameWarnings(name = ''): readonly string[] {
  const problems = isDns1123Label(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

export function sameSpec(schema: StructSchema, a: TemplateOwner, b: TemplateOwner): boolean {
  const spec = schema.byName.get('spec')?.schema;
  return spec !== undefined && semanticEqual(a.spec, b.spec, spec);
}

/** Warnings about the template, unless an update leaves the spec as it was, or what is said to count in its place. */
export function templateWarnings<T extends TemplateOwner>(
  schema: StructSchema,
  object: T,
  old: T | undefined,
  isSame: (old: T) => boolean = (before) => sameSpec(schema, object, before),
): readonly string[] {
  if (old && isSame(old)) return [];
  return podTemplateWarnings(object.spec?.template ?? {}, 'spec.template', old?.spec?.template);
}

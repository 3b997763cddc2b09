import { type FieldError, forbidden, validateAnnotations, validateLabels } from '@tabernetes/apimachinery';
import type { Container, Pod, PodSpec, PodTemplateSpec, SeccompProfile } from '../generated/core-v1.ts';
import { validateAppArmorMatch } from './apparmor.ts';
import { containersWithPath } from './containers.ts';
import type { Errors } from './rules.ts';
import {
  SECCOMP_CONTAINER_ANNOTATION,
  SECCOMP_POD_ANNOTATION,
  validatePodAnnotations,
} from './validate-annotations.ts';
import { validateImageText } from './validate-containers.ts';
import { validatePodSpec, validateTokenAccount } from './validate-pod-spec.ts';
import type { PodValidationOptions } from './validation-options.ts';

const NO_SPEC: PodSpec = { containers: [] };

/**
 * Rules of a template of Pods; `path` is that of the template: `spec.template`, or `template` of a PodTemplate.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodTemplateSpec
 */
export function validatePodTemplate(
  template: PodTemplateSpec,
  path: string,
  options: PodValidationOptions = {},
): FieldError[] {
  const { metadata, spec = NO_SPEC } = template;
  const errors: Errors = [];
  if (metadata?.labels) errors.push(...validateLabels(metadata.labels, `${path}.labels`));
  if (metadata?.annotations) errors.push(...validateAnnotations(metadata.annotations, `${path}.annotations`));
  validatePodAnnotations(errors, metadata?.annotations, spec, `${path}.annotations`, options);
  errors.push(...validatePodSpec(spec, `${path}.spec`, options));
  validateSeccompMatch(errors, metadata?.annotations, spec, `${path}.spec`);
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

/** Rules of a Pod but for its metadata: those that hold at creation and after every update. */
export function validatePodAsIs(pod: Pod, options: PodValidationOptions = {}): FieldError[] {
  const spec = pod.spec ?? NO_SPEC;
  const scope = optionsOfPod(options, pod.metadata.name);
  const errors: Errors = [];
  validatePodAnnotations(errors, pod.metadata.annotations, spec, 'metadata.annotations', scope);
  errors.push(...validatePodSpec(spec, 'spec', scope));
  validateTokenAccount(errors, spec, 'spec');
  validateImageTexts(errors, spec.containers, 'spec.containers');
  validateImageTexts(errors, spec.initContainers, 'spec.initContainers');
  return errors;
}

function validateImageTexts(errors: Errors, containers: readonly Container[] | undefined, path: string): void {
  for (let i = 0; i < (containers?.length ?? 0); i++) {
    validateImageText(errors, containers?.[i] as Container, `${path}[${i}]`);
  }
}

/** Written out: every Pod is checked with them, and conditional parts cost a slow copy each. */
const optionsOfPod = (options: PodValidationOptions, podName: string | undefined): PodValidationOptions => ({
  resourceIsPod: true,
  podName,
  allowInvalidPodDeletionCost: options.allowInvalidPodDeletionCost,
  allowInvalidLabelValueInSelector: options.allowInvalidLabelValueInSelector,
  allowInvalidTopologySpreadConstraintLabelSelector: options.allowInvalidTopologySpreadConstraintLabelSelector,
  allowNonLocalProjectedTokenPath: options.allowNonLocalProjectedTokenPath,
  allowNamespacedSysctlsForHostNetAndHostIPC: options.allowNamespacedSysctlsForHostNetAndHostIPC,
  allowIndivisibleHugePagesValues: options.allowIndivisibleHugePagesValues,
});

/**
 * Rules of a new Pod but for its metadata.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodCreate
 */
export function validatePodCreate(pod: Pod): FieldError[] {
  const spec = pod.spec ?? NO_SPEC;
  const errors = validatePodAsIs(pod);
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  const { annotations } = pod.metadata;
  validateSeccompMatch(errors, annotations, spec, 'spec');
  validateAppArmorMatch(errors, annotations, spec, 'spec');
  return errors;
}

/** Where both the old annotation and the field say something about seccomp, they must say the same. */
function validateSeccompMatch(
  errors: Errors,
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
  path: string,
): void {
  if (!annotations) return;
  const ofPod = spec.securityContext?.seccompProfile;
  if (ofPod) {
    validateSeccompPair(errors, annotations[SECCOMP_POD_ANNOTATION], ofPod, `${path}.securityContext.seccompProfile`);
  }
  for (const [container, at] of containersWithPath(spec, path)) {
    const profile = container.securityContext?.seccompProfile;
    if (!profile) continue;
    const annotation = annotations[`${SECCOMP_CONTAINER_ANNOTATION}${container.name}`];
    validateSeccompPair(errors, annotation, profile, `${at}.securityContext.seccompProfile`);
  }
}

const LOCALHOST = 'localhost/';
const SAME_TYPE: Readonly<Record<string, readonly string[]>> = {
  Unconfined: ['unconfined'],
  RuntimeDefault: ['runtime/default', 'docker/default'],
};

function validateSeccompPair(
  errors: Errors,
  annotation: string | undefined,
  { type, localhostProfile }: SeccompProfile,
  path: string,
): void {
  if (annotation === undefined) return;
  const matches = type === 'Localhost' ? annotation.startsWith(LOCALHOST) : SAME_TYPE[type]?.includes(annotation);
  if (matches === false) {
    errors.push(forbidden(`${path}.type`, 'seccomp type in annotation and field must match'));
  } else if (type === 'Localhost' && annotation.slice(LOCALHOST.length) !== localhostProfile) {
    errors.push(forbidden(`${path}.localhostProfile`, 'seccomp profile in annotation and field must match'));
  }
}

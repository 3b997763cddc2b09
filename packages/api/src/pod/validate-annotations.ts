import { type FieldError, invalid } from '@tabernetes/apimachinery';
import type { Pod, PodSpec } from '../generated/core-v1.ts';
import { APPARMOR_ANNOTATION, isAppArmorText } from './apparmor.ts';
import { containersWithPath } from './containers.ts';
import { localDescendingPath } from './paths.ts';
import type { Errors } from './rules.ts';
import { validateTolerations } from './validate-tolerations.ts';
import type { PodValidationOptions } from './validation-options.ts';

type Annotations = Readonly<Record<string, string>>;

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const TOLERATIONS_ANNOTATION = 'scheduler.alpha.kubernetes.io/tolerations';
const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
export const SECCOMP_POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

/**
 * Annotations that mean something to Kubernetes itself.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodSpecificAnnotations
 */
export function validatePodAnnotations(
  errors: Errors,
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
  options: PodValidationOptions,
): void {
  if (!annotations) return;
  const mirror = annotations[MIRROR_ANNOTATION];
  if (mirror !== undefined && !spec.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${path}[${MIRROR_ANNOTATION}]`, mirror, detail));
  }
  if (annotations[TOLERATIONS_ANNOTATION]) {
    validateTolerationsText(errors, annotations[TOLERATIONS_ANNOTATION], path);
  }
  if (!options.allowInvalidPodDeletionCost && !isDeletionCost(annotations)) {
    const text = annotations[DELETION_COST_ANNOTATION] ?? '';
    errors.push(invalid(`${path}[${DELETION_COST_ANNOTATION}]`, text, 'must be a 32bit integer'));
  }
  validateSeccompTexts(errors, annotations, path);
  for (const key in annotations) {
    if (key.startsWith(APPARMOR_ANNOTATION)) {
      validateAppArmorText(errors, annotations[key] ?? '', key, spec, `${path}[${key}]`);
    }
  }
}

/** What an update did to annotations that only their own writers may change. */
export function validateAnnotationUpdate(
  errors: Errors,
  pod: Pod,
  old: Pod,
  path: string,
  options: PodValidationOptions,
): void {
  const before = old.metadata.annotations ?? {};
  const after = pod.metadata.annotations ?? {};
  for (const key in before) {
    if (after[key] !== before[key]) refuseChange(errors, key, path, 'remove or update');
  }
  for (const key in after) if (before[key] === undefined) refuseChange(errors, key, path, 'add');
  validatePodAnnotations(errors, after, pod.spec ?? { containers: [] }, path, options);
}

function refuseChange(errors: Errors, key: string, path: string, verb: string): void {
  const forbid = (what: string): FieldError => ({
    type: 'FieldValueForbidden',
    field: `${path}[${key}]`,
    detail: `may not ${verb} ${what}`,
  });
  if (key.startsWith(APPARMOR_ANNOTATION)) errors.push(forbid('AppArmor annotations'));
  if (key === MIRROR_ANNOTATION) errors.push(forbid('mirror pod annotation'));
}

/** True when the cost of deleting the Pod is a 32-bit number, in the one way of writing it, or is not given. */
export function isDeletionCost(annotations: Annotations | undefined): boolean {
  const text = annotations?.[DELETION_COST_ANNOTATION];
  if (text === undefined) return true;
  if (text !== '0' && !/^(-[0-9]+|[1-9][0-9]*)$/.test(text)) return false;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31;
}

/** Very old clients sent tolerations as JSON in an annotation: it must be sound, though nobody reads it any more. */
function validateTolerationsText(errors: Errors, text: string, path: string): void {
  let tolerations: unknown;
  try {
    tolerations = JSON.parse(text);
  } catch (error) {
    errors.push(invalid(path, TOLERATIONS_ANNOTATION, error instanceof Error ? error.message : String(error)));
    return;
  }
  if (Array.isArray(tolerations)) {
    validateTolerations(errors, tolerations.map(lowerKeys), `${path}.${TOLERATIONS_ANNOTATION}`);
  }
}

/** Go reads JSON keys whatever their case. */
const lowerKeys = (value: unknown): object =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).map(([key, item]) => [
      key.toLowerCase() === 'tolerationseconds' ? 'tolerationSeconds' : key.toLowerCase(),
      item,
    ]),
  );

function validateSeccompTexts(errors: Errors, annotations: Annotations, path: string): void {
  for (const key in annotations) {
    if (key !== SECCOMP_POD_ANNOTATION && !key.startsWith(SECCOMP_CONTAINER_ANNOTATION)) continue;
    const profile = annotations[key] ?? '';
    if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') continue;
    if (profile.startsWith('localhost/')) {
      localDescendingPath(errors, `${path}.${key}`, profile.slice('localhost/'.length));
    } else {
      errors.push(invalid(`${path}.${key}`, profile, 'must be a valid seccomp profile'));
    }
  }
}

function validateAppArmorText(errors: Errors, profile: string, key: string, spec: PodSpec, path: string): void {
  const name = key.slice(APPARMOR_ANNOTATION.length);
  if (!containersWithPath(spec, '').some(([container]) => container.name === name)) {
    errors.push(invalid(path, name, 'container not found'));
  }
  if (!isAppArmorText(profile)) {
    errors.push(invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  }
}

export { defaultPodSpec, defaultPodTemplate } from './defaults.ts';
export { type PodValidationOptions, podValidationOptions } from './options.ts';
export { validatePodTemplate } from './validate.ts';
export { validateClaimSpec, validateClaimTemplate } from './validate-claims.ts';
export { validatePodSpec } from './validate-pod-spec.ts';
export { podTemplateWarnings } from './warnings.ts';

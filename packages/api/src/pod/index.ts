export { defaultPodSpec, defaultPodTemplate } from './defaults.ts';
export { podValidationOptions } from './options.ts';
export { validatePodTemplate } from './validate.ts';
export { validateClaimSpec, validateClaimTemplate } from './validate-claims.ts';
export { validatePodSpec } from './validate-pod-spec.ts';
export type { PodValidationOptions } from './validation-options.ts';
export { podTemplateWarnings } from './warnings.ts';

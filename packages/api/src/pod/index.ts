export { defaultPodTemplate } from './defaults.ts';
export { dropDisabledTemplateFields } from './features.ts';
export { podValidationOptions } from './options.ts';
export { validatePodTemplate } from './validate.ts';
export type { PodValidationOptions } from './validation-options.ts';
export { podTemplateWarnings } from './warnings.ts';

import type { PodTemplateSpec } from '../generated/core-v1.ts';

/** Names of a template's containers: `web,sidecar`. */
export const containerNames = (template: PodTemplateSpec | undefined): string =>
  (template?.spec?.containers ?? []).map((c) => c.name).join(',');

/** Images of a template's containers: `nginx:1.27,envoy:1.30`. */
export const containerImages = (template: PodTemplateSpec | undefined): string =>
  (template?.spec?.containers ?? []).map((c) => c.image ?? '').join(',');

export { ephemeralVolumeController } from '../ephemeral-volume/ephemeral-volume-controller.ts';
export { namespaceController } from '../namespace/namespace-controller.ts';
export { nodeTtlController } from '../node-ttl/node-ttl-controller.ts';
export { resourceQuotaController } from '../resource-quota/resource-quota-controller.ts';
export { serviceAccountTokenController } from '../service-account-token/service-account-token-controller.ts';

/** What limits, routes, certifies and is kept secret. */
export { certificateSigningRequest } from '../certificate-signing-request.ts';
export { ingress } from '../ingress.ts';
export { limitRange } from '../limit-range.ts';
export { networkPolicy } from '../network-policy.ts';
export { resourceQuota } from '../resource-quota.ts';
export { runtimeClass } from '../runtime-class.ts';
export { secret } from '../secret.ts';

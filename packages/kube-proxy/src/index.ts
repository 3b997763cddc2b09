export { clusterZone } from './dns-zone.ts';
export * from './ingress/gateway.ts';
export { findRoute, type IngressRoute } from './ingress/routes.ts';
export * from './kube-proxy.ts';
export { policyPod, policyRules } from './policy-rules.ts';
export { backendsOf, serviceRules } from './service-rules.ts';
export { BY_SERVICE, serviceKeyOf, slicesByService } from './slices.ts';

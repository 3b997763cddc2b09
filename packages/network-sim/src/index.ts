export { inRange, ipv4, ipv4Range } from './address/ipv4.ts';
export { CLUSTER_DNS } from './dns/names.ts';
export { isNetError, type OwnNet, type OwnServeOptions } from './net-face.ts';
export * from './network.ts';
export type { IdentityOf } from './place.ts';
export type { Weather } from './routing/ways.ts';
export type { CertificateError, DistrustReason, ServerIdentity, VouchedIdentity } from './tls/identity.ts';

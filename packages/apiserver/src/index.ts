export {
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
} from './admission/certificates.ts';
export { claimResize } from './admission/claim-resize.ts';
export { defaultIngressClass } from './admission/default-ingress-class.ts';
export { defaultStorageClass } from './admission/default-storage-class.ts';
export { defaultTolerationSeconds } from './admission/default-toleration-seconds.ts';
export * from './admission/forbidden.ts';
export { limitRanger } from './admission/limit-ranger.ts';
export { namespaceLifecycle } from './admission/namespace-lifecycle.ts';
export { nodeRestriction } from './admission/node-restriction.ts';
export { nodeTaint } from './admission/node-taint.ts';
export { ownerReferencesPermissionEnforcement } from './admission/owner-references.ts';
export { podSecurity } from './admission/pod-security/pod-security.ts';
export { priorityAdmission, singleDefault } from './admission/priority.ts';
export { resourceQuotaAdmission } from './admission/resource-quota.ts';
export { runtimeClassAdmission } from './admission/runtime-class.ts';
export { serviceAccountAdmission } from './admission/service-account.ts';
export { storageObjectInUse } from './admission/storage-object-in-use.ts';
export * from './admission.ts';
export { clusterIPAllocator, nodePortAllocator } from './allocators.ts';
export * from './api-server.ts';
export * from './authentication.ts';
export * from './authorization.ts';
export * from './bootstrap/system-objects.ts';
export { discoveryPaths } from './discovery/discovery-paths.ts';
export * from './extensions.ts';
export { type ConnectionInfo, type Fetch, fetchFace } from './fetch-face.ts';
export { flowSchemaStatus } from './flowcontrol/flow-schema-status.ts';
export { createKinds, type Kinds, type Resource } from './kinds.ts';
export * from './node-connector.ts';
export type { PathHandler } from './nonresource/path-handler.ts';
export type { VersionInfo } from './nonresource/version-info.ts';
export { lateOpenApiPaths } from './openapi/late-openapi.ts';
export { openApiPaths } from './openapi/openapi-paths.ts';
export { publishedHash } from './openapi/published-hashes.ts';
export * from './rbac/bootstrap-rbac.ts';
export { rbacEscalation } from './rbac/escalation.ts';
export { nodeAuthorizer } from './rbac/node-authorizer.ts';
export { privilegedGroups, type RbacAuthorizer, rbacAuthorizer } from './rbac/rbac-authorizer.ts';
export * from './remembered-tokens.ts';
export { createApiServer } from './server.ts';
export type { ServerReader } from './server-reader.ts';
export * from './service-account-tokens.ts';
export type { ServiceDialer, ServiceTarget } from './service-dialer.ts';
export * from './token-issuer.ts';

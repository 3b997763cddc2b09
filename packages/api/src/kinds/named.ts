/** Kinds by name, for those who work with one in particular: `client.resource(kinds.deployment)`. */
export { configMap } from './config-map.ts';
export { deployment } from './deployment.ts';
export { endpointSlice } from './endpoint-slice.ts';
export { endpoints } from './endpoints.ts';
export { event } from './event.ts';
export { eventsEvent } from './event-events.ts';
export { lease } from './lease.ts';
export { limitRange } from './limit-range.ts';
export { namespace } from './namespace.ts';
export { node } from './node.ts';
export { pod } from './pod.ts';
export { replicaSet } from './replica-set.ts';
export { replicationController } from './replication-controller.ts';
export { resourceQuota } from './resource-quota.ts';
export { secret } from './secret.ts';
export { service } from './service.ts';
export { serviceAccount } from './service-account.ts';

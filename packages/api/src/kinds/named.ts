/** Kinds by name, for those who work with one in particular: `client.resource(kinds.deployment)`. */
export { configMap } from './config-map.ts';
export { deployment } from './deployment.ts';
export { event } from './event.ts';
export { eventsEvent } from './event-events.ts';
export { lease } from './lease.ts';
export { namespace } from './namespace.ts';
export { node } from './node.ts';
export { replicaSet } from './replica-set.ts';
export { secret } from './secret.ts';
export { service } from './service.ts';
export { serviceAccount } from './service-account.ts';

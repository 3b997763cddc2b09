import type { KindDefinition } from '../kind.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { event } from './event.ts';
import { eventsEvent } from './event-events.ts';
import { lease } from './lease.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { replicaSet } from './replica-set.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceAccount } from './service-account.ts';

/** Every kind that the server knows without being told, by group and in alphabetical order. */
export const builtinKinds = [
  configMap,
  event,
  namespace,
  node,
  secret,
  service,
  serviceAccount,
  deployment,
  replicaSet,
  lease,
  eventsEvent,
] as readonly unknown[] as readonly KindDefinition[];

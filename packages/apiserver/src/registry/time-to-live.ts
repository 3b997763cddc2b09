import type { LeaseId } from '@tabernetes/storage';
import type { RequestScope } from '../request-scope.ts';

/** The lease that ends an object of a kind that does not last (Events), by itself. */
export function leaseFor({ server, definition }: RequestScope): Promise<LeaseId> | undefined {
  const { timeToLiveSeconds } = definition;
  if (timeToLiveSeconds === undefined) return undefined;
  return server.leases.lease(timeToLiveSeconds * 1000);
}

import { serverContextOf } from '../request-scope.ts';
import type { ServerContext } from '../server-context.ts';
import { SELF } from '../upkeep/own-requests.ts';
import { draftOf } from './edited.ts';
import { keyRoot } from './keys.ts';
import { fromStored } from './versions.ts';

/** Takes again what stored objects hold of the shared ranges: a server that starts over a store must not hand it out twice. */
export async function reserveAllocations(server: ServerContext): Promise<void> {
  const context = serverContextOf(server, SELF, false);
  const done = new Set<string>();
  for (const resource of server.kinds.list()) {
    const { allocate } = resource.definition;
    if (allocate === undefined || done.has(resource.prefix)) continue;
    done.add(resource.prefix);
    const { kvs } = await server.store.range(keyRoot(resource, ''));
    for (const { key, value } of kvs) {
      try {
        allocate(draftOf(fromStored(resource, value)), undefined, context);
      } catch (error) {
        // Two objects hold the same: the first keeps it, and the server starts all the same.
        server.report(error, { method: 'RESERVE', path: key, query: {}, headers: {} });
      }
    }
  }
}

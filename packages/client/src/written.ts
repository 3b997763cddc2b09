import type { KubeObject } from '@tabernetes/apimachinery';
import type { Client, ResourceClient } from './client.ts';
import type { InformerFactory } from './informer-factory.ts';
import type { ResourceReference } from './resource.ts';

export interface WriteTracker {
  /** The same client; what it writes is remembered. */
  readonly client: Client;
  /**
   * Resolves when the caches have seen all that was written through `client` until now. In process they have already.
   * A reconciler that runs after this cannot act on a world that lacks its own writes, which is why no controller keeps expectations.
   */
  caughtUp(): Promise<void>;
}

export function trackWrites(client: Client, informers: InformerFactory): WriteTracker {
  const written = new Map<string, { readonly reference: ResourceReference; readonly resourceVersion: string }>();

  function resource<T extends KubeObject>(reference: ResourceReference<T>): ResourceClient<T> {
    const plain = client.resource(reference);
    const remember = <R>(answer: R): R => {
      const resourceVersion = (answer as Partial<KubeObject> | undefined)?.metadata?.resourceVersion;
      if (resourceVersion)
        written.set(`${reference.group}/${reference.version}/${reference.plural}`, { reference, resourceVersion });
      return answer;
    };
    return {
      ...plain,
      create: async (...args) => remember(await plain.create(...args)),
      update: async (...args) => remember(await plain.update(...args)),
      updateStatus: async (...args) => remember(await plain.updateStatus(...args)),
      patch: async (...args) => remember(await plain.patch(...args)),
      apply: async (...args) => remember(await plain.apply(...args)),
      // Marks a graceful deletion; of one that is final, the cache learns in time.
      delete: async (...args) => remember(await plain.delete(...args)),
    };
  }

  return {
    client: { resource, request: client.request },
    async caughtUp() {
      const awaited = [...written.values()];
      written.clear();
      for (const { reference, resourceVersion } of awaited) await informers.seen(reference, resourceVersion);
    },
  };
}

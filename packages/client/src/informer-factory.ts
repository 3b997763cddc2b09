import type { KindDefinition } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client } from './client.ts';
import { createInformer, type Informer } from './informer.ts';
import type { ResourceReference } from './resource.ts';

/** One informer per kind, shared by all who ask. */
export interface InformerFactory extends Disposable {
  for<T extends KubeObject>(kind: KindDefinition<T> | ResourceReference<T>): Informer<T>;
  /**
   * Resolves when the cache of this kind, if it is followed at all, has seen the version: what a controller waits for
   * before it looks again at what it has written.
   */
  seen(reference: Pick<ResourceReference, 'group' | 'version' | 'plural'>, resourceVersion: string): Promise<void>;
  /** Starts what has been asked for and not started yet; resolves when all are synced. */
  start(): Promise<void>;
}

export interface InformerFactoryDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly onError?: (error: unknown) => void;
}

export function createInformerFactory({ client, clock, onError }: InformerFactoryDeps): InformerFactory {
  const informers = new Map<string, Informer<KubeObject>>();
  return {
    for<T extends KubeObject>(kind: KindDefinition<T> | ResourceReference<T>): Informer<T> {
      const id = idOf(kind);
      const made =
        informers.get(id) ??
        (createInformer({
          client: client.resource(kind),
          clock,
          ...(onError && { onError }),
        }) as unknown as Informer<KubeObject>);
      informers.set(id, made);
      // The id names the kind, and the kind names the type.
      return made as unknown as Informer<T>;
    },
    async seen(reference, resourceVersion) {
      const informer = informers.get(idOf(reference));
      if (informer?.synced) await informer.waitFor(resourceVersion);
    },
    async start() {
      await Promise.all([...informers.values()].map((i) => i.start()));
    },
    dispose() {
      for (const informer of informers.values()) informer.dispose();
    },
  };
}

const idOf = (r: Pick<ResourceReference, 'group' | 'version' | 'plural'>): string =>
  `${r.group}/${r.version}/${r.plural}`;

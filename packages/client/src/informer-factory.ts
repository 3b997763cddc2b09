import type { KindDefinition } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client } from './client.ts';
import { createInformer, type Informer } from './informer.ts';

/** One informer per kind, shared by all who ask. */
export interface InformerFactory extends Disposable {
  for<T extends KubeObject>(kind: KindDefinition<T>): Informer<T>;
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
    for<T extends KubeObject>(kind: KindDefinition<T>): Informer<T> {
      const id = `${kind.group}/${kind.version}/${kind.plural}`;
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
    async start() {
      await Promise.all([...informers.values()].map((i) => i.start()));
    },
    dispose() {
      for (const informer of informers.values()) informer.dispose();
    },
  };
}

import type { PageHost } from '@tabernetes/worker/connect';
import * as Comlink from 'comlink';
import { FIRST_CLUSTER } from '../files/default-options.ts';

/** A cluster that was asked for before there was a page to show it. */
export interface BegunCluster {
  /** Resolves when its API answers. */
  readonly ready: Promise<void>;
}

/**
 * Starts {@link FIRST_CLUSTER} in a worker. Hand what it returns to `connectCluster`: it goes on with this cluster if that is what the
 * page asks for.
 */
export function beginFirstCluster(worker: Worker): BegunCluster {
  const ready = Comlink.wrap<PageHost>(worker).start(FIRST_CLUSTER);
  // The page hears of it when it asks for the cluster.
  ready.catch(() => undefined);
  return { ready };
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from './admission.ts';
import { aggregator } from './aggregation/aggregator.ts';
import type { ApiServer } from './api-server.ts';
import { lateExtensions } from './extensions/late-extensions.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import type { ServiceDialer } from './service-dialer.ts';

export interface ExtensionsDeps {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
  /** What reaches webhooks and servers of other APIs; absent: nothing does. */
  readonly dialer?: ServiceDialer | undefined;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/** All by which users extend the API: custom resources, policies, webhooks, servers of others. */
export interface Extensions {
  /** Admission plugins, in their order; they come after all but ResourceQuota. */
  readonly admission: readonly AdmissionPlugin[];
  /** Discovery with the groups of other servers, and those servers. */
  paths(discovery: PathHandler): PathHandler;
  /** Begins to serve what is stored and follows it. Dispose it before the server. */
  start(server: ApiServer): Promise<Disposable>;
}

/** Makes the extensions of one server. Resolves when what is stored is known. */
export async function apiExtensions(deps: ExtensionsDeps): Promise<Extensions> {
  const others = aggregator(deps);
  const late = await lateExtensions(deps);
  return {
    admission: late.admission,
    paths: others.paths,
    async start(server) {
      await late.start(server);
      const apis = await others.start(server);
      return {
        dispose() {
          apis.dispose();
          late.dispose();
        },
      };
    },
  };
}

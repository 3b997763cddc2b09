import type { Disposable } from '@tabernetes/base';
import type { AdmissionPlugin } from './admission.ts';
import { aggregator } from './aggregation/aggregator.ts';
import type { ApiServer } from './api-server.ts';
import type { ExtensionsDeps } from './extensions/deps.ts';
import { lateExtensions } from './extensions/late-extensions.ts';
import type { PathHandler } from './nonresource/path-handler.ts';

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

import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from './admission.ts';
import { aggregator } from './aggregation/aggregator.ts';
import type { ApiServer } from './api-server.ts';
import { customResources } from './custom-resources/custom-resources.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import type { ServiceDialer } from './service-dialer.ts';
import { paramAccess } from './validating-admission-policy/param-access.ts';
import { policyStatus } from './validating-admission-policy/policy-status.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy/validating-admission-policy.ts';
import { mutatingWebhooks } from './webhooks/mutating-webhooks.ts';
import { validatingWebhooks } from './webhooks/validating-webhooks.ts';

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
  const { store, onError } = deps;
  const others = aggregator(deps);
  const mutating = await mutatingWebhooks(store, deps);
  const policies = await validatingAdmissionPolicy(store);
  const validating = await validatingWebhooks(store, deps);
  return {
    admission: [paramAccess, mutating, policies, validating],
    paths: others.paths,
    async start(server) {
      const parts = [
        await customResources({ server, ...deps }),
        await policyStatus({ server, store, onError }),
        await others.start(server),
        mutating,
        policies,
        validating,
      ];
      return {
        dispose() {
          for (const part of parts) part.dispose();
        },
      };
    },
  };
}

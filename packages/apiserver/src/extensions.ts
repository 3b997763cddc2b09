import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from './admission.ts';
import type { ApiServer } from './api-server.ts';
import { customResources } from './custom-resources/custom-resources.ts';
import { policyStatus } from './validating-admission-policy/policy-status.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy/validating-admission-policy.ts';

export interface ExtensionsDeps {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/** All by which users extend the API: custom resources, policies, webhooks, servers of others. */
export interface Extensions {
  /** Admission plugins, in their order; they come after all but ResourceQuota. */
  readonly admission: readonly AdmissionPlugin[];
  /** Begins to serve what is stored and follows it. Dispose it before the server. */
  start(server: ApiServer): Promise<Disposable>;
}

/** Makes the extensions of one server. Resolves when what is stored is known. */
export async function apiExtensions({ store, clock, onError }: ExtensionsDeps): Promise<Extensions> {
  const policies = await validatingAdmissionPolicy(store);
  return {
    admission: [policies],
    async start(server) {
      const parts = [
        await customResources({ server, store, clock, onError }),
        await policyStatus({ server, store, onError }),
        policies,
      ];
      return {
        dispose() {
          for (const part of parts) part.dispose();
        },
      };
    },
  };
}

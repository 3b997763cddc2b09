/**
 * By which users extend one server, with all that understands expressions: most clusters never need it, so it is fetched by the first
 * write that does (see `late-extensions.ts`).
 */
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from '../admission.ts';
import type { ApiServer } from '../api-server.ts';
import { paramAccess } from '../validating-admission-policy/param-access.ts';
import { policyStatus } from '../validating-admission-policy/policy-status.ts';
import { validatingAdmissionPolicy } from '../validating-admission-policy/validating-admission-policy.ts';
import type { WebhookDeps } from '../webhooks/invoke.ts';
import { mutatingWebhooks } from '../webhooks/mutating-webhooks.ts';
import { validatingWebhooks } from '../webhooks/validating-webhooks.ts';

export { customResources } from '../custom-resources/custom-resources.ts';

/** Webhooks and policies. */
export interface UserAdmission extends Disposable {
  readonly params: AdmissionPlugin;
  readonly mutating: AdmissionPlugin;
  readonly policies: AdmissionPlugin;
  readonly validating: AdmissionPlugin;
  /** Begins to say in policies what their expressions make of the types they are for. */
  tellStatus(server: ApiServer): Promise<void>;
}

/** Resolves when what is stored is known. */
export async function userAdmission(
  store: Store<KubeObject>,
  deps: WebhookDeps & { readonly onError: (error: unknown) => void },
): Promise<UserAdmission> {
  const mutating = await mutatingWebhooks(store, deps);
  const policies = await validatingAdmissionPolicy(store);
  const validating = await validatingWebhooks(store, deps);
  const parts: Disposable[] = [mutating, policies, validating];
  return {
    params: paramAccess,
    mutating,
    policies,
    validating,
    async tellStatus(server) {
      parts.unshift(await policyStatus({ server, store, onError: deps.onError }));
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

import type { ValidatingWebhookConfiguration } from '@tabernetes/api/types/admissionregistration-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin } from '../admission.ts';
import { ask, type Webhook, type WebhookDeps, wanted } from './invoke.ts';
import { asSeenOutside, isAdmissionConfiguration, type Matched } from './matching.ts';
import { denied } from './review.ts';
import { storedObjects } from './stored-objects.ts';

/**
 * Asks validating webhooks. All that want to be asked are asked at once; the first refusal, in the order of the
 * configurations, is the answer.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
export async function validatingWebhooks(
  store: Store<KubeObject>,
  deps: WebhookDeps,
): Promise<AdmissionPlugin & Disposable> {
  const configurations = await storedObjects<ValidatingWebhookConfiguration>(store, {
    group: 'admissionregistration.k8s.io',
    plural: 'validatingwebhookconfigurations',
  });
  return {
    name: 'ValidatingAdmissionWebhook',
    isIdle: () => configurations.list().length === 0,
    validate(given, reader) {
      if (configurations.list().length === 0 || isAdmissionConfiguration(given)) return;
      const attributes = asSeenOutside(given);
      const hooks = configurations.list().flatMap(({ webhooks = [] }) => webhooks);
      return (async () => {
        // None is asked before it is known that all can be.
        const concerned: { readonly hook: Webhook; readonly matched: Matched }[] = [];
        for (const hook of hooks) {
          const matched = await wanted(hook, attributes, reader);
          if (matched !== undefined) concerned.push({ hook, matched });
        }
        const calls = concerned.map(async ({ hook, matched }) => {
          const decision = await ask(deps, hook, attributes, matched, attributes.object, reader, false);
          if (decision?.allowed === false) throw denied(hook.name, decision.status);
        });
        for (const result of await Promise.allSettled(calls)) if (result.status === 'rejected') throw result.reason;
      })();
    },
    dispose: () => configurations.dispose(),
  };
}

import type { ValidatingAdmissionPolicy } from '@tabernetes/api/types/admissionregistration-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { applyStatus } from '../upkeep/own-requests.ts';
import { type Upkeep, upkeep } from '../upkeep/upkeep.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';
import { typeWarnings } from './type-check.ts';

const KIND = { group: 'admissionregistration.k8s.io', plural: 'validatingadmissionpolicies' };
const MANAGER = 'validatingadmissionpolicy-status';

export interface PolicyStatusDeps {
  readonly server: ApiServer;
  readonly store: Store<KubeObject>;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/**
 * Says in the status of every ValidatingAdmissionPolicy what its expressions make of the types they are for. Dispose it
 * before the server.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/validatingadmissionpolicystatus/controller.go
 */
export async function policyStatus({ server, store, onError }: PolicyStatusDeps): Promise<Disposable> {
  // What changes before there is anybody to wake is seen with the first look.
  let kept: Upkeep | undefined;
  const policies = await storedObjects<ValidatingAdmissionPolicy>(store, KIND, () => kept?.wake());
  const isDue = ({ metadata, status }: ValidatingAdmissionPolicy): boolean =>
    metadata.deletionTimestamp === undefined && (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
  const kinds = {
    resources(group: string, version: string, plural: string) {
      const exact = server.kinds.resource(group, version, plural)?.definition;
      if (group !== '') return exact === undefined ? [] : [exact];
      const all = server.kinds.list().map(({ definition }) => definition);
      return all.filter((each) => each.version === version && each.plural === plural);
    },
    byKind: (kind: { group: string; version: string; kind: string }) => server.kinds.byKind(kind)?.definition,
  };

  const write = async (policy: ValidatingAdmissionPolicy): Promise<void> => {
    const expressionWarnings = typeWarnings(policy, kinds);
    const object = {
      apiVersion: `${KIND.group}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: policy.metadata.name ?? '' },
      status: {
        observedGeneration: policy.metadata.generation,
        typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {},
      },
    };
    await applyStatus(server, `/apis/${KIND.group}/v1/${KIND.plural}`, MANAGER, object, 'kube-controller-manager');
  };

  const look = function* (): Generator<() => Promise<void>> {
    for (const policy of policies.list()) if (isDue(policy)) yield () => write(policy);
  };
  const own = upkeep(look, onError);
  kept = own;
  return {
    dispose() {
      own.dispose();
      policies.dispose();
    },
  };
}

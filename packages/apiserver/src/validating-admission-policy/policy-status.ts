import type { ValidatingAdmissionPolicy } from '@tabernetes/api/types/admissionregistration-v1';
import type { KubeObject, UserInfo } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';
import { typeWarnings } from './type-check.ts';

const SELF: UserInfo = { name: 'system:apiserver', groups: ['system:masters'] };
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
  let disposed = false;
  let running = false;
  const policies = await storedObjects<ValidatingAdmissionPolicy>(store, KIND, () => wake());
  const isDue = ({ metadata, status }: ValidatingAdmissionPolicy): boolean =>
    metadata.deletionTimestamp === undefined && (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
  const kinds = {
    resource: (group: string, version: string, plural: string) =>
      server.kinds.resource(group, version, plural)?.definition,
    byKind: (kind: { group: string; version: string; kind: string }) => server.kinds.byKind(kind)?.definition,
  };

  const write = async (policy: ValidatingAdmissionPolicy): Promise<void> => {
    const name = policy.metadata.name ?? '';
    const expressionWarnings = typeWarnings(policy, kinds);
    const answer = await server.request({
      method: 'PATCH',
      path: `/apis/${KIND.group}/v1/${KIND.plural}/${name}/status`,
      query: { fieldManager: MANAGER, force: 'true' },
      headers: { 'content-type': 'application/apply-patch+yaml', 'user-agent': 'kube-controller-manager' },
      user: SELF,
      body: {
        kind: 'object',
        object: {
          apiVersion: `${KIND.group}/v1`,
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name },
          status: {
            observedGeneration: policy.metadata.generation,
            typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {},
          },
        },
      },
    });
    // Gone or changed meanwhile: the change wakes us again.
    if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409) {
      throw new Error(`status of ${name}: ${JSON.stringify(answer.body)}`);
    }
  };

  const run = async (): Promise<void> => {
    // The write that brought us here is answered first.
    await Promise.resolve();
    const tried = new Set<ValidatingAdmissionPolicy>();
    for (;;) {
      const next = policies.list().find((policy) => isDue(policy) && !tried.has(policy));
      if (next === undefined || disposed) break;
      tried.add(next);
      try {
        await write(next);
      } catch (error) {
        onError(error);
      }
    }
    running = false;
  };
  function wake(): void {
    if (running || disposed) return;
    running = true;
    void run();
  }
  wake();
  return {
    dispose() {
      disposed = true;
      policies.dispose();
    },
  };
}

import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Clock } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import { podUid } from '../pod/pod-view.ts';

/** Tokens of ServiceAccounts, bound to the Pods that they were made for. */
export interface TokenCache {
  /**
   * The same token until four fifths of its time are over. Seconds. It is read when somebody asks for its text: most containers never look
   * at theirs, and where the API server is in this process, it signs tokens when they are read, which costs more than the start of a Pod.
   */
  token(pod: Pod, audience: string, expirationSeconds: number): Promise<() => string>;
  forget(uid: string): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/token/token_manager.go */
export function createTokenCache({ client, clock }: { readonly client: Client; readonly clock: Clock }): TokenCache {
  const tokens = new Map<string, Map<string, { readonly token: () => string; readonly refreshMs: number }>>();
  return {
    async token(pod, audience, expirationSeconds) {
      const uid = podUid(pod);
      const id = `${audience} ${expirationSeconds}`;
      const known = tokens.get(uid)?.get(id);
      if (known !== undefined && clock.now() < known.refreshMs) return known.token;
      const { name = '', namespace } = pod.metadata;
      const request = client
        .resource(kinds.serviceAccount)
        .createSubresource(pod.spec?.serviceAccountName || 'default', namespace, 'token', {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          metadata: {},
          spec: {
            audiences: audience === '' ? [] : [audience],
            expirationSeconds,
            boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
          },
        });
      const { status } = (await request.catch(cannotFetch)) as { readonly status?: { readonly token?: string } };
      const token = reader(status);
      const ofPod = tokens.get(uid) ?? new Map<string, { token: () => string; refreshMs: number }>();
      ofPod.set(id, { token, refreshMs: clock.now() + expirationSeconds * 800 });
      tokens.set(uid, ofPod);
      return token;
    },
    forget: (uid) => void tokens.delete(uid),
  };
}

/** Apart, so that it holds on to nothing else. */
const reader = (status: { readonly token?: string } | undefined) => (): string => status?.token ?? '';

function cannotFetch(error: unknown): never {
  throw new Error(`failed to fetch token: ${error instanceof Error ? error.message : String(error)}`);
}

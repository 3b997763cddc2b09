import { kinds } from '@tabernetes/api';
import type { Secret, ServiceAccount } from '@tabernetes/api/types/core-v1';
import { encodeBase64, objectKey, StatusError } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';
/** Index of Secrets with tokens by `namespace/name` of their ServiceAccount. */
const BY_ACCOUNT = 'serviceAccount';

export interface ServiceAccountTokenOptions {
  /** PEM */
  readonly rootCA: string;
  /** Makes a token that has no end of its own. */
  readonly issue: (
    serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string },
    secretName: string,
  ) => Promise<string>;
}

/**
 * Fills Secrets of type `kubernetes.io/service-account-token`, and deletes those whose ServiceAccount is gone.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/serviceaccount/tokens_controller.go
 */
export function serviceAccountTokenController(
  context: ControllerContext,
  { rootCA, issue }: ServiceAccountTokenOptions,
): Controller {
  const { client, informers } = context;
  const accounts = informers.for(kinds.serviceAccount);
  const secrets = informers.for(kinds.secret);
  const write = { accounts: client.resource(kinds.serviceAccount), secrets: client.resource(kinds.secret) };
  const ca = base64(rootCA);
  secrets.addIndex(BY_ACCOUNT, (secret) => {
    const account = accountKey(secret);
    return account === undefined ? [] : [account];
  });

  /** The ServiceAccount that a Secret names, and not another of its name. */
  function ownerOf(secret: Secret): ServiceAccount | undefined {
    const account = accounts.lister.byKey(accountKey(secret) ?? '');
    const uid = secret.metadata.annotations?.[UID] ?? '';
    return uid === '' || uid === account?.metadata.uid ? account : undefined;
  }

  async function fill(secret: Secret, { metadata }: ServiceAccount, signal: AbortSignal): Promise<void> {
    const { data = {}, metadata: own } = secret;
    if (data['ca.crt'] === ca && data['namespace'] && data['token']) return;
    const { name = '', namespace = '', uid = '' } = metadata;
    const filled = {
      ...data,
      'ca.crt': ca,
      namespace: data['namespace'] || base64(namespace),
      token: data['token'] || base64(await issue({ namespace, name, uid }, own.name ?? '')),
    };
    const annotations = { ...own.annotations, [NAME]: name, [UID]: uid };
    await write.secrets.update({ ...secret, metadata: { ...own, annotations }, data: filled }, { signal });
  }

  /** A ServiceAccount may still list a Secret that is gone. */
  async function forget(account: ServiceAccount, secretName: string, signal: AbortSignal): Promise<void> {
    if (!account.secrets?.some(({ name }) => name === secretName)) return;
    const left = account.secrets.filter(({ name }) => name !== secretName);
    await write.accounts.update({ ...account, secrets: left }, { signal });
  }

  const gone = new Map<string, string>();
  return createController(context, {
    name: 'serviceaccount-token-controller',
    informers: [accounts, secrets],
    watch: (queue) => {
      const add = (secret: Secret): void => {
        if (secret.type === TYPE) queue.add(objectKey(secret));
      };
      const addAll = (account: ServiceAccount): void => {
        for (const secret of secrets.lister.byIndex(BY_ACCOUNT, objectKey(account))) add(secret);
      };
      return [
        secrets.addHandler({
          onAdd: add,
          onUpdate: add,
          onDelete(secret) {
            const account = accountKey(secret);
            if (account === undefined) return;
            gone.set(objectKey(secret), account);
            add(secret);
          },
        }),
        accounts.addHandler({ onAdd: addAll, onUpdate: addAll, onDelete: addAll }),
      ];
    },
    async reconcile(key, signal) {
      const secret = secrets.lister.byKey(key);
      const account = accounts.lister.byKey(gone.get(key) ?? '');
      try {
        if (secret === undefined) {
          if (account !== undefined) await forget(account, key.slice(key.indexOf('/') + 1), signal);
        } else if (secret.type === TYPE && accountKey(secret) !== undefined) {
          const owner = ownerOf(secret);
          const { name = '', namespace, uid = '' } = secret.metadata;
          if (owner !== undefined) await fill(secret, owner, signal);
          else await write.secrets.delete(name, namespace, { preconditions: { uid }, signal });
        }
        gone.delete(key);
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
      }
      return DONE;
    },
  });
}

/** Undefined: no token, or of nobody. */
function accountKey({ type, metadata }: Secret): string | undefined {
  const name = metadata.annotations?.[NAME] ?? '';
  return type === TYPE && name !== '' ? `${metadata.namespace}/${name}` : undefined;
}

const base64 = (text: string): string => encodeBase64(new TextEncoder().encode(text));

import { kinds } from '@tabernetes/api';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

const NAME = 'default';

/**
 * Every active Namespace has a ServiceAccount `default`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/serviceaccount/serviceaccounts_controller.go
 */
export function serviceAccountController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const namespaces = informers.for(kinds.namespace);
  const accounts = informers.for(kinds.serviceAccount);
  return createController(context, {
    name: 'serviceaccount-controller',
    informers: [namespaces, accounts],
    watch: (queue) => [
      namespaces.addHandler({ onAdd: (ns) => queue.add(objectKey(ns)), onUpdate: (ns) => queue.add(objectKey(ns)) }),
      accounts.addHandler({
        onDelete: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace ?? ''),
      }),
    ],
    async reconcile(key, signal) {
      const namespace = namespaces.lister.byKey(key);
      if (namespace?.status?.phase !== 'Active' || accounts.lister.get(NAME, key) !== undefined) return DONE;
      try {
        await client
          .resource(kinds.serviceAccount)
          .create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: key } }, { signal });
      } catch (error) {
        if (!becameNeedless(error)) throw error;
      }
      return DONE;
    },
  });
}

/** Somebody else made it, or the namespace is going. */
const becameNeedless = (error: unknown): boolean =>
  error instanceof StatusError &&
  (error.reason === 'AlreadyExists' ||
    error.status.details?.causes?.some((c) => c.reason === 'NamespaceTerminating') === true);

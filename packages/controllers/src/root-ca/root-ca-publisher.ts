import { kinds } from '@tabernetes/api';
import { objectKey, StatusError } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Every active Namespace has a ConfigMap `kube-root-ca.crt` with the certificate authority of the API server (PEM).
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/certificates/rootcacertpublisher/publisher.go
 */
export function rootCAPublisher(context: ControllerContext, rootCA: string): Controller {
  const { client, informers } = context;
  const namespaces = informers.for(kinds.namespace);
  const configMaps = informers.for(kinds.configMap);
  const write = client.resource(kinds.configMap);
  const data = { 'ca.crt': rootCA };
  return createController(context, {
    name: 'root-ca-certificate-publisher-controller',
    informers: [namespaces, configMaps],
    watch: (queue) => [
      namespaces.addHandler({ onAdd: (ns) => queue.add(objectKey(ns)), onUpdate: (ns) => queue.add(objectKey(ns)) }),
      configMaps.addHandler({
        onUpdate: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace ?? ''),
        onDelete: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace ?? ''),
      }),
    ],
    async reconcile(key, signal) {
      if (namespaces.lister.byKey(key)?.status?.phase !== 'Active') return DONE;
      const current = configMaps.lister.get(NAME, key);
      try {
        if (current === undefined) {
          const metadata = { name: NAME, namespace: key, annotations: { 'kubernetes.io/description': DESCRIPTION } };
          await write.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, { signal });
        } else if (Object.keys(current.data ?? {}).length !== 1 || current.data?.['ca.crt'] !== rootCA) {
          const annotations = { ...current.metadata.annotations, 'kubernetes.io/description': DESCRIPTION };
          await write.update({ ...current, metadata: { ...current.metadata, annotations }, data }, { signal });
        }
      } catch (error) {
        const terminating =
          error instanceof StatusError &&
          error.status.details?.causes?.some((c) => c.reason === 'NamespaceTerminating') === true;
        if (!terminating) throw error;
      }
      return DONE;
    },
  });
}

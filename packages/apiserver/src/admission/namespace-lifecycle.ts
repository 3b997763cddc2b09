import { type KubeObject, notFound } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, MutatingAttributes } from '../admission.ts';
import { withObject } from './at-hand.ts';
import { admissionForbidden } from './forbidden.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/**
 * Nothing is created in a namespace that does not exist or is going away.
 * @see staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go
 */
export const namespaceLifecycle = (): AdmissionPlugin => ({
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'UPDATE'],
  replacesParts: true,
  admit(attributes, reader) {
    const { namespace, definition } = attributes;
    if (namespace === '' || !definition.namespaced || isAccessReview(attributes)) return;
    return withObject(reader, NAMESPACES, '', namespace, attributes, refuse);
  },
});

/** Questions about a namespace may be asked whether it exists or not. */
const isAccessReview = ({ definition }: MutatingAttributes): boolean =>
  definition.group === 'authorization.k8s.io' && definition.virtual !== undefined;

function refuse(found: KubeObject | undefined, attributes: MutatingAttributes): void {
  const { namespace } = attributes;
  if (found === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (attributes.operation !== 'CREATE') return;
  const { phase } = (found as { readonly status?: { readonly phase?: string } }).status ?? {};
  if (phase !== 'Terminating') return;
  throw admissionForbidden(
    attributes,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}

import type { KubeObject } from '@tabernetes/apimachinery';
import type { Binding, Pod } from '../generated/core-v1.ts';
import { defineKind, type UnadmittedParent } from '../kind.ts';
import { bindPod } from '../pod/binding.ts';
import { nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * Gives a Pod to a node, as `pods/binding` does.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/binding-v1/
 */
export const binding = defineKind<Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  singular: 'binding',
  namespaced: true,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.core.v1.Binding'),

  virtual: {
    // What is answered is a Status, not a Binding.
    create: async (object, services, context) => {
      const { namespace = '', name = '' } = object.metadata;
      const pod = services.parent({ group: '', plural: 'pods' }, namespace, name) as UnadmittedParent<Pod>;
      return (await bindPod(object, pod, context)) as KubeObject as Binding;
    },
  },

  columns: [nameColumn],
});

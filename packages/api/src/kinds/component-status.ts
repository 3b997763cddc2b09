import { internal } from '@tabernetes/apimachinery';
import type { ComponentStatus } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * How the parts of the control plane are. In a sandbox they live and die with the server that answers, so they are well.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/component-status-v1/
 */
export const componentStatus = defineKind<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  schema: schemaOf('io.k8s.api.core.v1.ComponentStatus'),
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',

  virtual: {
    get: async (name) => {
      if (!COMPONENTS.includes(name)) throw internal(`Component not found: ${name}`);
      return healthy(name);
    },
    list: async () => COMPONENTS.map(healthy),
  },

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Healthy, Unhealthy or Unknown.',
      cell: (object) => {
        const status = health(object)?.status;
        if (status === undefined) return 'Unknown';
        return status === 'True' ? 'Healthy' : 'Unhealthy';
      },
    },
    {
      name: 'Message',
      type: 'string',
      description: 'What the component said when it was asked.',
      cell: (object) => health(object)?.message ?? '',
    },
    {
      name: 'Error',
      type: 'string',
      description: 'Why it could not be asked.',
      cell: (object) => health(object)?.error ?? '',
    },
  ],
});

const COMPONENTS: readonly string[] = ['scheduler', 'controller-manager', 'etcd-0'];

const healthy = (name: string): ComponentStatus => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

const health = ({ conditions }: ComponentStatus) => conditions?.find(({ type }) => type === 'Healthy');

import { type FieldError, invalid } from '@tabernetes/apimachinery';
import type { Lease } from '../generated/coordination-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * Who holds something, and until when: heartbeats of nodes, leader election.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/
 */
export const lease = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  storageVersionHash: 'gqkMMb/YqFM=',
  schema: schemaOf('io.k8s.api.coordination.v1.Lease'),
  standardFinalizers: false,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,

  // Coordinated leader election is an alpha feature: its fields are dropped while it is off.
  prepareForCreate: ({ spec }) => {
    delete spec?.strategy;
    delete spec?.preferredHolder;
  },
  prepareForUpdate: ({ spec }) => {
    delete spec?.strategy;
    delete spec?.preferredHolder;
  },
  validate: ({ spec = {} }) => {
    const errors: FieldError[] = [];
    const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
    if (duration !== undefined && duration <= 0) {
      errors.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
    }
    if (transitions !== undefined && transitions < 0) {
      errors.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
    }
    return errors;
  },

  columns: [
    nameColumn,
    {
      name: 'Holder',
      type: 'string',
      description: 'Identity of the current holder.',
      cell: ({ spec }) => spec?.holderIdentity ?? '',
    },
    ageColumn,
  ],
});

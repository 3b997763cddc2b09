import { validateLabelSelector } from '@tabernetes/apimachinery';
import type { NetworkPolicy } from '../generated/networking-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { formatSelector } from '../printing/labels.ts';
import { networkPolicy as names } from './names/policies.ts';
import { validateNetworkPolicy } from './network-policy-rules.ts';
import { countsEmptyParts } from './rules/empty-parts.ts';

/**
 * Who may connect to some Pods, and to whom they may connect.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export const networkPolicy = defineKind<NetworkPolicy>({
  ...names,
  generation: ['spec'],

  defaults: (draft) => {
    draft.spec ??= { podSelector: {} };
    const { spec } = draft;
    for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of ports ?? []) port.protocol ??= 'TCP';
    }
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  prepareForUpdate: countsEmptyParts<NetworkPolicy>(names.schema, 'spec'),
  validate: (object) => validateNetworkPolicy(object, false),
  updateValidatesAlone: true,
  // Upstream looks twice, and so lists every cause twice.
  validateUpdate: (object, old) => {
    const errors = validateNetworkPolicy(object, validateLabelSelector(old.spec?.podSelector, '').length > 0);
    return [...errors, ...errors];
  },
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Pod-Selector',
      type: 'string',
      description: 'Pods that the policy is about.',
      cell: ({ spec }) => formatSelector(spec?.podSelector),
    },
    ageColumn,
  ],
});

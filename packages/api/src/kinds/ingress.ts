import { type Draft, goQuote } from '@tabernetes/apimachinery';
import type { Ingress, IngressRule } from '../generated/networking-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { CLASS_ANNOTATION, validateIngress, validateIngressStatus, validateIngressUpdate } from './ingress-rules.ts';
import { ingress as names } from './names/policies.ts';

/**
 * Which Service answers for which host and path.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
 */
export const ingress = defineKind<Ingress>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],

  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<Ingress>['status'];
  },
  validate: validateIngress,
  updateValidatesAlone: true,
  validateUpdate: validateIngressUpdate,
  warnings: ({ metadata, spec }, old) => {
    const named = metadata.annotations?.[CLASS_ANNOTATION];
    if (old !== undefined || named === undefined || spec?.ingressClassName !== undefined) return [];
    return [`annotation ${goQuote(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`];
  },
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Class',
      type: 'string',
      description: 'IngressClass whose controller serves the Ingress.',
      cell: ({ spec }) => spec?.ingressClassName ?? '<none>',
    },
    {
      name: 'Hosts',
      type: 'string',
      description: 'Hosts of the rules, the first three of them; * for any.',
      cell: ({ spec }) => hosts(spec?.rules ?? []),
    },
    {
      name: 'Address',
      type: 'string',
      description: 'Addresses under which the Ingress is reached.',
      cell: addresses,
    },
    {
      name: 'Ports',
      type: 'string',
      description: 'Ports of HTTP, and of HTTPS where there is a certificate.',
      cell: ({ spec }) => (spec?.tls?.length ? '80, 443' : '80'),
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Ingress>['spec'];
      },
      validateUpdate: validateIngressStatus,
    },
  ],
});

const SHOWN = 3;

/** Upstream counts rules without a host among those not shown. */
function hosts(rules: readonly IngressRule[]): string {
  const shown: string[] = [];
  let more = false;
  for (const { host } of rules) {
    more ||= shown.length === SHOWN;
    if (!more && host) shown.push(host);
  }
  if (shown.length === 0) return '*';
  return more ? `${shown.join(',')} + ${rules.length - SHOWN} more...` : shown.join(',');
}

function addresses({ status }: Ingress): string {
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  return [...new Set(ingress)].sort().join(',');
}

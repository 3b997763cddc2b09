import type { CertificateSigningRequest } from '../../generated/certificates-v1.ts';
import type { LimitRange, ResourceQuota } from '../../generated/core-v1.ts';
import type { Ingress, NetworkPolicy } from '../../generated/networking-v1.ts';
import type { RuntimeClass } from '../../generated/node-v1.ts';
import { lateKind } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** What limits, routes and certifies: all but their names is in this file, which is fetched when one of them is needed. */
const whole = () => import('../late/policies.ts');

export const certificateSigningRequest = lateKind<CertificateSigningRequest>(
  {
    group: 'certificates.k8s.io',
    version: 'v1',
    kind: 'CertificateSigningRequest',
    plural: 'certificatesigningrequests',
    singular: 'certificatesigningrequest',
    namespaced: false,
    shortNames: ['csr'],
    storageVersionHash: '95fRKMXA+00=',
    schema: schemaOf('io.k8s.api.certificates.v1.CertificateSigningRequest'),
    subresources: [
      { type: 'update', name: 'approval' },
      { type: 'update', name: 'status' },
    ],
  },
  async () => (await whole()).certificateSigningRequest,
);

export const ingress = lateKind<Ingress>(
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    plural: 'ingresses',
    singular: 'ingress',
    namespaced: true,
    shortNames: ['ing'],
    storagePath: 'ingress',
    storageVersionHash: '39NQlfNR+bo=',
    schema: schemaOf('io.k8s.api.networking.v1.Ingress'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).ingress,
);

export const limitRange = lateKind<LimitRange>(
  {
    group: '',
    version: 'v1',
    kind: 'LimitRange',
    plural: 'limitranges',
    singular: 'limitrange',
    namespaced: true,
    shortNames: ['limits'],
    storageVersionHash: 'EBKMFVe6cwo=',
    schema: schemaOf('io.k8s.api.core.v1.LimitRange'),
  },
  async () => (await whole()).limitRange,
);

export const networkPolicy = lateKind<NetworkPolicy>(
  {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    singular: 'networkpolicy',
    namespaced: true,
    shortNames: ['netpol'],
    storageVersionHash: 'YpfwF18m1G8=',
    schema: schemaOf('io.k8s.api.networking.v1.NetworkPolicy'),
  },
  async () => (await whole()).networkPolicy,
);

export const resourceQuota = lateKind<ResourceQuota>(
  {
    group: '',
    version: 'v1',
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    singular: 'resourcequota',
    namespaced: true,
    shortNames: ['quota'],
    storageVersionHash: '8uhSgffRX6w=',
    schema: schemaOf('io.k8s.api.core.v1.ResourceQuota'),
    subresources: [{ type: 'update', name: 'status' }],
  },
  async () => (await whole()).resourceQuota,
);

export const runtimeClass = lateKind<RuntimeClass>(
  {
    group: 'node.k8s.io',
    version: 'v1',
    kind: 'RuntimeClass',
    plural: 'runtimeclasses',
    singular: 'runtimeclass',
    namespaced: false,
    storageVersionHash: 'WQTu1GL3T2Q=',
    schema: schemaOf('io.k8s.api.node.v1.RuntimeClass'),
  },
  async () => (await whole()).runtimeClass,
);

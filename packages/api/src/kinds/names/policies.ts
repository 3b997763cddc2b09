import type { KindNames } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** What limits, routes, certifies and is kept secret: their names. What they do is in `../late/policies.ts`. */

export const certificateSigningRequest = {
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
} satisfies KindNames;

export const ingress = {
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
} satisfies KindNames;

export const limitRange = {
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  namespaced: true,
  shortNames: ['limits'],
  storageVersionHash: 'EBKMFVe6cwo=',
  schema: schemaOf('io.k8s.api.core.v1.LimitRange'),
} satisfies KindNames;

export const networkPolicy = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  namespaced: true,
  shortNames: ['netpol'],
  storageVersionHash: 'YpfwF18m1G8=',
  schema: schemaOf('io.k8s.api.networking.v1.NetworkPolicy'),
} satisfies KindNames;

export const resourceQuota = {
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
} satisfies KindNames;

export const runtimeClass = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  storageVersionHash: 'WQTu1GL3T2Q=',
  schema: schemaOf('io.k8s.api.node.v1.RuntimeClass'),
} satisfies KindNames;

export const secret = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  storageVersionHash: 'S6u1pOWzb84=',
  schema: schemaOf('io.k8s.api.core.v1.Secret'),
} satisfies KindNames;

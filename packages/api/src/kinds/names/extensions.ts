import type { KindNames } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Kinds by which users extend the API: their names. What they do is in `../late/extensions.ts`. */

export const customResourceDefinition = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  storageVersionHash: 'jfWCUB31mvA=',
  schema: schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

export const mutatingWebhookConfiguration = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  namespaced: false,
  categories: ['api-extensions'],
  storageVersionHash: 'Sqi0GUgDaX0=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration'),
} satisfies KindNames;

export const validatingAdmissionPolicy = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  namespaced: false,
  categories: ['api-extensions'],
  storageVersionHash: '6OxvlMmQ6is=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy'),
  subresources: [{ type: 'update', name: 'status' }],
} satisfies KindNames;

export const validatingAdmissionPolicyBinding = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  namespaced: false,
  categories: ['api-extensions'],
  storageVersionHash: 'v9715VZqakg=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding'),
} satisfies KindNames;

export const validatingWebhookConfiguration = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  namespaced: false,
  categories: ['api-extensions'],
  storageVersionHash: 'B0wHjQmsGNk=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration'),
} satisfies KindNames;

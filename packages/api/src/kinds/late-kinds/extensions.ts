import type {
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from '../../generated/admissionregistration-v1.ts';
import type { CustomResourceDefinition } from '../../generated/apiextensions-v1.ts';
import { lateKind } from '../../late-kind.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Kinds by which users extend the API: all but their names is in this file, which is fetched when one of them is needed. */
const whole = () => import('../late/extensions.ts');

export const customResourceDefinition = lateKind<CustomResourceDefinition>(
  {
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
  },
  async () => (await whole()).customResourceDefinition,
);

export const mutatingWebhookConfiguration = lateKind<MutatingWebhookConfiguration>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    singular: 'mutatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'Sqi0GUgDaX0=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration'),
  },
  async () => (await whole()).mutatingWebhookConfiguration,
);

export const validatingAdmissionPolicy = lateKind<ValidatingAdmissionPolicy>(
  {
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
  },
  async () => (await whole()).validatingAdmissionPolicy,
);

export const validatingAdmissionPolicyBinding = lateKind<ValidatingAdmissionPolicyBinding>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
    singular: 'validatingadmissionpolicybinding',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'v9715VZqakg=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding'),
  },
  async () => (await whole()).validatingAdmissionPolicyBinding,
);

export const validatingWebhookConfiguration = lateKind<ValidatingWebhookConfiguration>(
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    singular: 'validatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'B0wHjQmsGNk=',
    schema: schemaOf('io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration'),
  },
  async () => (await whole()).validatingWebhookConfiguration,
);

import type { MutatingWebhookConfiguration } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { defaultWebhook, validateWebhooks } from './webhook-rules.ts';

/**
 * Webhooks that may change what is written.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/mutating-webhook-configuration-v1/
 */
export const mutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  storageVersionHash: 'Sqi0GUgDaX0=',
  schema: schemaOf('io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration'),
  generation: ['webhooks'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,

  defaults: ({ webhooks }) => {
    for (const hook of webhooks ?? []) {
      defaultWebhook(hook);
      hook.reinvocationPolicy ??= 'Never';
    }
  },
  validate: ({ webhooks }) => validateWebhooks(webhooks),
  updateValidatesAlone: true,
  validateUpdate: ({ webhooks }, old) => validateWebhooks(webhooks, old.webhooks ?? []),

  columns: [
    nameColumn,
    {
      name: 'Webhooks',
      type: 'integer',
      description: 'Number of webhooks in the configuration.',
      cell: ({ webhooks }) => webhooks?.length ?? 0,
    },
    ageColumn,
  ],
});

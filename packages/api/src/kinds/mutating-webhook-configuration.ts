import type { MutatingWebhookConfiguration } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { mutatingWebhookConfiguration as names } from './names/extensions.ts';
import { countsEmptyParts } from './rules/empty-parts.ts';
import { defaultWebhook, validateWebhooks } from './webhook-rules.ts';

/**
 * Webhooks that may change what is written.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/mutating-webhook-configuration-v1/
 */
export const mutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  ...names,
  generation: ['webhooks'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,

  defaults: ({ webhooks }) => {
    for (const hook of webhooks ?? []) {
      defaultWebhook(hook);
      hook.reinvocationPolicy ??= 'Never';
    }
  },
  prepareForUpdate: countsEmptyParts<MutatingWebhookConfiguration>(names.schema, 'webhooks'),
  validate: ({ webhooks }) => validateWebhooks(webhooks),
  updateValidatesAlone: true,
  validateUpdate: ({ webhooks }, old) => validateWebhooks(webhooks, old.webhooks ?? []),
  metadataOnUpdate: ['whole'],

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

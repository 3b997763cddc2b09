import type { ValidatingWebhookConfiguration } from '../generated/admissionregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { validatingWebhookConfiguration as names } from './names/extensions.ts';
import { countsEmptyParts } from './rules/empty-parts.ts';
import { defaultWebhook, validateWebhooks } from './webhook-rules.ts';

/**
 * Webhooks that may refuse what is written.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/validating-webhook-configuration-v1/
 */
export const validatingWebhookConfiguration = defineKind<ValidatingWebhookConfiguration>({
  ...names,
  generation: ['webhooks'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,

  defaults: ({ webhooks }) => {
    for (const hook of webhooks ?? []) defaultWebhook(hook);
  },
  prepareForUpdate: countsEmptyParts<ValidatingWebhookConfiguration>(names.schema, 'webhooks'),
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

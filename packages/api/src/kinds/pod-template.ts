import type { FieldError } from '@tabernetes/apimachinery';
import type { PodTemplate } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import {
  defaultPodTemplate,
  dropDisabledTemplateFields,
  podTemplateWarnings,
  podValidationOptions,
  validatePodTemplate,
} from '../pod/index.ts';
import { nameColumn, templateColumns } from '../printing/columns.ts';
import { formatLabels } from '../printing/labels.ts';
import { podTemplate as names } from './names/workloads.ts';

/**
 * A template for Pods, kept for whoever wants to use it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
 */
export const podTemplate = defineKind<PodTemplate>({
  ...names,
  generation: ['template'],
  returnsDeletedObject: true,

  defaults: (draft) => {
    draft.template ??= {};
    defaultPodTemplate(draft.template);
  },
  prepareForCreate: ({ template }) => dropDisabledTemplateFields(template),
  prepareForUpdate: ({ template }) => dropDisabledTemplateFields(template),
  validate: (object) => templateErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: templateErrors,
  warnings: ({ template }, old) => podTemplateWarnings(template ?? {}, 'template', old?.template),

  columns: [
    nameColumn,
    ...templateColumns<PodTemplate>(({ template }) => template, 0),
    {
      name: 'Pod Labels',
      type: 'string',
      description: 'Labels that the Pods get.',
      cell: ({ template }) => formatLabels(template?.metadata?.labels),
    },
  ],
});

function templateErrors({ template = {} }: PodTemplate, old: PodTemplate | undefined): readonly FieldError[] {
  return validatePodTemplate(template, 'template', podValidationOptions(old?.template));
}

import {
  type Draft,
  type FieldError,
  invalid,
  labelsText,
  required,
  selectorFromLabels,
} from '@tabernetes/apimachinery';
import type { ReplicationController } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields, podTemplateWarnings } from '../pod/index.ts';
import { nonNegative } from '../pod/rules.ts';
import { ageColumn, nameColumn, podSelectorColumn, templateColumns } from '../printing/columns.ts';
import { formatLabels } from '../printing/labels.ts';
import { replicationController as names } from './names/workloads.ts';
import { validateReplicaStatus } from './rules/replica-status.ts';
import { replicaColumns, replicaScale } from './rules/replicas.ts';
import {
  podNameWarnings,
  sameSpec,
  templateWarnings,
  validateRunsForEver,
  validateTemplate,
} from './rules/template.ts';
import { twice } from './rules/twice.ts';

/**
 * The ReplicaSet of old: its selector is a plain set of labels.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replication-controller-v1/
 */
export const replicationController = defineKind<ReplicationController>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],
  defaultPropagation: 'Orphan',

  defaults: (draft) => {
    draft.spec ??= {};
    const { spec, metadata } = draft;
    const labels = spec.template?.metadata?.labels;
    if (labels && Object.keys(labels).length > 0) {
      if (!spec.selector || Object.keys(spec.selector).length === 0) spec.selector = { ...labels };
      if (!metadata.labels || Object.keys(metadata.labels).length === 0) metadata.labels = { ...labels };
    }
    spec.replicas ??= 1;
    if (spec.template) defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = { replicas: 0 };
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = old.status as Draft<ReplicationController>['status'];
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => twice(specErrors(object, old)),
  warnings: (object, old) => [
    ...(old ? [] : podNameWarnings(object.metadata.name)),
    // Of an update the template that was there before is looked at.
    ...(old && !sameSpec(names.schema, object, old)
      ? podTemplateWarnings(old.spec?.template ?? {}, 'spec.template', object.spec?.template)
      : templateWarnings(names.schema, object, old)),
  ],
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    ...replicaColumns,
    ageColumn,
    ...templateColumns<ReplicationController>(({ spec }) => spec?.template),
    podSelectorColumn(({ spec }) => formatLabels(spec?.selector)),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<ReplicationController>['spec'];
      },
      validateUpdate: ({ status }) => {
        const errors: FieldError[] = [];
        const bounded = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
        const counted = ['replicas', ...bounded, 'observedGeneration'] as const;
        validateReplicaStatus(errors, status ?? { replicas: 0 }, counted, bounded);
        return errors;
      },
    },
    // The group is upstream's slip.
    replicaScale(({ spec }) => labelsText(spec?.selector), {
      group: 'autoscaling',
      resource: 'replicationcontrollers/scale',
    }),
  ],
});

function specErrors({ spec = {} }: ReplicationController, old: ReplicationController | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { selector, template } = spec;
  nonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  const meaning = selectorFromLabels(selector);
  if (meaning.empty) errors.push(required('spec.selector'));
  nonNegative(errors, 'spec.replicas', spec.replicas);
  if (template === undefined) {
    errors.push(required('spec.template'));
    return errors;
  }
  const labels = template.metadata?.labels;
  if (!meaning.matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', dumpGo('map[string]string', labels), detail));
  }
  validateTemplate(errors, template, old?.spec?.template);
  validateRunsForEver(errors, template, 'ReplicationController');
  return errors;
}

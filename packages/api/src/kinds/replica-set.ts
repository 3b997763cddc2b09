import { type Draft, type FieldError, invalid } from '@tabernetes/apimachinery';
import type { ReplicaSet, ReplicaSetSpec } from '../generated/apps-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields } from '../pod/index.ts';
import { ageColumn, nameColumn, podSelectorColumn, templateColumns } from '../printing/columns.ts';
import { formatSelector, selectorText } from '../printing/labels.ts';
import { replicaSet as names } from './names/pods.ts';
import { nonNegative } from './rules/numbers.ts';
import { validateReplicaStatus } from './rules/replica-status.ts';
import { replicaColumns, replicaScale } from './rules/replicas.ts';
import {
  immutableSelector,
  podNameWarnings,
  sameSelector,
  selectorMatchesTemplate,
  templateWarnings,
  validateRequiredSelector,
  validateRunsForEver,
  validateTemplate,
} from './rules/template.ts';
import { twice } from './rules/twice.ts';

const { schema: SCHEMA } = names;

/**
 * Keeps a number of Pods running.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/
 */
export const replicaSet = defineKind<ReplicaSet>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],

  defaults: (draft) => {
    // The selector has no default: its absence is refused.
    draft.spec ??= {} as Draft<ReplicaSetSpec>;
    const { spec } = draft;
    spec.replicas ??= 1;
    spec.template ??= {};
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = { replicas: 0 };
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = old.status as Draft<ReplicaSet>['status'];
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const errors = twice(specErrors(object, old));
    if (!sameSelector(SCHEMA, object.spec, old.spec)) errors.push(immutableSelector(object.spec?.selector));
    return errors;
  },
  warnings: (object, old) => [
    ...(old ? [] : podNameWarnings(object.metadata.name)),
    ...templateWarnings(SCHEMA, object, old),
  ],
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    ...replicaColumns,
    ageColumn,
    ...templateColumns<ReplicaSet>(({ spec }) => spec?.template),
    podSelectorColumn(({ spec }) => formatSelector(spec?.selector)),
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<ReplicaSet>['spec'];
      },
      validateUpdate: ({ status }) => {
        const errors: FieldError[] = [];
        const bounded = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
        validateReplicaStatus(
          errors,
          status ?? { replicas: 0 },
          ['replicas', ...bounded, 'observedGeneration'],
          bounded,
        );
        return errors;
      },
    },
    replicaScale(({ spec }) => selectorText(spec?.selector), { group: 'apps', resource: 'replicasets/scale' }),
  ],
});

function specErrors({ spec }: ReplicaSet, old: ReplicaSet | undefined): FieldError[] {
  const errors: FieldError[] = [];
  nonNegative(errors, 'spec.replicas', spec?.replicas);
  nonNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  // The texts about selectors name Deployments, as upstream's do.
  if (validateRequiredSelector(errors, spec?.selector, 'deployment')) {
    selectorMatchesTemplate(errors, spec?.selector, spec?.template);
    validateTemplate(errors, spec?.template, old?.spec?.template);
    validateRunsForEver(errors, spec?.template, 'ReplicaSet');
  } else
    errors.push(
      invalid('spec.selector', spec?.selector && dumpGo('v1.LabelSelector', spec?.selector), 'invalid label selector'),
    );
  return errors;
}

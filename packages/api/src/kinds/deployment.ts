import { type Draft, type FieldError, forbidden, invalid, notSupported } from '@tabernetes/apimachinery';
import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../generated/apps-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields } from '../pod/index.ts';
import { ageColumn, nameColumn, podSelectorColumn, templateColumns } from '../printing/columns.ts';
import { selectorText } from '../printing/labels.ts';
import { deployment as names } from './names/pods.ts';
import { sameMap } from './rules/lists.ts';
import { intOrPercentValue, nonNegative, nonNegativeOrPercent, notMoreThan100Percent } from './rules/numbers.ts';
import { validateCollisionCount, validateReplicaStatus } from './rules/replica-status.ts';
import { readyOfReplicasColumn, replicaScale } from './rules/replicas.ts';
import {
  immutableSelector,
  podNameWarnings,
  sameSelector,
  sameSpec,
  selectorMatchesTemplate,
  templateWarnings,
  validateRequiredSelector,
  validateRunsForEver,
  validateTemplate,
} from './rules/template.ts';

const { schema: SCHEMA } = names;

/**
 * Replaces Pods by newer ones, a few at a time.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
 */
export const deployment = defineKind<Deployment>({
  ...names,
  generation: ['spec'],
  // ReplicaSets get copies of them.
  generationMetadata: 'annotations',
  resetFields: ['status'],

  defaults,
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = old.status as Draft<Deployment>['status'];
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const errors = specErrors(object, old);
    if (!sameSelector(SCHEMA, object.spec, old.spec)) errors.push(immutableSelector(object.spec?.selector));
    return errors;
  },
  warnings: (object, old) => [
    ...(old ? [] : podNameWarnings(object.metadata.name)),
    ...templateWarnings(
      SCHEMA,
      object,
      old,
      (before) => sameSpec(SCHEMA, object, before) && sameMap(object.metadata.annotations, before.metadata.annotations),
    ),
  ],

  columns: [
    nameColumn,
    readyOfReplicasColumn,
    {
      name: 'Up-to-date',
      type: 'string',
      description: 'Pods that have the current template.',
      cell: ({ status }) => status?.updatedReplicas ?? 0,
    },
    {
      name: 'Available',
      type: 'string',
      description: 'Pods that have been ready for at least minReadySeconds.',
      cell: ({ status }) => status?.availableReplicas ?? 0,
    },
    ageColumn,
    ...templateColumns<Deployment>(({ spec }) => spec?.template),
    podSelectorColumn(({ spec }) => selectorText(spec?.selector, '<invalid>')),
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec', 'metadata.labels'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Deployment>['spec'];
        draft.metadata.labels = old.metadata.labels as Draft<Deployment>['metadata']['labels'];
      },
      validateUpdate: ({ status }, old) => {
        const errors: FieldError[] = [];
        const bounded = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;
        const counted = [
          'observedGeneration',
          'replicas',
          ...bounded,
          'unavailableReplicas',
          'collisionCount',
        ] as const;
        validateReplicaStatus(errors, status ?? {}, counted, bounded);
        validateCollisionCount(errors, status, old.status);
        return errors;
      },
    },
    replicaScale(({ spec }) => selectorText(spec?.selector), { group: 'apps', resource: 'deployments/scale' }),
  ],
});

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/apps/v1/defaults.go SetDefaults_Deployment */
function defaults(draft: Draft<Deployment>): void {
  // The selector has no default: its absence is refused.
  draft.spec ??= { template: {} } as Draft<DeploymentSpec>;
  const { spec } = draft;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  const { strategy } = spec;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    const rolling = strategy.rollingUpdate;
    rolling.maxUnavailable ??= '25%';
    rolling.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.template ??= {};
  defaultPodTemplate(spec.template);
}

function specErrors({ spec }: Deployment, old: Deployment | undefined): FieldError[] {
  const errors: FieldError[] = [];
  nonNegative(errors, 'spec.replicas', spec?.replicas);
  if (validateRequiredSelector(errors, spec?.selector, 'deployment')) {
    selectorMatchesTemplate(errors, spec?.selector, spec?.template);
    validateTemplate(errors, spec?.template, old?.spec?.template);
    validateRunsForEver(errors, spec?.template, 'ReplicaSet');
  } else
    errors.push(
      invalid('spec.selector', spec?.selector && dumpGo('v1.LabelSelector', spec?.selector), 'invalid label selector'),
    );
  strategyErrors(errors, spec?.strategy ?? {});
  nonNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  nonNegative(errors, 'spec.revisionHistoryLimit', spec?.revisionHistoryLimit);
  const deadline = spec?.progressDeadlineSeconds;
  nonNegative(errors, 'spec.progressDeadlineSeconds', deadline);
  if (deadline !== undefined && deadline <= (spec?.minReadySeconds ?? 0)) {
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function strategyErrors(errors: FieldError[], strategy: DeploymentStrategy): void {
  const { type = '', rollingUpdate } = strategy;
  const at = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    if (rollingUpdate) errors.push(forbidden(at, "may not be specified when strategy `type` is 'Recreate'"));
  } else if (type === 'RollingUpdate') {
    const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
    nonNegativeOrPercent(errors, `${at}.maxUnavailable`, maxUnavailable);
    nonNegativeOrPercent(errors, `${at}.maxSurge`, maxSurge);
    // With neither, no Pod could ever be replaced.
    if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
      errors.push(
        invalid(
          `${at}.maxUnavailable`,
          dumpGo('intstr.IntOrString', maxUnavailable),
          'may not be 0 when `maxSurge` is 0',
        ),
      );
    }
    notMoreThan100Percent(errors, `${at}.maxUnavailable`, maxUnavailable);
  } else {
    const value = dumpGo('apps.DeploymentStrategy', { type, rollingUpdate });
    errors.push(notSupported('spec.strategy', value, ['Recreate', 'RollingUpdate']));
  }
}

import {
  type Draft,
  type FieldError,
  invalid,
  labelSelectorHasInvalidLabelValue,
  notSupported,
  validateConditions,
  validateLabelSelector,
  validatePathSegmentName,
} from '@tabernetes/apimachinery';
import type { PodDisruptionBudget } from '../generated/policy-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { podDisruptionBudget as names } from './names/workloads.ts';
import { nonNegative, nonNegativeOrPercent, notMoreThan100Percent } from './rules/numbers.ts';

/**
 * How many Pods of a set may be down at the same time by choice.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
 */
export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  ...names,
  validateName: validatePathSegmentName,
  standardFinalizers: false,
  validatesMetadataLast: true,
  generation: ['spec'],
  allowUnconditionalUpdate: false,
  resetFields: ['status'],

  prepareForCreate: (draft) => {
    draft.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<PodDisruptionBudget>['status'];
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: specErrors,
  metadataOnUpdate: [],

  columns: [
    nameColumn,
    {
      name: 'Min Available',
      type: 'string',
      description: 'Number or share of Pods that must stay available.',
      cell: ({ spec }) => String(spec?.minAvailable ?? 'N/A'),
    },
    {
      name: 'Max Unavailable',
      type: 'string',
      description: 'Number or share of Pods that may be unavailable.',
      cell: ({ spec }) => String(spec?.maxUnavailable ?? 'N/A'),
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      description: 'Number of Pods that may be evicted now.',
      cell: ({ status }) => status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      metadataOnUpdate: [],
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<PodDisruptionBudget>['spec'];
      },
      validateUpdate: ({ status }) => {
        const errors: FieldError[] = [...validateConditions(status?.conditions, 'status.conditions')];
        for (const name of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) {
          nonNegative(errors, `status.${name}`, status?.[name]);
        }
        return errors;
      },
    },
  ],
});

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

function specErrors({ spec = {} }: PodDisruptionBudget, old: PodDisruptionBudget | undefined): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(
      invalid(
        'spec',
        dumpGo('policy.PodDisruptionBudgetSpec', spec),
        'minAvailable and maxUnavailable cannot be both set',
      ),
    );
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    nonNegativeOrPercent(errors, `spec.${name}`, spec[name]);
    notMoreThan100Percent(errors, `spec.${name}`, spec[name]);
  }
  const allowInvalidValues = labelSelectorHasInvalidLabelValue(old?.spec?.selector);
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector', { allowInvalidValues }));
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES));
  }
  return errors;
}

import {
  DecodeProblem,
  type Draft,
  type FieldError,
  int64Problem,
  invalid,
  labelSelectorHasInvalidLabelValue,
  notSupported,
  parseInt64,
  required,
  semanticEqual,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from '../generated/apps-v1.ts';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields } from '../pod/index.ts';
import { ageColumn, nameColumn, podSelectorColumn, templateColumns } from '../printing/columns.ts';
import { formatLabels, formatSelector } from '../printing/labels.ts';
import { schemaOf } from '../schema/schemas.ts';
import { daemonSet as names, TEMPLATE_GENERATION } from './names/workloads.ts';
import { intOrPercentValue, nonNegative, nonNegativeOrPercent, notMoreThan100Percent } from './rules/numbers.ts';
import { validateCollisionCount } from './rules/replica-status.ts';
import {
  immutableSelector,
  isEmptySelector,
  sameSelector,
  selectorMatchesTemplate,
  templateWarnings,
  validateRunsForEver,
  validateTemplate,
} from './rules/template.ts';
import { twice } from './rules/twice.ts';

/**
 * One Pod on every node, or on every node of a sort.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/
 */
export const daemonSet = defineKind<DaemonSet>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],

  coerce: checkTemplateGeneration,
  defaults,
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = { ...EMPTY_STATUS };
    setTemplateGeneration(draft, Math.max(templateGeneration(draft), 1));
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<DaemonSet>['status'];
    dropDisabledTemplateFields(draft.spec?.template);
    const changed = !semanticEqual(draft.spec?.template, old.spec?.template, TEMPLATE);
    setTemplateGeneration(draft, templateGeneration(old) + (changed ? 1 : 0));
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const errors = twice(specErrors(object, old));
    if (!sameSelector(names.schema, object.spec, old.spec)) errors.push(immutableSelector(object.spec?.selector));
    return errors;
  },
  warnings: (object, old) =>
    templateWarnings(names.schema, object, old, (before) => templateGeneration(object) === templateGeneration(before)),
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Desired',
      type: 'integer',
      description: 'Number of nodes that should have a Pod.',
      cell: ({ status }) => status?.desiredNumberScheduled ?? 0,
    },
    {
      name: 'Current',
      type: 'integer',
      description: 'Number of nodes that should have a Pod and have one.',
      cell: ({ status }) => status?.currentNumberScheduled ?? 0,
    },
    {
      name: 'Ready',
      type: 'integer',
      description: 'Number of nodes whose Pod is ready.',
      cell: ({ status }) => status?.numberReady ?? 0,
    },
    {
      name: 'Up-to-date',
      type: 'integer',
      description: 'Number of nodes whose Pod has the current template.',
      cell: ({ status }) => status?.updatedNumberScheduled ?? 0,
    },
    {
      name: 'Available',
      type: 'integer',
      description: 'Number of nodes whose Pod has been ready for at least minReadySeconds.',
      cell: ({ status }) => status?.numberAvailable ?? 0,
    },
    {
      name: 'Node Selector',
      type: 'string',
      description: 'Labels of the nodes that get a Pod.',
      cell: ({ spec }) => formatLabels(spec?.template?.spec?.nodeSelector),
    },
    ageColumn,
    ...templateColumns<DaemonSet>(({ spec }) => spec?.template),
    podSelectorColumn(({ spec }) => formatSelector(spec?.selector)),
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<DaemonSet>['spec'];
      },
      validateUpdate: ({ status }, old) => {
        const errors: FieldError[] = [];
        for (const name of COUNTS) nonNegative(errors, `status.${name}`, status?.[name]);
        validateCollisionCount(errors, status, old.status);
        return errors;
      },
    },
  ],
});

const EMPTY_STATUS = {
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
};
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

const TEMPLATE = schemaOf('io.k8s.api.core.v1.PodTemplateSpec');

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet */
function defaults(draft: Draft<DaemonSet>): void {
  // The selector has no default: its absence is refused.
  draft.spec ??= { template: {} } as Draft<DaemonSetSpec>;
  const { spec } = draft;
  spec.updateStrategy ??= {};
  const strategy = spec.updateStrategy;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= 1;
    strategy.rollingUpdate.maxSurge ??= 0;
  } else if (strategy.rollingUpdate) {
    // Numbers that upstream's internal type cannot leave out.
    strategy.rollingUpdate.maxUnavailable ??= 0;
    strategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
  spec.template ??= {};
  defaultPodTemplate(spec.template);
  // Upstream's internal type always has the number: who leaves it out says zero, and has set it.
  setTemplateGeneration(draft, templateGeneration(draft));
}

const templateGeneration = ({ metadata }: Draft<DaemonSet> | DaemonSet): number =>
  Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0) || 0;

/** Where the annotation stands for a field, it is a number. @throws {DecodeProblem} */
function checkTemplateGeneration({ metadata }: Draft<DaemonSet>): readonly string[] {
  const text = metadata.annotations?.[TEMPLATE_GENERATION];
  if (text !== undefined && parseInt64(text) === undefined) throw new DecodeProblem(int64Problem(text));
  return [];
}

function setTemplateGeneration({ metadata }: Draft<DaemonSet>, generation: number): void {
  if (metadata.annotations?.[TEMPLATE_GENERATION] === String(generation)) return;
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

function specErrors({ spec }: DaemonSet, old: DaemonSet | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const selector = spec?.selector;
  const template: PodTemplateSpec | undefined = spec?.template;
  const allowInvalidValues = labelSelectorHasInvalidLabelValue(old?.spec?.selector);
  const problems = validateLabelSelector(selector, 'spec.selector', { allowInvalidValues });
  errors.push(...problems);
  if (problems.length === 0) selectorMatchesTemplate(errors, selector, template);
  if (selector && isEmptySelector(selector)) {
    errors.push(
      invalid(
        'spec.selector',
        selector && dumpGo('v1.LabelSelector', selector),
        'empty selector is invalid for daemonset',
      ),
    );
  }
  validateTemplate(errors, template, old?.spec?.template);
  validateRunsForEver(errors, template, 'DaemonSet');
  nonNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  strategyErrors(errors, spec?.updateStrategy ?? {});
  nonNegative(errors, 'spec.revisionHistoryLimit', spec?.revisionHistoryLimit);
  return errors;
}

function strategyErrors(errors: FieldError[], strategy: DaemonSetUpdateStrategy): void {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const value = dumpGo('apps.DaemonSetUpdateStrategy', strategy);
    errors.push(notSupported('spec.updateStrategy', value, ['RollingUpdate', 'OnDelete']));
    return;
  }
  const at = 'spec.updateStrategy.rollingUpdate';
  if (rollingUpdate === undefined) {
    errors.push(required(at));
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  nonNegativeOrPercent(errors, `${at}.maxUnavailable`, maxUnavailable);
  nonNegativeOrPercent(errors, `${at}.maxSurge`, maxSurge);
  notMoreThan100Percent(errors, `${at}.maxUnavailable`, maxUnavailable);
  notMoreThan100Percent(errors, `${at}.maxSurge`, maxSurge);
  // Either the old Pod goes first or the new one comes first, not both, not neither.
  const goesFirst = intOrPercentValue(maxUnavailable) !== 0;
  const comesFirst = intOrPercentValue(maxSurge) !== 0;
  if (goesFirst && comesFirst) {
    errors.push(
      invalid(
        `${at}.maxSurge`,
        dumpGo('intstr.IntOrString', maxSurge),
        'may not be set when maxUnavailable is non-zero',
      ),
    );
  } else if (!goesFirst && !comesFirst) {
    errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}

import {
  type Draft,
  type FieldError,
  invalid,
  isDns1123Label,
  isValidLabelValue,
  labelSelectorAsSelector,
  labelSelectorHasInvalidLabelValue,
  required,
  type Selector,
  SelectorProblem,
  semanticEqual,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { Job, JobSpec } from '../generated/batch-v1.ts';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields, podValidationOptions } from '../pod/index.ts';
import { humanDuration } from '../printing/age.ts';
import { ageColumn, nameColumn, podSelectorColumn, templateColumns } from '../printing/columns.ts';
import { formatSelector } from '../printing/labels.ts';
import { schemaOf } from '../schema/schemas.ts';
import { jobSpecWarnings, validateJobSpec } from './job-rules.ts';
import { validateJobStatusUpdate } from './job-status-rules.ts';
import { job as names } from './names/workloads.ts';
import { podNameWarnings } from './rules/template.ts';

const SPEC = schemaOf('io.k8s.api.batch.v1.JobSpec');
const TEMPLATE = schemaOf('io.k8s.api.core.v1.PodTemplateSpec');

/**
 * Runs Pods until enough of them have succeeded.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
 */
export const job = defineKind<Job>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],
  defaultPropagation: 'Orphan',
  deletionWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',

  defaults,
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = {};
    // Upstream's labels of a Job without its own are those of its Pods, the very map: it gets what is generated there.
    const shared =
      draft.metadata.labels !== undefined && draft.metadata.labels === draft.spec?.template?.metadata?.labels;
    if (draft.spec?.manualSelector !== true) selectByUid(draft);
    if (shared) draft.metadata.labels = { ...draft.spec?.template?.metadata?.labels };
    // And it defaults again whatever it reads from its store. (A name that is no label is refused before that.)
    else if (isValidLabelValue(draft.metadata.name ?? '').length === 0) labelLikePods(draft);
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = old.status as Draft<Job>['status'];
  },
  validate: (object) => jobErrors(object, undefined),
  updateValidatesAlone: true,
  // Upstream looks at spec once more, as a part of the change: that is why causes name its problems twice.
  validateUpdate: (object, old) => [
    ...jobErrors(object, old),
    ...specErrors(object, old),
    ...changeErrors(object, old),
  ],
  warnings: (object, old) => {
    if (old && semanticEqual(object.spec, old.spec, SPEC)) return [];
    return [...(old ? [] : podNameWarnings(object.metadata.name)), ...jobSpecWarnings(object.spec, 'spec', old?.spec)];
  },
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'What has become of the Job.',
      cell: statusText,
    },
    {
      name: 'Completions',
      type: 'string',
      description: 'Pods that have succeeded, of those that must.',
      cell: completionsText,
    },
    {
      name: 'Duration',
      type: 'string',
      description: 'Time from the start to the completion, or until now.',
      cell: ({ status }, { nowMs }) => {
        if (!status?.startTime) return '';
        const end = status.completionTime ? Date.parse(status.completionTime) : nowMs;
        return humanDuration(end - Date.parse(status.startTime));
      },
    },
    ageColumn,
    ...templateColumns<Job>(({ spec }) => spec?.template),
    podSelectorColumn(({ spec }) => formatSelector(spec?.selector)),
  ],
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  fieldSelectorProblem: (label) => `field label "${label}" not supported for Job`,
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Job>['spec'];
      },
      validateUpdate: validateJobStatusUpdate,
    },
  ],
});

const MAX_INT32 = 2 ** 31 - 1;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/batch/v1/defaults.go SetDefaults_Job */
function defaults(draft: Draft<Job>): void {
  draft.spec ??= { template: {} };
  const { spec } = draft;
  // With neither given the Job is done once one Pod has succeeded; with parallelism alone it is a work queue.
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  spec.template ??= {};
  labelLikePods(draft);
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  for (const { onPodConditions = [] } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions) pattern.status ||= 'True';
  }
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  defaultPodTemplate(spec.template);
}

/** A Job without labels has those of its Pods. */
function labelLikePods({ metadata, spec }: Draft<Job>): void {
  const labels = spec?.template?.metadata?.labels;
  if (labels && Object.keys(labels).length > 0 && Object.keys(metadata.labels ?? {}).length === 0) {
    metadata.labels = labels;
  }
}

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';
const OLD_CONTROLLER_UID = 'controller-uid';
const OLD_JOB_NAME = 'job-name';

/** The labels that Pods of a Job have, in the order in which they are looked for. */
const ownLabels = ({ metadata: { name = '', uid = '' } }: Job | Draft<Job>): readonly (readonly [string, string])[] => [
  [OLD_CONTROLLER_UID, uid],
  [OLD_JOB_NAME, name],
  [CONTROLLER_UID, uid],
  [JOB_NAME, name],
];

/** The UID makes the selector unique. What the author has set stays, to be refused if it is something else. */
function selectByUid(draft: Draft<Job>): void {
  const { spec, metadata } = draft;
  if (spec === undefined) return;
  const { template } = spec;
  template.metadata = {
    ...template.metadata,
    labels: { ...Object.fromEntries(ownLabels(draft)), ...template.metadata?.labels },
  };
  const matchLabels = { [CONTROLLER_UID]: metadata.uid ?? '', ...spec.selector?.matchLabels };
  spec.selector = { ...spec.selector, matchLabels };
}

function jobErrors(object: Job, old: Job | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec = { template: {} } } = object;
  const selector = meaningOf(spec);
  if (spec.manualSelector !== true && spec.selector) generatedSelectorErrors(errors, object, old, selector);
  errors.push(...specErrors(object, old));
  const { completions = 0 } = spec;
  if (spec.completionMode === 'Indexed' && completions > 0) {
    // The index becomes part of the Pods' host names.
    const { name = '' } = metadata;
    const host = `${name}-${completions - 1}`;
    if (isDns1123Label(host).length > 0) {
      errors.push(invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${host}`));
    }
  }
  return errors;
}

function specErrors({ spec = { template: {} } }: Job, old: Job | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const selector = meaningOf(spec);
  validateJobSpec(errors, spec, 'spec', podValidationOptions(old?.spec?.template));
  if (spec.selector === undefined) errors.push(required('spec.selector'));
  else {
    const allowInvalidValues = labelSelectorHasInvalidLabelValue(old?.spec?.selector);
    errors.push(...validateLabelSelector(spec.selector, 'spec.selector', { allowInvalidValues }));
  }
  const labels = spec.template?.metadata?.labels;
  if (selector && !selector.matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', dumpGo('map[string]string', labels), detail));
  }
  return errors;
}

function meaningOf({ selector }: JobSpec): Selector | undefined {
  try {
    return labelSelectorAsSelector(selector);
  } catch (error) {
    if (error instanceof SelectorProblem) return undefined;
    throw error;
  }
}

function generatedSelectorErrors(
  errors: FieldError[],
  object: Job,
  old: Job | undefined,
  selector: Selector | undefined,
): void {
  const { metadata, spec } = object;
  if (!metadata.uid) errors.push(required('metadata.uid'));
  // Jobs of before 1.27 do not have the prefixed labels.
  const oldLabels = old?.spec?.template?.metadata?.labels ?? {};
  const prefixed =
    old === undefined || (Object.hasOwn(oldLabels, JOB_NAME) && Object.hasOwn(oldLabels, CONTROLLER_UID));
  const own = ownLabels(object).slice(0, prefixed ? undefined : 2);
  const labels = spec?.template?.metadata?.labels;
  for (const [key, value] of own) {
    const field = `spec.template.metadata.labels[${key}]`;
    const actual = labels?.[key];
    if (actual === undefined) errors.push(required(field, `must be '${value}'`));
    else if (actual !== value) errors.push(invalid(field, dumpGo('map[string]string', labels), `must be '${value}'`));
  }
  if (selector && !selector.matches(Object.fromEntries(own))) {
    errors.push(
      invalid(
        'spec.selector',
        spec?.selector && dumpGo('v1.LabelSelector', spec?.selector),
        '`selector` not auto-generated',
      ),
    );
  }
}

/** What an update may not change. */
function changeErrors({ spec }: Job, old: Job): readonly FieldError[] {
  const errors: FieldError[] = [];
  const now = spec ?? { template: {} };
  const before = old.spec ?? { template: {} };
  const fixed = (name: keyof JobSpec & string, value: unknown): void => {
    const field = SPEC.byName.get(name);
    const [a, b] = [now[name], before[name]];
    if (a === b || (a !== undefined && b !== undefined && semanticEqual(a, b, field?.schema))) return;
    errors.push(invalid(`spec.${name}`, value, 'field is immutable'));
  };
  if (now.completionMode !== 'Indexed') fixed('completions', now.completions);
  else if (now.completions !== before.completions && now.completions !== undefined) {
    if (now.completions !== now.parallelism) {
      const detail = 'can only be modified in tandem with spec.parallelism';
      errors.push(invalid('spec.completions', now.completions, detail));
    }
  }
  fixed('selector', now.selector && dumpGo('v1.LabelSelector', now.selector));
  if (!semanticEqual(now.template, comparableTemplate(now.template, old), TEMPLATE)) {
    errors.push(invalid('spec.template', dumpGo('core.PodTemplateSpec', now.template), 'field is immutable'));
  }
  fixed('completionMode', now.completionMode);
  fixed('podFailurePolicy', now.podFailurePolicy && dumpGo('batch.PodFailurePolicy', now.podFailurePolicy));
  fixed('backoffLimitPerIndex', now.backoffLimitPerIndex);
  fixed('managedBy', now.managedBy);
  fixed('successPolicy', now.successPolicy && dumpGo('batch.SuccessPolicy', now.successPolicy));
  return errors;
}

/**
 * The old template, with what decides where Pods run taken from the new one while the Job is suspended and has never
 * started: queue systems place Jobs that way.
 */
function comparableTemplate(template: PodTemplateSpec | undefined, old: Job): PodTemplateSpec | undefined {
  const before = old.spec?.template;
  if (old.spec?.suspend !== true || old.status?.startTime || !before?.spec) return before;
  const { affinity, nodeSelector, tolerations, schedulingGates } = template?.spec ?? {};
  const { nodeAffinity: _, ...rest } = before.spec.affinity ?? {};
  const kept = affinity?.nodeAffinity ? { ...rest, nodeAffinity: affinity.nodeAffinity } : rest;
  const { affinity: __, nodeSelector: ___, tolerations: ____, schedulingGates: _____, ...spec } = before.spec;
  return {
    ...before,
    metadata: {
      ...before.metadata,
      annotations: template?.metadata?.annotations ?? {},
      labels: template?.metadata?.labels ?? {},
    },
    spec: {
      ...spec,
      ...((affinity || Object.keys(kept).length > 0) && { affinity: kept }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      ...(schedulingGates && { schedulingGates }),
    },
  };
}

function statusText({ metadata, status }: Job): string {
  const has = (type: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

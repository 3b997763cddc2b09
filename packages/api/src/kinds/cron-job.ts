import {
  type Draft,
  type FieldError,
  GoText,
  invalid,
  notSupported,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { CronJob, CronJobSpec } from '../generated/batch-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields, podValidationOptions } from '../pod/index.ts';
import { nonNegative } from '../pod/rules.ts';
import { translateTimestampSince } from '../printing/age.ts';
import { ageColumn, nameColumn, templateColumns } from '../printing/columns.ts';
import { formatSelector } from '../printing/labels.ts';
import { schemaOf } from '../schema/schemas.ts';
import { jobSpecWarnings, validateJobSpec } from './job-rules.ts';
import { cronJob as names } from './names/workloads.ts';
import { CronProblem, parseCronSchedule } from './rules/cron.ts';
import { podNameWarnings } from './rules/template.ts';
import { timeZoneProblems } from './rules/time-zones.ts';

const SPEC = schemaOf('io.k8s.api.batch.v1.CronJobSpec');

/**
 * Makes Jobs by the clock.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
 */
export const cronJob = defineKind<CronJob>({
  ...names,
  generation: ['spec'],
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= { schedule: '', jobTemplate: {} };
    const { spec } = draft;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    spec.jobTemplate ??= {};
    spec.jobTemplate.spec ??= { template: {} };
    spec.jobTemplate.spec.template ??= {};
    // The Job's own defaults are set when the Job is made.
    defaultPodTemplate(spec.jobTemplate.spec.template);
  },
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.jobTemplate?.spec?.template);
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.jobTemplate?.spec?.template);
    draft.status = old.status as Draft<CronJob>['status'];
  },
  validate: (object) => {
    const errors = specErrors(object, undefined);
    const { name = '' } = object.metadata;
    // Jobs are named after their time, in eleven characters more.
    if (name.length > MAX_NAME)
      errors.push(invalid('metadata.name', name, `must be no more than ${MAX_NAME} characters`));
    return errors;
  },
  updateValidatesAlone: true,
  validateUpdate: specErrors,
  warnings: ({ metadata, spec }, old) => {
    if (old && semanticEqual(spec, old.spec, SPEC)) return [];
    const at = 'spec.jobTemplate.spec';
    return [
      ...(old ? [] : podNameWarnings(metadata.name)),
      ...jobSpecWarnings(spec?.jobTemplate?.spec, at, old?.spec?.jobTemplate?.spec),
      ...(spec?.schedule?.includes('TZ')
        ? [
            'CRON_TZ or TZ used in spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
          ]
        : []),
    ];
  },

  columns: [
    nameColumn,
    {
      name: 'Schedule',
      type: 'string',
      description: 'When Jobs are made, in the form of cron.',
      cell: ({ spec }) => spec?.schedule ?? '',
    },
    {
      name: 'Timezone',
      type: 'string',
      description: 'Time zone of the schedule; that of the control plane if there is none.',
      cell: ({ spec }) => spec?.timeZone ?? '<none>',
    },
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'True while no Jobs are made.',
      cell: ({ spec }) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'),
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'Number of Jobs that run.',
      cell: ({ status }) => status?.active?.length ?? 0,
    },
    {
      name: 'Last Schedule',
      type: 'string',
      description: 'Time since a Job was last made.',
      cell: ({ status }, { nowMs }) =>
        status?.lastScheduleTime ? translateTimestampSince(status.lastScheduleTime, nowMs) : '<none>',
    },
    ageColumn,
    ...templateColumns<CronJob>(({ spec }) => spec?.jobTemplate?.spec?.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      description: 'Labels by which the Jobs find their Pods, if given by hand.',
      cell: ({ spec }) => formatSelector(spec?.jobTemplate?.spec?.selector),
    },
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      metadataOnUpdate: [],
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<CronJob>['spec'];
      },
    },
  ],
});

const MAX_NAME = 52;
const POLICIES = ['Allow', 'Forbid', 'Replace'];

function specErrors({ spec }: CronJob, old: CronJob | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { schedule = '', timeZone, concurrencyPolicy = '' }: Partial<CronJobSpec> = spec ?? {};
  if (schedule === '') errors.push(required('spec.schedule'));
  else scheduleErrors(errors, schedule, timeZone, old?.spec?.schedule.includes('TZ') === true);
  nonNegative(errors, 'spec.startingDeadlineSeconds', spec?.startingDeadlineSeconds);
  if (timeZone !== undefined && (old === undefined || old.spec?.timeZone !== timeZone)) {
    for (const problem of timeZoneProblems(timeZone)) errors.push(invalid('spec.timeZone', timeZone, problem));
  }
  if (concurrencyPolicy === '') errors.push(required('spec.concurrencyPolicy'));
  else if (!POLICIES.includes(concurrencyPolicy)) {
    errors.push(notSupported('spec.concurrencyPolicy', concurrencyPolicy, POLICIES));
  }
  templateErrors(errors, spec, old);
  nonNegative(errors, 'spec.successfulJobsHistoryLimit', spec?.successfulJobsHistoryLimit);
  nonNegative(errors, 'spec.failedJobsHistoryLimit', spec?.failedJobsHistoryLimit);
  return errors;
}

/** A schedule that already named a zone may go on doing so. */
function scheduleErrors(errors: FieldError[], schedule: string, zone: string | undefined, mayHaveZone: boolean): void {
  try {
    parseCronSchedule(schedule);
  } catch (error) {
    if (!(error instanceof CronProblem)) throw error;
    errors.push(invalid('spec.schedule', schedule, error.message));
  }
  if (!schedule.includes('TZ')) return;
  if (!mayHaveZone) {
    const detail = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalid('spec.schedule', schedule, detail));
  } else if (zone !== undefined) {
    const detail = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    errors.push(invalid('spec.schedule', schedule, detail));
  }
}

function templateErrors(errors: FieldError[], spec: CronJobSpec | undefined, old: CronJob | undefined): void {
  const at = 'spec.jobTemplate.spec';
  const job = spec?.jobTemplate?.spec ?? { template: {} };
  validateJobSpec(errors, job, at, podValidationOptions(old?.spec?.jobTemplate?.spec?.template));
  if (job.selector !== undefined) {
    errors.push(
      invalid(
        `${at}.selector`,
        job.selector && dumpGo('v1.LabelSelector', job.selector),
        '`selector` will be auto-generated',
      ),
    );
  }
  if (job.manualSelector) {
    errors.push(notSupported(`${at}.manualSelector`, new GoText('true'), ['nil', 'false']));
  }
}

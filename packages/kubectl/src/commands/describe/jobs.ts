import type { CronJob, Job } from '@tabernetes/api/types/batch-v1';
import { humanDuration, labelSelectorAsSelector } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { of } from './describer.ts';
import { events } from './events.ts';
import { annotations, capital, controlledBy, head, pairs } from './metadata.ts';
import { podTemplate } from './pod.ts';

export const job = of<Job>(async (context, object, d) => {
  const { metadata, spec, status = {} } = object;
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Namespace', metadata.namespace ?? '');
  d.field(0, 'Selector', labelSelectorAsSelector(spec?.selector).toString());
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  controlledBy(d, metadata);
  if (spec?.parallelism !== undefined) d.field(0, 'Parallelism', spec.parallelism);
  d.field(0, 'Completions', spec?.completions ?? '<unset>');
  if (spec?.completionMode !== undefined) d.field(0, 'Completion Mode', spec.completionMode);
  if (spec?.suspend !== undefined) d.field(0, 'Suspend', spec.suspend);
  if (spec?.backoffLimit !== undefined) d.field(0, 'Backoff Limit', spec.backoffLimit);
  if (spec?.ttlSecondsAfterFinished !== undefined) {
    d.field(0, 'TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  }
  const { startTime, completionTime } = status;
  if (startTime) d.field(0, 'Start Time', rfc1123(startTime));
  if (completionTime) d.field(0, 'Completed At', rfc1123(completionTime));
  if (startTime && completionTime) {
    d.field(0, 'Duration', humanDuration(Date.parse(completionTime) - Date.parse(startTime)));
  }
  if (spec?.activeDeadlineSeconds !== undefined)
    d.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  const { active = 0, succeeded = 0, failed = 0, ready } = status;
  const running = ready === undefined ? `${active} Active` : `${active} Active (${ready} Ready)`;
  d.field(0, 'Pods Statuses', `${running} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec?.completionMode === 'Indexed') d.field(0, 'Completed Indexes', indexes(status.completedIndexes ?? ''));
  podTemplate(d, spec?.template ?? {});
  await events(context, object, d);
});

/** About fifty characters of a list of indexes. */
function indexes(text: string): string {
  if (text === '') return '<none>';
  const comma = text.indexOf(',', 50);
  return comma < 0 ? text : `${text.slice(0, comma + 1)}...`;
}

export const cronJob = of<CronJob>(async (context, object, d) => {
  const { metadata, spec, status } = object;
  head(d, metadata);
  d.field(0, 'Schedule', spec?.schedule ?? '');
  d.field(0, 'Concurrency Policy', spec?.concurrencyPolicy ?? '');
  d.field(0, 'Suspend', capital(spec?.suspend));
  d.field(0, 'Successful Job History Limit', spec?.successfulJobsHistoryLimit ?? '<unset>');
  d.field(0, 'Failed Job History Limit', spec?.failedJobsHistoryLimit ?? '<unset>');
  const deadline = spec?.startingDeadlineSeconds;
  d.field(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`);
  const template = spec?.jobTemplate.spec;
  d.field(0, 'Selector', template?.selector ? labelSelectorAsSelector(template.selector) : '<unset>');
  d.field(0, 'Parallelism', template?.parallelism ?? '<unset>');
  d.field(0, 'Completions', template?.completions ?? '<unset>');
  if (template?.activeDeadlineSeconds !== undefined) {
    d.field(0, 'Active Deadline Seconds', `${template.activeDeadlineSeconds}s`);
  }
  podTemplate(d, template?.template ?? {});
  d.field(0, 'Last Schedule Time', status?.lastScheduleTime ? rfc1123(status.lastScheduleTime) : '<unset>');
  const active = status?.active ?? [];
  d.field(0, 'Active Jobs', active.length === 0 ? '<none>' : active.map(({ name = '' }) => name).join(', '));
  await events(context, object, d);
});

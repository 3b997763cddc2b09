import type { HorizontalPodAutoscaler as V1 } from '@tabernetes/api/types/autoscaling-v1';
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '@tabernetes/api/types/autoscaling-v2';
import { goQuote } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { inNamespacePath, of } from './describer.ts';
import type { Description } from './description.ts';
import { events } from './events.ts';
import { head } from './metadata.ts';

/** Whatever version was asked for, kubectl shows version 2. */
export const horizontalPodAutoscaler = of<HorizontalPodAutoscaler | V1>(async (context, asked, d) => {
  const object =
    context.resource.version === 'v2'
      ? (asked as HorizontalPodAutoscaler)
      : await context.api.object<HorizontalPodAutoscaler>(
          'GET',
          `${inNamespacePath(context.namespace, 'horizontalpodautoscalers', '/apis/autoscaling/v2')}/${encodeURIComponent(context.name)}`,
        );
  const { metadata, spec, status } = object;
  head(d, metadata);
  d.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  const { kind = '', name = '' } = spec?.scaleTargetRef ?? {};
  d.field(0, 'Reference', `${kind}/${name}`);
  d.write(0, 'Metrics:\t( current / target )\n');
  for (const [at, metric] of (spec?.metrics ?? []).entries()) metricLine(d, metric, status?.currentMetrics?.[at]);
  d.field(0, 'Min replicas', spec?.minReplicas ?? '<unset>');
  d.field(0, 'Max replicas', spec?.maxReplicas ?? 0);
  if (spec?.behavior) {
    d.write(0, 'Behavior:\n');
    behavior(d, 'Scale Up', spec.behavior.scaleUp);
    behavior(d, 'Scale Down', spec.behavior.scaleDown);
  }
  d.field(0, `${kind} pods`, `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    d.write(0, 'Conditions:\n');
    d.write(1, 'Type\tStatus\tReason\tMessage\n');
    d.write(1, '----\t------\t------\t-------\n');
    for (const { type, status: is, reason = '', message = '' } of conditions) {
      d.write(1, `${type}\t${is}\t${reason}\t${message}\n`);
    }
  }
  await events(context, object, d);
});

const UNKNOWN = '<unknown>';

function metricLine(d: Description, metric: MetricSpec, is: MetricStatus | undefined): void {
  const { external, pods, object, resource, containerResource } = metric;
  switch (metric.type) {
    case 'External': {
      const current = is?.external?.current;
      const isAverage = external?.target.averageValue !== undefined;
      const name = goQuote(external?.metric.name ?? '');
      d.field(
        1,
        `${name} (target ${isAverage ? 'average value' : 'value'})`,
        isAverage
          ? `${current?.averageValue ?? UNKNOWN} / ${external?.target.averageValue ?? ''}`
          : `${value(current, 'value')} / ${external?.target.value ?? ''}`,
      );
      return;
    }
    case 'Pods': {
      const current = value(is?.pods?.current, 'averageValue');
      d.field(1, `${goQuote(pods?.metric.name ?? '')} on pods`, `${current} / ${pods?.target.averageValue ?? ''}`);
      return;
    }
    case 'Object': {
      const field = object?.target.type === 'AverageValue' ? 'averageValue' : 'value';
      const what = `"${object?.metric.name}" on ${object?.describedObject.kind}/${object?.describedObject.name}`;
      const title = `${what} (target ${field === 'value' ? 'value' : 'average value'})`;
      d.field(1, title, `${value(is?.object?.current, field)} / ${object?.target[field] ?? ''}`);
      return;
    }
    case 'Resource':
      resourceLine(d, `resource ${resource?.name} on pods`, resource?.target, is?.resource?.current);
      return;
    case 'ContainerResource': {
      const what = `resource ${containerResource?.name} of container "${containerResource?.container}" on pods`;
      resourceLine(d, what, containerResource?.target, is?.containerResource?.current);
      return;
    }
    default:
      d.write(1, `<unknown metric type ${goQuote(metric.type)}>\n`);
  }
}

/** Unknown while nothing has been measured; 0 when something else has been. */
const value = (current: MetricValueStatus | undefined, field: 'value' | 'averageValue'): string =>
  current === undefined ? UNKNOWN : (current[field] ?? '0');

function resourceLine(
  d: Description,
  what: string,
  target: MetricTarget | undefined,
  current: MetricValueStatus | undefined,
): void {
  if (target?.averageValue !== undefined) {
    d.field(1, what, `${value(current, 'averageValue')} / ${target.averageValue}`);
    return;
  }
  const share = current?.averageUtilization;
  const is = share === undefined ? UNKNOWN : `${share}% (${current?.averageValue ?? '0'})`;
  const goal = target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  d.field(1, `${what}  (as a percentage of request)`, `${is} / ${goal}`);
}

function behavior(d: Description, title: string, rules: HPAScalingRules | undefined): void {
  if (rules === undefined) return;
  d.write(1, `${title}:\n`);
  if (rules.stabilizationWindowSeconds !== undefined) {
    d.write(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds\n`);
  }
  if (!rules.policies?.length) return;
  d.write(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}\n`);
  d.write(2, 'Policies:\n');
  for (const { type, value: amount, periodSeconds } of rules.policies) {
    d.write(3, `- Type: ${type}\tValue: ${amount}\tPeriod: ${periodSeconds} seconds\n`);
  }
}

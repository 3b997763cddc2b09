import type { Draft, FieldError, KubeObject } from '@tabernetes/apimachinery';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../generated/autoscaling-v2.ts';
import { type Column, defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { validateAutoscalerSpec } from './horizontal-pod-autoscaler-rules.ts';
import { horizontalPodAutoscaler as names, ROUND_TRIP_ANNOTATIONS } from './names/workloads.ts';
import { nonNegative } from './rules/numbers.ts';

/**
 * Scales a set of Pods by what is measured of them.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
 */
export const horizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  ...names,
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= {} as Draft<HorizontalPodAutoscaler>['spec'] & object;
    const { spec } = draft;
    spec.minReplicas ??= 1;
    if (!spec.metrics?.length) spec.metrics = [cpuMetric(DEFAULT_CPU_PERCENT)];
    if (spec.behavior) spec.behavior = defaultBehavior(spec.behavior) as Draft<HorizontalPodAutoscalerBehavior>;
    dropAnnotations(draft.metadata);
  },
  prepareForCreate: (draft) => {
    draft.status = { desiredReplicas: 0 };
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<HorizontalPodAutoscaler>['status'];
  },
  validate: ({ spec }) => validateAutoscalerSpec(spec ?? NO_SPEC),

  columns: autoscalerColumns((object: HorizontalPodAutoscaler) => object),
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<HorizontalPodAutoscaler>['spec'];
      },
      validateUpdate: ({ status }) => autoscalerStatusErrors(status ?? {}),
    },
  ],
});

/** What spec is validated as when there is none. */
export const NO_SPEC: HorizontalPodAutoscalerSpec = { maxReplicas: 0, scaleTargetRef: { kind: '', name: '' } };

/** Eight tenths of the CPU that the Pods ask for. */
export const DEFAULT_CPU_PERCENT = 80;

/** That the Pods use this share of the CPU that they ask for. */
export const cpuMetric = (averageUtilization: number): Draft<MetricSpec> => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** A behavior whose rules say all. */
export const defaultBehavior = ({
  scaleUp: up,
  scaleDown: down,
  ...rest
}: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior => ({
  ...rest,
  scaleUp: { ...scaleUp(), ...up },
  scaleDown: { ...scaleDown(), ...down },
});

/** This version has fields for all, and does not keep them. */
function dropAnnotations(metadata: Draft<KubeObject>['metadata'] | undefined): void {
  const { annotations } = metadata ?? {};
  const names = Object.values(ROUND_TRIP_ANNOTATIONS);
  if (metadata === undefined || annotations === undefined || !names.some((name) => name in annotations)) return;
  const kept = Object.entries(annotations).filter(([name]) => !names.some((ours) => ours === name));
  if (kept.length > 0) metadata.annotations = Object.fromEntries(kept);
  else delete metadata.annotations;
}

const scaleUp = (): Draft<HPAScalingRules> => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});
const scaleDown = (): Draft<HPAScalingRules> => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});

/** Refusals of a status, whose names both versions share. */
export function autoscalerStatusErrors(status: {
  readonly currentReplicas?: number;
  readonly desiredReplicas?: number;
}): readonly FieldError[] {
  const errors: FieldError[] = [];
  nonNegative(errors, 'status.currentReplicas', status.currentReplicas);
  nonNegative(errors, 'status.desiredReplicas', status.desiredReplicas);
  return errors;
}

/** Columns of both versions; `read` gives the stored one. */
export function autoscalerColumns<T extends KubeObject>(read: (object: T) => HorizontalPodAutoscaler): Column<T>[] {
  return [
    nameColumn,
    {
      name: 'Reference',
      type: 'string',
      description: 'What is scaled.',
      cell: (object) => {
        const { kind = '', name = '' } = read(object).spec?.scaleTargetRef ?? {};
        return `${kind}/${name}`;
      },
    },
    {
      name: 'Targets',
      type: 'string',
      description: 'What is measured, next to what it should be.',
      cell: (object) => {
        const { spec, status } = read(object);
        return metricsText(spec?.metrics ?? [], status?.currentMetrics ?? []);
      },
    },
    {
      name: 'MinPods',
      type: 'string',
      description: 'Fewest Pods.',
      cell: (object) => String(read(object).spec?.minReplicas ?? '<unset>'),
    },
    {
      name: 'MaxPods',
      type: 'string',
      description: 'Most Pods.',
      cell: (object) => read(object).spec?.maxReplicas ?? 0,
    },
    {
      name: 'Replicas',
      type: 'string',
      description: 'Pods there are now.',
      cell: (object) => read(object).status?.currentReplicas ?? 0,
    },
    ageColumn,
  ];
}

const SHOWN_METRICS = 2;

/** `cpu: 12%/80%, 3/10 (avg) + 1 more...` */
function metricsText(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.slice(0, SHOWN_METRICS).map((spec, index) => metricText(spec, statuses[index]));
  const more = specs.length > SHOWN_METRICS ? ` + ${specs.length - SHOWN_METRICS} more...` : '';
  return texts.join(', ') + more;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return valueText(spec.external?.target, status?.external?.current);
    case 'Object':
      return valueText(spec.object?.target, status?.object?.current);
    case 'Pods':
      return `${currentText(status?.pods?.current, 'averageValue')}/${spec.pods?.target.averageValue ?? '<nil>'}`;
    case 'Resource':
      return resourceText(spec.resource, status?.resource?.current);
    case 'ContainerResource':
      return resourceText(spec.containerResource, status?.containerResource?.current);
    default:
      return '<unknown type>';
  }
}

const UNKNOWN = '<unknown>';

function valueText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue === undefined) return `${currentText(current, 'value')}/${target?.value ?? '<nil>'}`;
  return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
}

/** Of a metric that was measured the value may still be missing, which is not the same. */
const currentText = (current: MetricValueStatus | undefined, name: 'value' | 'averageValue'): string =>
  current === undefined ? UNKNOWN : (current[name] ?? '<nil>');

function resourceText(
  source: { readonly name: string; readonly target: MetricTarget } | undefined,
  current: MetricValueStatus | undefined,
): string {
  const { averageValue, averageUtilization } = source?.target ?? {};
  const name = source?.name ?? '';
  if (averageValue !== undefined) return `${name}: ${currentText(current, 'averageValue')}/${averageValue}`;
  return `${name}: ${percent(current?.averageUtilization) ?? UNKNOWN}/${percent(averageUtilization) ?? '<auto>'}`;
}

const percent = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value}%`);

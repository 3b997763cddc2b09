import type { Draft, FieldError, KubeObject } from '@tabernetes/apimachinery';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
} from '../generated/autoscaling-v1.ts';
import type {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  MetricSpec,
  MetricStatus,
  HorizontalPodAutoscaler as Stored,
} from '../generated/autoscaling-v2.ts';
import { defineKind } from '../kind.ts';
import {
  autoscalerColumns,
  autoscalerStatusErrors,
  cpuMetric,
  DEFAULT_CPU_PERCENT,
  defaultBehavior,
  NO_SPEC,
} from './horizontal-pod-autoscaler.ts';
import {
  newMetric,
  newMetricStatus,
  oldBehavior,
  oldMetric,
  oldMetricStatus,
  withoutCapitals,
} from './horizontal-pod-autoscaler-old-metrics.ts';
import { validateAutoscalerSpec } from './horizontal-pod-autoscaler-rules.ts';
import { horizontalPodAutoscalerV1 as names, ROUND_TRIP_ANNOTATIONS } from './names/workloads.ts';

/**
 * The same autoscalers as `autoscaling/v2` has, of which this version knows only the share of CPU. All else travels in
 * annotations.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/
 */
export const horizontalPodAutoscalerV1 = defineKind<HorizontalPodAutoscaler>({
  ...names,
  storedAs: {
    ...names.storedAs,
    toStored: (object) => toStored(object),
    fromStored: (object) => fromStored(object as Stored),
  },
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= {} as Draft<HorizontalPodAutoscaler>['spec'] & object;
    draft.spec.minReplicas ??= 1;
    settle(draft, toInternal(draft as HorizontalPodAutoscaler));
  },
  prepareForCreate: (draft) => {
    settle(draft, { ...toInternal(draft as HorizontalPodAutoscaler), status: { desiredReplicas: 0 } });
  },
  prepareForUpdate: (draft, old) => {
    settle(draft, { ...toInternal(draft as HorizontalPodAutoscaler), status: toInternal(old).status ?? NO_STATUS });
  },
  validate: (object) => validateAutoscalerSpec(toInternal(object).spec ?? NO_SPEC),

  columns: autoscalerColumns((object: HorizontalPodAutoscaler) => toInternal(object)),
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        settle(draft, { ...toInternal(draft as HorizontalPodAutoscaler), spec: toInternal(old).spec ?? NO_SPEC });
      },
      validateUpdate: ({ status }): readonly FieldError[] => autoscalerStatusErrors(status ?? {}),
    },
  ],
});

const {
  metrics: METRICS,
  currentMetrics: CURRENT_METRICS,
  conditions: CONDITIONS,
  behavior: BEHAVIOR,
} = ROUND_TRIP_ANNOTATIONS;
const ANNOTATIONS: readonly string[] = Object.values(ROUND_TRIP_ANNOTATIONS);

type Annotations = Readonly<Record<string, string>>;

const NO_STATUS: HorizontalPodAutoscalerStatus = { currentReplicas: 0, desiredReplicas: 0 };

/** Makes fields and annotations say the same, and what both versions know: annotations say more, and win. */
function settle(draft: Draft<HorizontalPodAutoscaler>, internal: Stored): void {
  const { metadata, spec, status } = fromStored(internal) as Draft<HorizontalPodAutoscaler>;
  draft.metadata ??= {};
  if (metadata.annotations !== undefined) draft.metadata.annotations = metadata.annotations;
  else if (draft.metadata.annotations !== undefined) delete draft.metadata.annotations;
  draft.spec = spec;
  draft.status = status;
}

/** The share of CPU, which has a field here. */
const cpuPercent = ({ type, resource }: MetricSpec): number | undefined =>
  type === 'Resource' && resource?.name === 'cpu' ? resource.target.averageUtilization : undefined;

const currentCpuPercent = ({ type, resource }: MetricStatus): number | undefined =>
  type === 'Resource' && resource?.name === 'cpu' ? resource.current.averageUtilization : undefined;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/autoscaling/v1/conversion.go */
function fromStored({ metadata, spec, status }: Stored): HorizontalPodAutoscaler {
  const { metrics = [], behavior, ...specRest } = spec ?? NO_SPEC;
  const { currentMetrics, conditions, ...statusRest } = status ?? { desiredReplicas: 0 };
  const others = metrics.filter((metric) => cpuPercent(metric) === undefined);
  const kept: Record<string, string> = withoutOurs(metadata.annotations);
  if (others.length > 0) kept[METRICS] = JSON.stringify(others.map(oldMetric));
  if (currentMetrics?.length) kept[CURRENT_METRICS] = JSON.stringify(currentMetrics.map(oldMetricStatus));
  if (conditions?.length) kept[CONDITIONS] = JSON.stringify(conditions);
  if (behavior) kept[BEHAVIOR] = JSON.stringify(oldBehavior(behavior));
  const target = metrics.map(cpuPercent).find((percent) => percent !== undefined);
  const current = currentMetrics?.map(currentCpuPercent).findLast((percent) => percent !== undefined);
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, kept),
    spec: { ...specRest, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: {
      ...statusRest,
      currentReplicas: statusRest.currentReplicas ?? 0,
      ...(current !== undefined && { currentCPUUtilizationPercentage: current }),
    },
  };
}

/** What is read of the store has the defaults of the version in which it is stored. */
function toStored(object: HorizontalPodAutoscaler): Stored {
  const { spec = NO_SPEC, ...rest } = toInternal(object);
  return spec.behavior === undefined
    ? { ...rest, spec }
    : { ...rest, spec: { ...spec, behavior: defaultBehavior(spec.behavior) } };
}

/** What both versions mean, before any default of the stored one but its metric. */
function toInternal({ metadata, spec, status }: HorizontalPodAutoscaler): Stored {
  const annotations = metadata?.annotations;
  const { targetCPUUtilizationPercentage: target, ...specRest }: HorizontalPodAutoscalerSpec = spec ?? NO_SPEC;
  const { currentCPUUtilizationPercentage: current, ...statusRest } = status ?? NO_STATUS;
  const others = listFrom<Parameters<typeof newMetric>[0]>(annotations, METRICS)?.map(newMetric) ?? [];
  const metrics: readonly MetricSpec[] = target === undefined ? others : [...others, cpuMetric(target)];
  const behavior = withoutCapitals(fromAnnotation(annotations, BEHAVIOR));
  const conditions = listFrom<HorizontalPodAutoscalerCondition>(annotations, CONDITIONS) ?? [];
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata ?? {}, withoutOurs(annotations)),
    spec: {
      ...specRest,
      metrics: metrics.length > 0 ? metrics : [cpuMetric(DEFAULT_CPU_PERCENT)],
      ...(isFilledMap(behavior) && { behavior: behavior as HorizontalPodAutoscalerBehavior }),
    },
    status: {
      ...statusRest,
      ...currentMetricsOf(annotations, current),
      ...(conditions.length > 0 && { conditions }),
    },
  };
}

/** The annotation says more than the field. */
function currentMetricsOf(
  annotations: Annotations | undefined,
  percent: number | undefined,
): { readonly currentMetrics?: readonly MetricStatus[] } {
  const listed = listFrom<Parameters<typeof newMetricStatus>[0]>(annotations, CURRENT_METRICS)?.map(newMetricStatus);
  if (listed !== undefined) return listed.length > 0 ? { currentMetrics: listed } : {};
  if (percent === undefined) return {};
  return {
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percent } } }],
  };
}

/** What an annotation holds; undefined when that cannot be read, as if it were not there. */
function fromAnnotation(annotations: Annotations | undefined, name: string): unknown {
  try {
    return JSON.parse(annotations?.[name] ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** As {@link fromAnnotation}: a list with an element that is no object cannot be read. */
function listFrom<T>(annotations: Annotations | undefined, name: string): readonly T[] | undefined {
  const value = fromAnnotation(annotations, name);
  return Array.isArray(value) && value.every(isMap) ? (value as T[]) : undefined;
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

const isFilledMap = (value: unknown): boolean => isMap(value) && Object.keys(value).length > 0;

const withoutOurs = (annotations: Annotations = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !ANNOTATIONS.includes(name)));

function withAnnotations(metadata: KubeObject['metadata'], annotations: Annotations): KubeObject['metadata'] {
  const { annotations: _, ...rest } = metadata;
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest;
}

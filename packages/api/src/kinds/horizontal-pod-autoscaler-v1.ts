import type { Draft, FieldError, KubeObject } from '@tabernetes/apimachinery';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec } from '../generated/autoscaling-v1.ts';
import type {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  MetricSpec,
  MetricStatus,
  HorizontalPodAutoscaler as Stored,
} from '../generated/autoscaling-v2.ts';
import { defineKind } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import {
  autoscalerColumns,
  autoscalerStatusErrors,
  cpuMetric,
  DEFAULT_CPU_PERCENT,
  NO_SPEC,
} from './horizontal-pod-autoscaler.ts';
import {
  newMetric,
  newMetricStatus,
  oldMetric,
  oldMetricStatus,
  withCapitals,
  withoutCapitals,
} from './horizontal-pod-autoscaler-old-metrics.ts';
import { validateAutoscalerSpec } from './horizontal-pod-autoscaler-rules.ts';

/**
 * The same autoscalers as `autoscaling/v2` has, of which this version knows only the share of CPU. All else travels in
 * annotations.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/
 */
export const horizontalPodAutoscalerV1 = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  storageVersionHash: 'qwQve8ut294=',
  schema: schemaOf('io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler'),
  storedAs: {
    kind: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
    toStored: (object) => toStored(object),
    fromStored: (object) => fromStored(object as Stored),
  },
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= {} as Draft<HorizontalPodAutoscaler>['spec'] & object;
    draft.spec.minReplicas ??= 1;
    const others = fromAnnotation(draft.metadata?.annotations, METRICS);
    if (!Array.isArray(others) || others.length === 0)
      draft.spec.targetCPUUtilizationPercentage ??= DEFAULT_CPU_PERCENT;
  },
  prepareForCreate: (draft) => {
    draft.status = { currentReplicas: 0, desiredReplicas: 0 };
    for (const name of [CURRENT_METRICS, CONDITIONS]) {
      if (draft.metadata?.annotations) delete draft.metadata.annotations[name];
    }
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<HorizontalPodAutoscaler>['status'];
    // Parts of the status too.
    for (const name of [CURRENT_METRICS, CONDITIONS]) {
      const kept = old.metadata.annotations?.[name];
      if (kept !== undefined) draft.metadata.annotations = { ...draft.metadata.annotations, [name]: kept };
      else if (draft.metadata.annotations) delete draft.metadata.annotations[name];
    }
  },
  validate: (object) => validateAutoscalerSpec(toStored(object).spec ?? NO_SPEC),

  columns: autoscalerColumns((object: HorizontalPodAutoscaler) => toStored(object)),
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<HorizontalPodAutoscaler>['spec'];
        // What the fields say shows in the annotations.
        const { annotations } = fromStored(toStored(draft as HorizontalPodAutoscaler)).metadata;
        if (annotations !== undefined) draft.metadata.annotations = { ...annotations };
      },
      validateUpdate: ({ status }): readonly FieldError[] => autoscalerStatusErrors(status ?? {}),
    },
  ],
});

/** Annotations that hold what has no field in this version. */
const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const ANNOTATIONS = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR];

type Annotations = Readonly<Record<string, string>>;

/** The metric that has a field here. */
const cpuPercent = ({ type, resource }: MetricSpec): number | undefined =>
  type === 'Resource' && resource?.name === 'cpu' ? resource.target.averageUtilization : undefined;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/autoscaling/v1/conversion.go */
function fromStored({ metadata, spec, status }: Stored): HorizontalPodAutoscaler {
  const { metrics = [], behavior, ...specRest } = spec ?? NO_SPEC;
  const { currentMetrics, conditions, ...statusRest } = status ?? { desiredReplicas: 0 };
  const others = metrics.filter((metric) => cpuPercent(metric) === undefined);
  const kept: Record<string, string> = withoutOurs(metadata.annotations);
  if (others.length > 0) kept[METRICS] = JSON.stringify(others.map(oldMetric));
  if (currentMetrics?.length) kept[CURRENT_METRICS] = JSON.stringify(currentMetrics.map(oldMetricStatus));
  if (conditions?.length) kept[CONDITIONS] = JSON.stringify(conditions);
  if (behavior) kept[BEHAVIOR] = JSON.stringify(withCapitals(behavior));
  // The first CPU metric decides, even when it is not a share.
  const cpu = metrics.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu');
  const target = cpu && cpuPercent(cpu);
  const current = currentMetrics?.findLast(({ resource }) => resource?.name === 'cpu')?.resource?.current;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, kept),
    spec: { ...specRest, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: {
      ...statusRest,
      currentReplicas: statusRest.currentReplicas ?? 0,
      ...(current?.averageUtilization !== undefined && {
        currentCPUUtilizationPercentage: current.averageUtilization,
      }),
    },
  };
}

function toStored({ metadata, spec, status }: HorizontalPodAutoscaler): Stored {
  const { annotations } = metadata;
  const { targetCPUUtilizationPercentage: target, ...specRest }: HorizontalPodAutoscalerSpec = spec ?? NO_SPEC;
  const { currentCPUUtilizationPercentage: current, ...statusRest } = status ?? { desiredReplicas: 0 };
  const others = listFrom<Parameters<typeof newMetric>[0]>(annotations, METRICS).map(newMetric);
  const metrics: readonly MetricSpec[] = target === undefined ? others : [cpuMetric(target), ...others];
  const behavior = withoutCapitals(fromAnnotation(annotations, BEHAVIOR)) as
    | HorizontalPodAutoscalerBehavior
    | undefined;
  const conditions = listFrom<HorizontalPodAutoscalerCondition>(annotations, CONDITIONS);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: withAnnotations(metadata, withoutOurs(annotations)),
    spec: { ...specRest, metrics, ...(behavior && { behavior }) },
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
  const listed = listFrom<Parameters<typeof newMetricStatus>[0]>(annotations, CURRENT_METRICS).map(newMetricStatus);
  if (listed.length > 0) return { currentMetrics: listed };
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

function listFrom<T>(annotations: Annotations | undefined, name: string): readonly T[] {
  const value = fromAnnotation(annotations, name);
  return Array.isArray(value) ? (value.filter((item) => typeof item === 'object' && item !== null) as T[]) : [];
}

const withoutOurs = (annotations: Annotations = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !ANNOTATIONS.includes(name)));

function withAnnotations(metadata: KubeObject['metadata'], annotations: Annotations): KubeObject['metadata'] {
  const { annotations: _, ...rest } = metadata;
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest;
}

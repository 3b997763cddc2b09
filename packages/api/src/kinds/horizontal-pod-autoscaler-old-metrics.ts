import type { LabelSelector } from '@tabernetes/apimachinery';
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscalerBehavior,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../generated/autoscaling-v2.ts';

/*
 * Metrics as autoscaling/v1 writes them in annotations: flat, without the type of a target, which follows from what is
 * given.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/api/autoscaling/v1/types.go
 */

interface OldMetric {
  readonly type?: string;
  readonly object?: {
    readonly target?: CrossVersionObjectReference;
    readonly metricName?: string;
    readonly targetValue?: string;
    readonly selector?: LabelSelector;
    readonly averageValue?: string;
  };
  readonly pods?: {
    readonly metricName?: string;
    readonly targetAverageValue?: string;
    readonly selector?: LabelSelector;
  };
  readonly resource?: OldResource;
  readonly containerResource?: OldResource & { readonly container?: string };
  readonly external?: {
    readonly metricName?: string;
    readonly metricSelector?: LabelSelector;
    readonly targetValue?: string;
    readonly targetAverageValue?: string;
  };
}

interface OldResource {
  readonly name?: string;
  readonly targetAverageUtilization?: number;
  readonly targetAverageValue?: string;
}

export function oldMetric({ type, object, pods, resource, containerResource, external }: MetricSpec): OldMetric {
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && oldResource(resource),
    containerResource: containerResource && {
      ...oldResource(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  };
}

export function newMetric(metric: OldMetric): MetricSpec {
  const { object, pods, resource, containerResource, external } = metric;
  return definedOnly<MetricSpec>({
    type: metric.type ?? '',
    object: object && {
      describedObject: object.target ?? { kind: '', name: '' },
      metric: { name: object.metricName ?? '', selector: object.selector },
      target: {
        type: object.averageValue === undefined ? 'Value' : 'AverageValue',
        value: object.targetValue ?? '0',
        averageValue: object.averageValue,
      },
    },
    pods: pods && {
      metric: { name: pods.metricName ?? '', selector: pods.selector },
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue ?? '0' },
    },
    resource: resource && newResource(resource),
    containerResource: containerResource && {
      ...newResource(containerResource),
      container: containerResource.container ?? '',
    },
    external: external && {
      metric: { name: external.metricName ?? '', selector: external.metricSelector },
      target: {
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      },
    },
  });
}

const oldResource = ({ name, target }: { readonly name: string; readonly target: MetricTarget }): OldResource => ({
  name,
  targetAverageUtilization: target.averageUtilization,
  targetAverageValue: target.averageValue,
});

const newResource = ({ name = '', targetAverageUtilization, targetAverageValue }: OldResource) => ({
  name,
  target: {
    type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageUtilization: targetAverageUtilization,
    averageValue: targetAverageValue,
  },
});

interface OldMetricStatus {
  readonly type?: string;
  readonly object?: {
    readonly target?: CrossVersionObjectReference;
    readonly metricName?: string;
    readonly currentValue?: string;
    readonly selector?: LabelSelector;
    readonly averageValue?: string;
  };
  readonly pods?: {
    readonly metricName?: string;
    readonly currentAverageValue?: string;
    readonly selector?: LabelSelector;
  };
  readonly resource?: OldResourceStatus;
  readonly containerResource?: OldResourceStatus & { readonly container?: string };
  readonly external?: {
    readonly metricName?: string;
    readonly metricSelector?: LabelSelector;
    readonly currentValue?: string;
    readonly currentAverageValue?: string;
  };
}

interface OldResourceStatus {
  readonly name?: string;
  readonly currentAverageUtilization?: number;
  readonly currentAverageValue?: string;
}

export function oldMetricStatus(status: MetricStatus): OldMetricStatus {
  const { type, object, pods, resource, containerResource, external } = status;
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    resource: resource && oldResourceStatus(resource),
    containerResource: containerResource && {
      ...oldResourceStatus(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0',
      currentAverageValue: external.current.averageValue,
    },
  };
}

export function newMetricStatus(status: OldMetricStatus): MetricStatus {
  const { type = '', object, pods, resource, containerResource, external } = status;
  return definedOnly<MetricStatus>({
    type,
    object: object && {
      describedObject: object.target ?? { kind: '', name: '' },
      metric: { name: object.metricName ?? '', selector: object.selector },
      current: { value: object.currentValue ?? '0', averageValue: object.averageValue },
    },
    pods: pods && {
      metric: { name: pods.metricName ?? '', selector: pods.selector },
      current: { averageValue: pods.currentAverageValue ?? '0' },
    },
    resource: resource && newResourceStatus(resource),
    containerResource: containerResource && {
      ...newResourceStatus(containerResource),
      container: containerResource.container ?? '',
    },
    external: external && {
      metric: { name: external.metricName ?? '', selector: external.metricSelector },
      current: { value: external.currentValue ?? '0', averageValue: external.currentAverageValue },
    },
  });
}

const oldResourceStatus = (source: {
  readonly name: string;
  readonly current: MetricValueStatus;
}): OldResourceStatus => ({
  name: source.name,
  currentAverageUtilization: source.current.averageUtilization,
  currentAverageValue: source.current.averageValue ?? '0',
});

const newResourceStatus = ({ name = '', currentAverageUtilization, currentAverageValue = '0' }: OldResourceStatus) => ({
  name,
  current: { averageUtilization: currentAverageUtilization, averageValue: currentAverageValue },
});

/** A copy without what is undefined. */
const definedOnly = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A behavior as its annotation has it, where what is not set is null. */
export const oldBehavior = ({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): object => ({
  ScaleUp: oldRules(scaleUp),
  ScaleDown: oldRules(scaleDown),
});

const oldRules = (rules: HorizontalPodAutoscalerBehavior['scaleUp']): object | null =>
  rules === undefined
    ? null
    : {
        StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
        SelectPolicy: rules.selectPolicy ?? null,
        Policies: withCapitals(rules.policies ?? null),
      };

/** A behavior in its annotation has the names of Go's fields, `ScaleUp` for `scaleUp`. */
const withCapitals = (value: unknown): unknown => renamed(value, (name) => name.toUpperCase());
export const withoutCapitals = (value: unknown): unknown => renamed(value, (name) => name.toLowerCase());

function renamed(value: unknown, first: (letter: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, first));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([name, item]) => [first(name.slice(0, 1)) + name.slice(1), renamed(item, first)]),
  );
}

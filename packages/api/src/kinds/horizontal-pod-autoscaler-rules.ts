import {
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  isValidPathSegmentName,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type {
  ContainerResourceMetricSource,
  CrossVersionObjectReference,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../generated/autoscaling-v2.ts';
import { dumpGo } from '../go-layout.ts';
import { compareQuantities } from '../pod/quantities.ts';
import { reject } from '../pod/rules.ts';
import { validateContainerResourceName } from '../pod/validate-resources.ts';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/autoscaling/validation/validation.go */
export function validateAutoscalerSpec(spec: HorizontalPodAutoscalerSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  targetErrors(errors, scaleTargetRef, 'spec.scaleTargetRef');
  metrics.forEach((metric, index) => {
    metricErrors(errors, metric, `spec.metrics[${index}]`);
  });
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden('spec.metrics', detail));
  }
  scalingErrors(errors, behavior?.scaleUp, 'spec.behavior.scaleUp');
  scalingErrors(errors, behavior?.scaleDown, 'spec.behavior.scaleDown');
  return errors;
}

function targetErrors(errors: FieldError[], target: Partial<CrossVersionObjectReference> = {}, at: string): void {
  for (const name of ['kind', 'name'] as const) {
    const value = target[name] ?? '';
    if (value === '') errors.push(required(`${at}.${name}`));
    else reject(errors, `${at}.${name}`, value, isValidPathSegmentName(value));
  }
}

type Source = Exclude<keyof MetricSpec, 'type'>;

/** The types of metrics, and where each keeps its particulars. */
const SOURCES: Readonly<Record<string, Source>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};
/** The order in which they are looked at. */
const IN_ORDER: readonly Source[] = ['object', 'external', 'pods', 'resource', 'containerResource'];

function metricErrors(errors: FieldError[], metric: MetricSpec, at: string): void {
  const { type = '' } = metric;
  const wanted = SOURCES[type];
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric source type'));
  if (wanted === undefined) errors.push(notSupported(`${at}.type`, type, Object.keys(SOURCES)));
  const present = IN_ORDER.filter((source) => metric[source] !== undefined);
  const [first] = present;
  if (first) sourceErrors(errors, metric, first, `${at}.${first}`);
  // Upstream says so twice: causes show it.
  if (wanted === undefined) errors.push(notSupported(`${at}.type`, type, Object.keys(SOURCES)));
  else if (!present.includes(wanted)) {
    errors.push(required(`${at}.${wanted}`, 'must populate information for the given metric source'));
  }
  if (present.length > 1) {
    for (const source of present) {
      if (source !== wanted) errors.push(forbidden(`${at}.${source}`, 'must populate the given metric source only'));
    }
  }
}

function sourceErrors(errors: FieldError[], metric: MetricSpec, source: Source, at: string): void {
  const target: Partial<MetricTarget> = metric[source]?.target ?? {};
  switch (source) {
    case 'object':
      targetErrors(errors, metric.object?.describedObject, `${at}.describedObject`);
      identifierErrors(errors, metric.object?.metric, `${at}.metric`);
      amountErrors(errors, target, `${at}.target`);
      if (target.value === undefined && target.averageValue === undefined) {
        errors.push(required(`${at}.target.averageValue`, 'must set either a target value or averageValue'));
      }
      break;
    case 'external':
      identifierErrors(errors, metric.external?.metric, `${at}.metric`);
      amountErrors(errors, target, `${at}.target`);
      if (target.value === undefined && target.averageValue === undefined) {
        const detail = 'must set either a target value for metric or a per-pod target';
        errors.push(required(`${at}.target.averageValue`, detail));
      }
      if (target.value !== undefined && target.averageValue !== undefined) {
        const detail = 'may not set both a target value for metric and a per-pod target';
        errors.push(forbidden(`${at}.target.value`, detail));
      }
      break;
    case 'pods':
      identifierErrors(errors, metric.pods?.metric, `${at}.metric`);
      amountErrors(errors, target, `${at}.target`);
      if (target.averageValue === undefined) {
        errors.push(required(`${at}.target.averageValue`, 'must specify a positive target averageValue'));
      }
      break;
    case 'resource':
    case 'containerResource':
      if (!metric[source]?.name) errors.push(required(`${at}.name`, 'must specify a resource name'));
      if (source === 'containerResource') containerErrors(errors, metric.containerResource, at);
      amountErrors(errors, target, `${at}.target`);
      if (target.averageUtilization === undefined && target.averageValue === undefined) {
        const detail = 'must set either a target raw value or a target utilization';
        errors.push(required(`${at}.target.averageUtilization`, detail));
      }
      if (target.averageUtilization !== undefined && target.averageValue !== undefined) {
        const detail = 'may not set both a target raw value and a target utilization';
        errors.push(forbidden(`${at}.target.averageValue`, detail));
      }
      break;
  }
}

function containerErrors(errors: FieldError[], source: Partial<ContainerResourceMetricSource> = {}, at: string): void {
  const { name = '', container = '' } = source;
  if (name !== '') validateContainerResourceName(errors, name, `${at}.name`);
  if (container === '') errors.push(required(`${at}.container`, 'must specify a container'));
  else reject(errors, `${at}.container`, container, isDns1123Label(container));
}

function identifierErrors(errors: FieldError[], metric: Partial<MetricIdentifier> = {}, at: string): void {
  const { name = '' } = metric;
  if (name === '') errors.push(required(`${at}.name`, 'must specify a metric name'));
  else reject(errors, `${at}.name`, name, isValidPathSegmentName(name));
}

const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];

function amountErrors(errors: FieldError[], target: Partial<MetricTarget>, at: string): void {
  const { type = '', averageUtilization } = target;
  if (type === '') errors.push(required(`${at}.type`, 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type)) {
    errors.push(invalid(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const value = target[name];
    if (value !== undefined && !isPositive(value)) {
      errors.push(invalid(`${at}.${name}`, dumpGo('resource.Quantity', value), 'must be positive'));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${at}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
}

const isPositive = (quantity: string): boolean => compareQuantities(quantity, '0') > 0;

const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];
const LONGEST_STABILIZATION_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;

function scalingErrors(errors: FieldError[], rules: HPAScalingRules | undefined, at: string): void {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules;
  if (window !== undefined && window < 0) {
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > LONGEST_STABILIZATION_SECONDS) {
    const detail = `must be less than or equal to ${LONGEST_STABILIZATION_SECONDS}`;
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, detail));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(`${at}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  }
  if (policies.length === 0) errors.push(required(`${at}.policies`, 'must specify at least one Policy'));
  policies.forEach((policy, index) => {
    policyErrors(errors, policy, `${at}.policies[${index}]`);
  });
}

function policyErrors(errors: FieldError[], policy: Partial<HPAScalingPolicy>, at: string): void {
  const { type = '', value = 0, periodSeconds = 0 } = policy;
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`${at}.type`, type, POLICY_TYPES));
  if (value <= 0) errors.push(invalid(`${at}.value`, value, 'must be greater than zero'));
  if (periodSeconds <= 0) errors.push(invalid(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > LONGEST_PERIOD_SECONDS) {
    const detail = `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`;
    errors.push(invalid(`${at}.periodSeconds`, periodSeconds, detail));
  }
}

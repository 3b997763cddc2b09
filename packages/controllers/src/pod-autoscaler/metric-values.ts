import type {
  HorizontalPodAutoscaler,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
} from '@tabernetes/api/types/autoscaling-v2';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { goSelector, parseQuantity } from '@tabernetes/apimachinery';
import { type MetricsSource, NoMetric, type PodMetrics } from './metrics-source.ts';
import { byShare, byUtilization, byValue, byWhole, type Proposal } from './replica-calculator.ts';

export interface MetricContext {
  readonly hpa: HorizontalPodAutoscaler;
  readonly source: MetricsSource;
  /** Those that the target selects. */
  readonly pods: readonly Pod[];
  readonly selector: string;
  /** Wanted, and there. */
  readonly replicas: { readonly spec: number; readonly status: number };
  readonly nowMs: number;
}

/** What one metric asks for. */
export interface MetricValue {
  readonly replicas: number;
  /** As events name it: `cpu resource utilization (percentage of request)`. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** Why a metric says nothing: what the event and condition say, and what the sum of all failures quotes. */
export class MetricFailure extends Error {
  override readonly name = 'MetricFailure';
  readonly reason: string;
  readonly detail: string;
  constructor(reason: string, detail: string, message: string) {
    super(message);
    this.reason = reason;
    this.detail = detail;
  }
}

/** @throws {MetricFailure} */
export async function metricValue(spec: MetricSpec, context: MetricContext): Promise<MetricValue> {
  const { containerResource, external, object, pods, resource } = spec;
  const namespace = context.hpa.metadata.namespace ?? '';
  if (spec.type === 'Resource' && resource)
    return await orFailure('FailedGetResourceMetric', `${resource.name} resource metric value`, async () => {
      const { name } = resource;
      const { current, ...value } = await resourceValue(name, '', resource.target, context);
      return { ...value, status: { type: spec.type, resource: { name, current } } };
    });
  if (spec.type === 'ContainerResource' && containerResource)
    return await orFailure(
      'FailedGetContainerResourceMetric',
      `${containerResource.container} container metric value`,
      async () => {
        const { name, container } = containerResource;
        const { current, ...value } = await resourceValue(name, container, containerResource.target, context);
        return { ...value, status: { type: spec.type, containerResource: { name, container, current } } };
      },
    );
  if (spec.type === 'Pods' && pods)
    return await orFailure('FailedGetPodsMetric', 'pods metric value', async () => {
      const metrics = await pod(pods.metric, context);
      const target = milli(pods.target.averageValue);
      const { spec: current } = context.replicas;
      const proposal = byValue(context.pods, metrics, { current, target, resource: '', nowMs: context.nowMs });
      const status = { metric: pods.metric, current: { averageValue: quantity(proposal.usage) } };
      return {
        replicas: proposal.replicas,
        name: `pods metric ${pods.metric.name}`,
        status: { type: spec.type, pods: status },
      };
    });
  if (spec.type === 'Object' && object)
    return await orFailure('FailedGetObjectMetric', 'object metric value', async () => {
      const { metric, target, describedObject } = object;
      // Upstream's words are in this order.
      const what = `unable to get metric ${metric.name}: ${describedObject.kind} on ${namespace} ${describedObject.name}`;
      const { replicas, current, shared } = await oneValue(context, {
        what: 'object',
        target,
        // Here the type says which of the two targets counts; of external metrics it is the one that is there.
        shared: target.type === 'AverageValue' && target.averageValue !== undefined,
        prefix: (isShared) => (isShared ? `failed to get ${metric.name} object metric: ` : ''),
        read: () => told(context.source.object(metric, namespace, describedObject), (why) => `${what}/${why}`),
      });
      // Upstream names the object only where the value is not shared.
      const name = shared ? externalName(metric) : `${describedObject.kind} metric ${metric.name}`;
      const status = { metric, current, describedObject: shared ? NO_OBJECT : describedObject };
      return { replicas, name, status: { type: spec.type, object: status } };
    });
  if (spec.type === 'External' && external)
    return await orFailure('FailedGetExternalMetric', `${external.metric.name} external metric value`, async () => {
      const { metric, target } = external;
      const where = `${namespace}/${metric.name}/${goSelector(metric.selector)}`;
      const { replicas, current } = await oneValue(context, {
        what: 'external',
        target,
        shared: target.averageValue !== undefined,
        prefix: (isShared) =>
          isShared
            ? `failed to get ${metric.name} external metric: `
            : `failed to get external metric ${metric.name}: `,
        read: async () => {
          const values = await told(
            context.source.external(metric, namespace),
            (why) => `unable to get external metric ${where}: ${why}`,
          );
          return values.reduce((sum, value) => sum + value, 0);
        },
      });
      return { replicas, name: externalName(metric), status: { type: spec.type, external: { metric, current } } };
    });
  const detail = `unknown metric source type "${spec.type}"`;
  throw new MetricFailure('InvalidMetricSourceType', detail, detail);
}

const NO_OBJECT = { kind: '', name: '' };
const externalName = ({ name, selector }: MetricIdentifier): string =>
  `external metric ${name}(${goSelector(selector)})`;

async function resourceValue(
  resource: string,
  container: string,
  { averageValue, averageUtilization }: MetricTarget,
  { pods, selector, source, hpa, replicas: { spec: current }, nowMs }: MetricContext,
): Promise<{ readonly replicas: number; readonly name: string; readonly current: ReturnType<typeof valueStatus> }> {
  const kind = averageValue === undefined ? 'utilization' : 'usage';
  if (averageValue === undefined && averageUtilization === undefined)
    throw new NoMetric(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  const prefix = `failed to get ${resource} ${kind}: `;
  const metrics = await told(
    source.resource(resource, hpa.metadata.namespace ?? '', selector, container),
    (why) => `${prefix}unable to get metrics for resource ${resource}: ${why}`,
  );
  const wanted = { current, resource, nowMs };
  const proposal = within(prefix, () =>
    averageValue === undefined
      ? byUtilization(pods, metrics, { ...wanted, target: averageUtilization ?? 0, container })
      : byValue(pods, metrics, { ...wanted, target: milli(averageValue) }),
  );
  const whose = container === '' ? 'resource' : 'container resource';
  const name =
    averageValue === undefined ? `${resource} ${whose} utilization (percentage of request)` : `${resource} resource`;
  return { replicas: proposal.replicas, name, current: valueStatus(proposal) };
}

async function pod(metric: MetricIdentifier, { source, hpa, selector }: MetricContext): Promise<PodMetrics> {
  const get = source.pods(metric, hpa.metadata.namespace ?? '', selector);
  return await told(get, (why) => `unable to get metric ${metric.name}: ${why}`);
}

interface OneValue {
  readonly what: string;
  readonly target: MetricTarget;
  /** The target is what each Pod may have, not the whole. */
  readonly shared: boolean;
  readonly prefix: (shared: boolean) => string;
  readonly read: () => Promise<number>;
}

/** Of a metric that has one value for all Pods. */
async function oneValue(
  { pods, replicas: { spec, status } }: MetricContext,
  { what, target: { value, averageValue }, shared, prefix, read }: OneValue,
) {
  if (!shared && value === undefined)
    throw new NoMetric(`invalid ${what} metric source: neither a value target nor an average value target was set`);
  try {
    const { replicas, usage } = shared
      ? byShare(await read(), milli(averageValue), status)
      : byWhole(pods, await read(), milli(value), spec);
    return { replicas, shared, current: shared ? { averageValue: quantity(usage) } : { value: quantity(usage) } };
  } catch (error) {
    throw error instanceof NoMetric ? new NoMetric(error.message, prefix(shared)) : error;
  }
}

const valueStatus = ({ usage, utilization }: Proposal) => ({
  ...(utilization !== undefined && { averageUtilization: utilization }),
  averageValue: quantity(usage),
});

async function orFailure(reason: string, what: string, read: () => Promise<MetricValue>): Promise<MetricValue> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NoMetric)) throw error;
    throw new MetricFailure(reason, error.message, `failed to get ${what}: ${error.prefix}${error.message}`);
  }
}

async function told<T>(answer: Promise<T>, message: (why: string) => string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof NoMetric ? new NoMetric(message(error.message)) : error;
  }
}

function within<T>(prefix: string, calculate: () => T): T {
  try {
    return calculate();
  } catch (error) {
    throw error instanceof NoMetric ? new NoMetric(`${prefix}${error.message}`) : error;
  }
}

const milli = (text: string | undefined): number => parseQuantity(text ?? '0').milliValue();
/** Thousandths as a quantity. */
const quantity = (thousandths: number): string => parseQuantity(`${thousandths}m`).toString();

import type { CrossVersionObjectReference, MetricIdentifier } from '@tabernetes/api/types/autoscaling-v2';
import { labelSelectorAsSelector, parseQuantity, StatusError } from '@tabernetes/apimachinery';
import { parseDuration } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import { messageOf } from './scale-target.ts';

/** What was measured of one Pod. */
export interface PodMetric {
  readonly timestampMs: number;
  readonly windowMs: number;
  /** In thousandths. */
  readonly value: number;
}
/** By name of the Pod. */
export type PodMetrics = Map<string, PodMetric>;

/** Nothing could be measured; the message is for the condition. */
export class NoMetric extends Error {
  override readonly name = 'NoMetric';
  /** Stands in front of the message where all failures are told together, and nowhere else. */
  readonly prefix: string;
  constructor(message: string, prefix = '') {
    super(message);
    this.prefix = prefix;
  }
}

/** The three APIs of metrics. Every call throws {@link NoMetric}. */
export interface MetricsSource {
  resource(name: string, namespace: string, selector: string, container: string): Promise<PodMetrics>;
  pods(metric: MetricIdentifier, namespace: string, selector: string): Promise<PodMetrics>;
  object(metric: MetricIdentifier, namespace: string, of: CrossVersionObjectReference): Promise<number>;
  external(metric: MetricIdentifier, namespace: string): Promise<readonly number[]>;
}

const CUSTOM = 'custom.metrics.k8s.io';
const EXTERNAL = 'external.metrics.k8s.io';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/podautoscaler/metrics/client.go */
export function metricsSource(client: Client, signal: AbortSignal): MetricsSource {
  async function read<T>(path: string, query: Readonly<Record<string, string>>, api: string, what: string): Promise<T> {
    try {
      const { body } = await client.request({ method: 'GET', path, query, signal });
      return (body.kind === 'object' ? body.object : {}) as T;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      throw new NoMetric(`unable to fetch metrics from ${api} metrics API: ${messageOf(error, `get ${what}`)}`);
    }
  }

  async function custom(
    namespace: string,
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly CustomValue[]> {
    const { groups = [] } = await read<Groups>('/apis', {}, 'custom', 'apis');
    const version = groups.find(({ name }) => name === CUSTOM)?.preferredVersion?.version;
    if (version === undefined)
      throw new NoMetric(
        `unable to fetch metrics from custom metrics API: no custom metrics API (${CUSTOM}) registered`,
      );
    const root = namespace === '' ? '' : `/namespaces/${namespace}`;
    const { items = [] } = await read<Items<CustomValue>>(
      `/apis/${CUSTOM}/${version}${root}/${path}`,
      query,
      'custom',
      path,
    );
    return items;
  }

  return {
    async resource(name, namespace, selector, container) {
      const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
      const query: Record<string, string> = selector === '' ? {} : { labelSelector: selector };
      const { items = [] } = await read<Items<PodUsage>>(path, query, 'resource', 'pods.metrics.k8s.io');
      if (items.length === 0) throw new NoMetric('no metrics returned from resource metrics API');
      const found: PodMetrics = new Map();
      for (const { metadata, timestamp, window, containers } of items) {
        const measured = container === '' ? containers : containers.filter((c) => c.name === container);
        if (container !== '' && measured.length === 0)
          throw new NoMetric(
            `failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${metadata.name}`,
          );
        if (measured.length === 0 || measured.some(({ usage }) => usage[name] === undefined)) continue;
        const value = measured.reduce((sum, { usage }) => sum + milli(usage[name] ?? '0'), 0);
        found.set(metadata.name, { timestampMs: Date.parse(timestamp), windowMs: parseDuration(window), value });
      }
      return found;
    },
    async pods(metric, namespace, selector) {
      const items = await custom(namespace, `pods/*/${metric.name}`, {
        labelSelector: selector,
        ...metricSelector(metric),
      });
      if (items.length === 0) throw new NoMetric('no metrics returned from custom metrics API');
      return new Map(
        items.map(({ describedObject, timestamp, windowSeconds = 60, value }) => [
          describedObject.name,
          { timestampMs: Date.parse(timestamp), windowMs: windowSeconds * 1000, value: milli(value) },
        ]),
      );
    },
    async object(metric, namespace, { apiVersion = '', kind, name }) {
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
      const isNamespace = kind === 'Namespace' && group === '';
      const resource = `${kind.toLowerCase()}s${group ? `.${group}` : ''}`;
      const path = isNamespace
        ? `namespaces/${namespace}/metrics/${metric.name}`
        : `${resource}/${name}/${metric.name}`;
      const [item] = await custom(isNamespace ? '' : namespace, path, metricSelector(metric));
      if (item === undefined) throw new NoMetric('no metrics returned from custom metrics API');
      return milli(item.value);
    },
    async external(metric, namespace) {
      const path = `/apis/${EXTERNAL}/v1beta1/namespaces/${namespace}/${metric.name}`;
      const selector = metric.selector === undefined ? '' : labelSelectorAsSelector(metric.selector).toString();
      const query: Record<string, string> = selector === '' ? {} : { labelSelector: selector };
      const { items = [] } = await read<Items<{ readonly value: string }>>(
        path,
        query,
        'external',
        `${metric.name}.${EXTERNAL}`,
      );
      if (items.length === 0) throw new NoMetric('no metrics returned from external metrics API');
      return items.map(({ value }) => milli(value));
    },
  };
}

interface Items<T> {
  readonly items?: readonly T[];
}
interface Groups {
  readonly groups?: readonly { readonly name: string; readonly preferredVersion?: { readonly version: string } }[];
}
interface PodUsage {
  readonly metadata: { readonly name: string };
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}
interface CustomValue {
  readonly describedObject: { readonly name: string };
  readonly timestamp: string;
  readonly windowSeconds?: number;
  readonly value: string;
}

function metricSelector({ selector }: MetricIdentifier): { readonly metricLabelSelector?: string } {
  return selector === undefined ? {} : { metricLabelSelector: labelSelectorAsSelector(selector).toString() };
}

const milli = (quantity: string): number => parseQuantity(quantity).milliValue();

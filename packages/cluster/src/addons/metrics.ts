import { type Column, defineKind, type KindDefinition } from '@tabernetes/api';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { type KubeObject, notFound, type StructSchema } from '@tabernetes/apimachinery';
import type { Addon } from './addon.ts';
import { METRIC_WINDOW_MS, type Usage, type UsageSource } from './usage-source.ts';

type Quantities = Readonly<Record<'cpu' | 'memory', string>>;
interface Metrics extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
}
/** @see https://github.com/kubernetes/metrics/blob/v0.32.0/pkg/apis/metrics/v1beta1/types.go */
export interface NodeMetrics extends Metrics {
  readonly usage: Quantities;
}
export interface PodMetrics extends Metrics {
  readonly containers: readonly { readonly name: string; readonly usage: Quantities }[];
}

/** `metrics.k8s.io`: what Pods and nodes use, as metrics-server answers it; for `kubectl top` and autoscalers. */
export const metricsAddon = (source: UsageSource): Addon => ({
  kinds: [nodeMetrics(source), podMetrics(source)] as readonly KindDefinition[],
  objects: [READER],
});

const READER = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name: 'system:aggregated-metrics-reader',
    labels: {
      'k8s-app': 'metrics-server',
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
    },
  },
  rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
} as KubeObject;

const GROUP = 'metrics.k8s.io';
const API_VERSION = `${GROUP}/v1beta1`;
const PODS = { group: '', plural: 'pods' };
const NODES = { group: '', plural: 'nodes' };
/** Answered as it is made. */
const SCHEMA: StructSchema = {
  kind: 'struct',
  goType: 'map[string]interface {}',
  fields: [],
  byName: new Map(),
  untyped: true,
  preserveUnknownFields: true,
};

const nodeMetrics = (source: UsageSource): KindDefinition<NodeMetrics> =>
  defineKind<NodeMetrics>({
    group: GROUP,
    version: 'v1beta1',
    kind: 'NodeMetrics',
    plural: 'nodes',
    singular: '',
    namespaced: false,
    schema: SCHEMA,
    virtual: {
      async get(name, _namespace, services, { nowMs }) {
        const node = (await services.list(NODES)).find(({ metadata }) => metadata.name === name);
        const found = node && measureNodes(source, [node], await services.list(PODS), nowMs)[0];
        if (found === undefined) throw notFound({ group: GROUP, resource: 'nodemetrics' }, name);
        return found;
      },
      list: async (_namespace, services, { nowMs }) =>
        measureNodes(source, await services.list(NODES), await services.list(PODS), nowMs),
    },
    columns: columns(({ usage }) => usage),
  });

const podMetrics = (source: UsageSource): KindDefinition<PodMetrics> =>
  defineKind<PodMetrics>({
    group: GROUP,
    version: 'v1beta1',
    kind: 'PodMetrics',
    plural: 'pods',
    singular: '',
    namespaced: true,
    schema: SCHEMA,
    virtual: {
      async get(name, namespace, services, { nowMs }) {
        const pod = (await services.list(PODS, namespace)).find(({ metadata }) => metadata.name === name);
        const found = pod && measurePod(source, pod, nowMs);
        if (found === undefined) throw notFound({ group: GROUP, resource: 'podmetrics' }, `${namespace}/${name}`);
        return found;
      },
      async list(namespace, services, { nowMs }) {
        const pods = await services.list(PODS, namespace === '' ? undefined : namespace);
        return pods.flatMap((pod) => measurePod(source, pod, nowMs) ?? []);
      },
    },
    columns: columns(({ containers }) => ({
      cpu: `${sum(containers.map(({ usage }) => Number.parseInt(usage.cpu, 10)))}n`,
      memory: `${sum(containers.map(({ usage }) => Number.parseInt(usage.memory, 10)))}Ki`,
    })),
  });

function columns<T extends Metrics>(usage: (object: T) => Quantities): readonly Column<T>[] {
  return [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      description: 'Whose usage it is',
      cell: ({ metadata }) => metadata.name ?? '',
    },
    { name: 'cpu', type: 'string', description: 'Cores in use', cell: (object) => usage(object).cpu },
    { name: 'memory', type: 'string', description: 'Memory in use', cell: (object) => usage(object).memory },
    { name: 'window', type: 'string', description: 'Time over which was measured', cell: ({ window }) => window },
  ];
}

function measureNodes(
  source: UsageSource,
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
  nowMs: number,
): readonly NodeMetrics[] {
  const onNode = new Map<string, Pod[]>(nodes.map(({ metadata }) => [metadata.name ?? '', []]));
  for (const pod of pods as readonly Pod[]) onNode.get(pod.spec?.nodeName ?? '')?.push(pod);
  return nodes.flatMap((node) => {
    const usage = source.node(node as Node, onNode.get(node.metadata.name ?? '') ?? [], nowMs);
    return usage === undefined ? [] : { ...measured('NodeMetrics', node, nowMs), usage: quantities(usage) };
  });
}

function measurePod(source: UsageSource, pod: KubeObject, nowMs: number): PodMetrics | undefined {
  const usage = source.pod(pod as Pod, nowMs);
  if (usage === undefined) return undefined;
  const containers = [...usage].map(([name, used]) => ({ name, usage: quantities(used) }));
  return { ...measured('PodMetrics', pod, nowMs), containers };
}

function measured(kind: string, { metadata }: KubeObject, nowMs: number): Metrics {
  const { name = '', namespace, labels } = metadata;
  const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      creationTimestamp: seconds(nowMs),
      ...(labels && { labels }),
    },
    timestamp: seconds(nowMs - (nowMs % METRIC_WINDOW_MS)),
    window: `${METRIC_WINDOW_MS / 1000}s`,
  };
}

const quantities = ({ cpuNanocores, memoryBytes }: Usage): Quantities => ({
  cpu: `${Math.round(cpuNanocores)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

import { validateLabels } from '@tabernetes/apimachinery';
import type { PageClusterOptions } from '@tabernetes/worker/connect';

/** What each node of a sandbox is: all are alike but for their zone. */
export interface NodeShape {
  /** Processors. */
  readonly cpu: number;
  /** Memory, in Gi. */
  readonly memory: number;
  readonly pods: number;
  /** Nodes are in so many zones, in turn: `zone-a`, `zone-b`, … */
  readonly zones: number;
  /** On every node, beside those that nodes have anyway. */
  readonly labels: Readonly<Record<string, string>>;
}

export const DEFAULT_SHAPE: NodeShape = { cpu: 4, memory: 8, pods: 110, zones: 3, labels: {} };

/** What a node can have at most. Each has 254 addresses for its Pods. */
export const MOST = { cpu: 256, memory: 2_048, pods: 250, zones: 9 } as const;
const MOST_LABELS = 20;

/** A shape as it was read from somewhere; undefined when it is none. */
export function readShape(value: unknown): NodeShape | undefined {
  const { labels, ...numbers } = { ...DEFAULT_SHAPE, ...(value as Partial<NodeShape> | null) };
  const isWhole = (name: keyof typeof MOST): boolean =>
    Number.isInteger(numbers[name]) && numbers[name] >= 1 && numbers[name] <= MOST[name];
  if (!(['cpu', 'memory', 'pods', 'zones'] as const).every(isWhole) || !areLabels(labels)) return undefined;
  const { cpu, memory, pods, zones } = numbers;
  return { cpu, memory, pods, zones, labels };
}

/** Kubelets give themselves no label of Kubernetes either, beside those that they know. */
const areLabels = (labels: unknown): labels is NodeShape['labels'] =>
  typeof labels === 'object' &&
  labels !== null &&
  Object.keys(labels).length <= MOST_LABELS &&
  Object.entries(labels).every(
    ([key, value]) => typeof value === 'string' && !/(^|\.)(kubernetes|k8s)\.io\//.test(key),
  ) &&
  validateLabels(labels as NodeShape['labels'], '').length === 0;

/** `disk=ssd, tier=front`, as kubectl takes them; undefined when they are no labels of nodes. */
export function labelsOf(text: string): NodeShape['labels'] | undefined {
  const pairs = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => /^([^=]+)=([^=]*)$/.exec(part));
  if (pairs.includes(null)) return undefined;
  const labels = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  return areLabels(labels) ? labels : undefined;
}

export const labelsText = (labels: NodeShape['labels']): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** The shape as a cluster takes it. */
export const shapeOptions = ({ cpu, memory, pods, zones, labels }: NodeShape): PageClusterOptions => ({
  nodeCapacity: { cpu: String(cpu), memory: `${memory}Gi`, pods: String(pods) },
  nodeLabels: labels,
  zones: Array.from({ length: zones }, (_, at) => `zone-${String.fromCharCode(97 + at)}`),
});

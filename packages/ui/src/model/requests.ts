import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { amountOf } from './quantity-text.ts';

type Requests = { readonly requests?: Readonly<Record<string, string | number | undefined>> } | undefined;

const amount = (resources: Requests, resource: string): number => amountOf(resources?.requests?.[resource]);

/**
 * What a Pod asks of its node for as long as it runs: its containers and sidecars together, or an init container that asks for more,
 * and its overhead. Cores, or bytes.
 */
export function requestOf({ spec }: Pod, resource: string): number {
  const { containers = [], initContainers = [], overhead } = spec ?? {};
  const main = containers.reduce((sum, { resources }) => sum + amount(resources, resource), 0);
  let sidecars = 0;
  let most = 0;
  for (const { resources, restartPolicy } of initContainers) {
    const own = amount(resources, resource);
    if (restartPolicy === 'Always') sidecars += own;
    else most = Math.max(most, sidecars + own);
  }
  return Math.max(main + sidecars, most) + amountOf(overhead?.[resource]);
}

/** What Pods that are on a node and have not ended ask of it together. */
export const requestedOf = (pods: readonly Pod[], resource: string): number =>
  pods.reduce((sum, pod) => (hasEnded(pod) ? sum : sum + requestOf(pod, resource)), 0);

const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** What a node has too little of for a Pod. */
export interface Shortage {
  /** `3.8` of cores, `512Mi` of memory. */
  readonly free: string;
  readonly whole: string;
  readonly asked: string;
}

/** Reads the scheduler's `Insufficient cpu`. Undefined: the reason is another one. */
export function shortageOf(reason: string, pod: Pod, node: Node, pods: readonly Pod[]): Shortage | undefined {
  const resource = /^Insufficient (\S+)$/.exec(reason)?.[1];
  if (resource === undefined || resource === 'pods') return undefined;
  const whole = amountOf(node.status?.allocatable?.[resource]);
  const here = pods.filter(({ spec }) => spec?.nodeName === node.metadata.name);
  const text = resource === 'cpu' ? coresText : bytesText;
  return {
    free: text(Math.max(0, whole - requestedOf(here, resource))),
    whole: text(whole),
    asked: text(requestOf(pod, resource)),
  };
}

const coresText = (cores: number): string => String(Math.round(cores * 1_000) / 1_000);

function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const) {
    if (bytes >= size) return `${Math.round((10 * bytes) / size) / 10}${unit}`;
  }
  return String(bytes);
}

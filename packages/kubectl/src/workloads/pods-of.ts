import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { type KubeObject, labelSelectorAsSelector, labelsText } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { watchUntil } from '../watching/watch-until.ts';
import { byLogging } from './pod-order.ts';

/** Go's names of the types that kubectl can decode, for refusals. */
const GO_PACKAGES: Readonly<Record<string, string>> = { batch: 'v1', '': 'v1' };

/**
 * The label selector by which a controller or a Service finds its Pods.
 *
 * @throws {Error} with kubectl's text for types that select none
 */
export function podSelectorOf(object: KubeObject): string {
  const { apiVersion, kind, metadata } = object;
  const { spec } = object as unknown as { readonly spec?: { readonly selector?: unknown } };
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  switch (`${group}/${kind}`) {
    case 'apps/ReplicaSet':
    case 'apps/StatefulSet':
    case 'apps/DaemonSet':
    case 'apps/Deployment':
    case 'batch/Job':
      return labelSelectorAsSelector((spec as Deployment['spec'])?.selector).toString();
    case '/ReplicationController':
      return labelsText(spec?.selector as Readonly<Record<string, string>> | undefined);
    case '/Service': {
      const labels = labelsText(spec?.selector as Readonly<Record<string, string>> | undefined);
      if (labels === '')
        throw new Error(`invalid service '${metadata.name ?? ''}': Service is defined without a selector`);
      return labels;
    }
    default:
      throw new Error(`selector for *${GO_PACKAGES[group] ?? apiVersion.slice(slash + 1)}.${kind} not implemented`);
  }
}

/**
 * The Pods that a selector finds, the best to read logs of first; waits for one when there are none.
 *
 * @throws {Error} `timed out waiting for the condition`
 */
export async function podsToLog(
  context: CommandContext,
  namespace: string,
  labelSelector: string,
  timeoutMs: number,
): Promise<readonly Pod[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const query = { labelSelector };
  const list = await context.api().object<{
    readonly items?: readonly Pod[];
    readonly metadata?: { readonly resourceVersion?: string };
  }>('GET', path, { query });
  const pods = list.items ?? [];
  if (pods.length > 0) return pods.toSorted(byLogging);
  const event = await watchUntil(context, path, {
    query: { ...query, resourceVersion: list.metadata?.resourceVersion ?? '0' },
    timeoutMs,
    isMet: ({ type }) => type === 'ADDED' || type === 'MODIFIED',
  });
  if (event === undefined) throw new Error('timed out waiting for the condition');
  return [event.object as unknown as Pod];
}

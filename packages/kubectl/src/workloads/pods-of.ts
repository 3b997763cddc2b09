import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { type KubeObject, labelSelectorAsSelector, labelsText } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { watchUntil } from '../watching/watch-until.ts';

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

const PHASES = ['Running', 'Unknown', 'Pending'];

/** @see k8s.io/kubectl/pkg/util/podutils/podutils.go ByLogging */
function byLogging(a: Pod, b: Pod): number {
  const [nodeA, nodeB] = [a.spec?.nodeName ?? '', b.spec?.nodeName ?? ''];
  if (nodeA !== nodeB && (nodeA === '' || nodeB === '')) return nodeA === '' ? 1 : -1;
  const phase = (pod: Pod): number => Math.max(0, PHASES.indexOf(pod.status?.phase ?? ''));
  if (phase(a) !== phase(b)) return phase(a) - phase(b);
  const [readyA, readyB] = [readySince(a), readySince(b)];
  if ((readyA === undefined) !== (readyB === undefined)) return readyA === undefined ? 1 : -1;
  if (readyA !== readyB) return (readyA ?? 0) - (readyB ?? 0);
  for (const restarts of [regularRestarts, sidecarRestarts]) {
    const difference = restarts(b) - restarts(a);
    if (difference !== 0) return difference;
  }
  return Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') || 0;
}

function readySince({ status }: Pod): number | undefined {
  const condition = status?.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'True');
  return condition === undefined ? undefined : Date.parse(condition.lastTransitionTime ?? '') || 0;
}

const regularRestarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set((spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const statuses = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
}

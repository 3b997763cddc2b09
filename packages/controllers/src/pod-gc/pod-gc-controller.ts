import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, StatusError } from '@tabernetes/apimachinery';
import { isReadyNode } from '../nodes/node-state.ts';
import { markDisruption } from '../pods/disruption.ts';
import { isFinished } from '../pods/pod-state.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController } from '../runtime/controller.ts';

const PERIOD_MS = 20_000;
/** How long a node may be unknown before its Pods are given up. */
const QUARANTINE_MS = 40_000;
/** As many finished Pods as are kept in the whole cluster. */
const MAX_FINISHED = 12_500;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
const NO_NODE = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };

/**
 * Deletes Pods that nobody else will: those of nodes that are gone, those that were told to go before they got a node or
 * whose node is out of service, and the oldest of far too many that have finished. Looks every twenty seconds.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/podgc/gc_controller.go
 */
export function podGarbageCollector(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const write = client.resource(kinds.pod);
  /** Nodes that Pods name and that are not there, and since when. */
  const missing = new Map<string, number>();

  async function remove(pod: Pod, why?: typeof NO_NODE): Promise<void> {
    const { name = '', namespace } = pod.metadata;
    try {
      if (!isFinished(pod)) {
        const nowMs = clock.now();
        if (why !== undefined) await markDisruption(client, pod, why, { nowMs, phase: 'Failed' });
        else await write.patch(name, namespace, 'strategic', FAILED, { subresource: 'status' });
      }
      await write.delete(name, namespace, { gracePeriodSeconds: 0 });
    } catch (error) {
      // Tried again with the next look.
      if (!(error instanceof StatusError)) throw error;
    }
  }

  /** Nodes that have been missing for long enough; the API is asked once more. */
  async function lostNodes(all: readonly Pod[], nowMs: number): Promise<ReadonlySet<string>> {
    const named = new Set<string>();
    for (const { spec } of all)
      if (spec?.nodeName && nodes.lister.get(spec.nodeName) === undefined) named.add(spec.nodeName);
    for (const name of missing.keys()) if (!named.has(name)) missing.delete(name);
    const lost = new Set<string>();
    for (const name of named) {
      const sinceMs = missing.get(name) ?? nowMs;
      missing.set(name, sinceMs);
      if (nowMs - sinceMs < QUARANTINE_MS) continue;
      const found = await client.resource(kinds.node).get(name).catch(ignoreNotFound);
      if (found === undefined) lost.add(name);
    }
    return lost;
  }

  const isOutOfService = (pod: Pod): boolean => {
    const node = nodes.lister.get(pod.spec?.nodeName ?? '');
    return (
      node !== undefined && !isReadyNode(node) && node.spec?.taints?.some((t) => t.key === OUT_OF_SERVICE) === true
    );
  };

  return createController(context, {
    name: 'pod-garbage-collector-controller',
    informers: [pods, nodes],
    watch: () => [],
    onSynced: (queue) => queue.add('pods'),
    async reconcile() {
      const all = pods.lister.list();
      const finished = all.filter(isFinished).sort(byEvictedAndAge);
      for (const pod of finished.slice(0, Math.max(finished.length - MAX_FINISHED, 0))) await remove(pod);
      const lost = await lostNodes(all, clock.now());
      for (const pod of all) {
        const { nodeName = '' } = pod.spec ?? {};
        const going = pod.metadata.deletionTimestamp !== undefined;
        if (lost.has(nodeName)) await remove(pod, NO_NODE);
        else if (going && (nodeName === '' || isOutOfService(pod))) await remove(pod);
      }
      return { requeueAfterMs: PERIOD_MS, background: true };
    },
  });
}

const FAILED = { status: { phase: 'Failed' } };

/** Those that were evicted first, then the oldest. */
function byEvictedAndAge(a: Pod, b: Pod): number {
  const evicted = (pod: Pod): boolean => pod.status?.phase === 'Failed' && pod.status.reason === 'Evicted';
  if (evicted(a) !== evicted(b)) return evicted(a) ? -1 : 1;
  const [x = '', y = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (x !== y) return x < y ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

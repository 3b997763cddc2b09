import { kinds } from '@tabernetes/api';
import type { Node, Pod, Taint } from '@tabernetes/api/types/core-v1';
import { type KubeObject, objectKey, StatusError } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { createEventRecorder } from '@tabernetes/client';
import { BY_NODE, indexByNode } from '../pods/by-node.ts';
import { markDisruption } from '../pods/disruption.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';
import { stayOf } from './tolerations.ts';

const RETRIES = 5;
const RETRY_MS = 10;
const REASON = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' };

/**
 * Deletes Pods from nodes with NoExecute taints that they do not tolerate, or no longer.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/tainteviction/taint_eviction.go
 */
export function taintEvictionController(context: ControllerContext): Controller {
  const { client, informers, clock, onError } = context;
  const pods = informers.for(kinds.pod);
  const nodes = informers.for(kinds.node);
  const write = client.resource(kinds.pod);
  const recorder = createEventRecorder(context, { component: 'taint-eviction-controller' });
  indexByNode(pods);
  const evictions = new Map<string, Eviction>();

  const say = (key: string, what: string): void =>
    recorder.event(podReference(key), 'Normal', 'TaintManagerEviction', `${what} Pod ${key}`);

  /** An eviction that has happened is forgotten without a word. */
  function cancel(key: string): void {
    const eviction = evictions.get(key);
    evictions.delete(key);
    if (eviction?.timer === undefined) return;
    eviction.timer.dispose();
    say(key, 'Cancelling deletion of');
  }

  function schedule(key: string, sinceMs: number, delayMs: number): void {
    if (evictions.has(key)) return;
    if (delayMs <= 0) void evict(key, sinceMs);
    else evictions.set(key, { sinceMs, timer: clock.setTimer(delayMs, () => void evict(key, sinceMs)) });
  }

  async function evict(key: string, sinceMs: number): Promise<void> {
    evictions.set(key, { sinceMs, timer: undefined });
    say(key, 'Marking for deletion');
    // A DaemonSet that deletes the Pod for the same taint is first, as a rule: it needs one request, this takes three.
    await clock.sleep(0);
    const [namespace = '', name = ''] = key.split('/');
    for (let attempt = 0; attempt < RETRIES; attempt++) {
      try {
        const pod = await write.get(name, namespace);
        await markDisruption(client, pod, REASON, { nowMs: clock.now() });
        await write.delete(name, namespace);
        return;
      } catch (error) {
        if (!(error instanceof StatusError)) onError(error);
        await clock.sleep(RETRY_MS);
      }
    }
    // The next change of the node or the Pod may try again.
    evictions.delete(key);
  }

  function decide(key: string): void {
    const pod = pods.lister.byKey(key);
    if (pod === undefined) {
      cancel(key);
      return;
    }
    const node = nodes.lister.get(pod.spec?.nodeName ?? '');
    if (node === undefined) return;
    const taints = noExecute(node);
    const stay = taints.length === 0 ? undefined : stayOf(taints, pod.spec?.tolerations ?? []);
    const nowMs = clock.now();
    if (stay === undefined || stay.kind === 'ever') cancel(key);
    else if (stay.kind === 'none') {
      cancel(key);
      schedule(key, nowMs, 0);
    } else {
      // Who was to go goes then, at the latest: a new taint gives no new time.
      const sinceMs = evictions.get(key)?.timer === undefined ? nowMs : (evictions.get(key)?.sinceMs ?? nowMs);
      if (sinceMs + stay.ms < nowMs + stay.ms) return;
      cancel(key);
      schedule(key, sinceMs, stay.ms);
    }
  }

  const controller = createController(context, {
    name: 'taint-eviction-controller',
    informers: [pods, nodes],
    watch: (queue) => {
      // At once: it is said of Pods that go that they do, even when their DaemonSet deletes them for the same taint.
      const all = ({ metadata }: Node): void => {
        for (const pod of pods.lister.byIndex(BY_NODE, metadata.name ?? '')) decide(objectKey(pod));
      };
      const one = (pod: Pod): void => void (pod.spec?.nodeName && queue.add(objectKey(pod)));
      return [
        nodes.addHandler({
          onAdd: (node) => noExecute(node).length > 0 && all(node),
          onUpdate: (node, old) => !sameTaints(noExecute(node), noExecute(old)) && all(node),
        }),
        pods.addHandler({
          onAdd: one,
          onUpdate(pod, old) {
            if (pod.spec?.nodeName !== old.spec?.nodeName || pod.spec?.tolerations !== old.spec?.tolerations) one(pod);
          },
          onDelete: one,
        }),
      ];
    },
    async reconcile(key) {
      decide(key);
      return DONE;
    },
  });
  return {
    ...controller,
    dispose() {
      controller.dispose();
      for (const { timer } of evictions.values()) timer?.dispose();
    },
  };
}

interface Eviction {
  /** When it was decided, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Undefined: it has happened. */
  readonly timer: Disposable | undefined;
}

const noExecute = ({ spec }: Node): readonly Taint[] => spec?.taints?.filter((t) => t.effect === 'NoExecute') ?? [];

const sameTaints = (a: readonly Taint[], b: readonly Taint[]): boolean =>
  a.length === b.length &&
  a.every(
    ({ key, value, timeAdded }, i) => key === b[i]?.key && value === b[i]?.value && timeAdded === b[i]?.timeAdded,
  );

function podReference(key: string): KubeObject {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
}

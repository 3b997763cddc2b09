import type { Pod } from '@tabernetes/api/types/core-v1';
import { expiry } from '../expiry.ts';
import type { NodeContext } from '../node-context.ts';
import { runHook } from './hooks.ts';
import type { KillReason } from './kill-reason.ts';
import { containerFieldPath, containerNamed } from './pod-view.ts';
import type { TerminationOrder } from './termination-order.ts';

export interface StopRequest {
  readonly pod: Pod;
  readonly id: string;
  readonly name: string;
  /** '' for the usual. */
  readonly message: string;
  readonly reason: KillReason;
  readonly podIP: string;
  /** Seconds; undefined: what the Pod or the probe says. */
  readonly graceOverride?: number | undefined;
  readonly order?: TerminationOrder;
}

/**
 * Ends a container: preStop, its turn among the others, TERM, and KILL when the time is over.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
 */
export async function stopContainer(node: NodeContext, request: StopRequest): Promise<void> {
  const { pod, id, name, message, podIP, graceOverride, order } = request;
  const { clock, recorder, runtime } = node;
  const container = containerNamed(pod, name);
  if (container === undefined) return;
  const tell = (type: 'Normal' | 'Warning', reason: string, text: string): void =>
    recorder.event(pod, type, reason, text, containerFieldPath(pod, name));
  tell('Normal', 'Killing', message || `Stopping container ${name}`);
  let grace = graceOverride ?? gracePeriod(request);
  const preStop = container.lifecycle?.preStop;
  if (preStop !== undefined && grace > 0) {
    const beganMs = clock.now();
    const stop = new AbortController();
    const hook = runHook(node, preStop, pod, container, { id, podIP }, stop.signal).catch(() => {
      // What went wrong may be a secret; that something did is all that is said.
      tell('Warning', 'FailedPreStopHook', 'PreStopHook failed');
    });
    await within(node, hook, grace * 1000);
    stop.abort();
    grace -= Math.floor((clock.now() - beganMs) / 1000);
  }
  if (order !== undefined && grace > 0) {
    const beganMs = clock.now();
    await within(node, order.turn(name), grace * 1000);
    grace -= Math.floor((clock.now() - beganMs) / 1000);
  }
  await runtime.stopContainer(id, Math.max(grace, MINIMUM_GRACE) * 1000);
  order?.ended(name);
}

/** There is always some time to shut down. Seconds. */
const MINIMUM_GRACE = 2;

function gracePeriod({ pod, name, reason }: StopRequest): number {
  const ofDeletion = pod.metadata.deletionGracePeriodSeconds;
  if (ofDeletion !== undefined) return ofDeletion;
  const container = containerNamed(pod, name);
  const probe =
    reason === 'liveness' ? container?.livenessProbe : reason === 'startup' ? container?.startupProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? MINIMUM_GRACE;
}

/** Waits for a promise, but not longer. */
async function within({ clock }: NodeContext, promise: Promise<void>, ms: number): Promise<void> {
  const limit = expiry(clock, ms);
  await Promise.race([promise, limit.passed]);
  limit.dispose();
}

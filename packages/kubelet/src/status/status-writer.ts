import { kinds } from '@tabernetes/api';
import type { Pod, PodStatus } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, isConflict, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import { isMirrorPod, isTerminalPhase } from '../pod/pod-view.ts';
import { mergeStatus, statusPatch } from './merge-status.ts';

/** A Pod whose status is written. */
export interface StatusOwner {
  /** The Pod as the API has it (of a static Pod its mirror); undefined: it has it not. */
  readonly stored: Pod | undefined;
  readonly status: PodStatus | undefined;
  /** False once no container can be running. */
  readonly mayRun: boolean;
  /** All is done that has to be done before the API may forget it. */
  readonly finished: boolean;
}

export interface StatusWriterDeps {
  readonly client: Client;
  readonly clock: Clock;
  /** False while the process of the kubelet has ended: it writes nothing. Default: it runs. */
  readonly isRunning?: () => boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * Writes statuses, each as one patch of what has changed; what changes several times within a turn is written once. Pods
 * that are deleted and done with are deleted for good.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/status/status_manager.go
 */
export interface StatusWriter extends Disposable {
  /** `passing`: what is true now will most likely not be so for long; it is written if it is. */
  changed(owner: StatusOwner, passing?: boolean): void;
  /** The kubelet runs again: what has not been written is. */
  resume(): void;
}

/** How long something must be so that is expected to pass. */
const PASSING_MS = 3_000;
/** The longest wait between two tries; who has waited so long waits in the background. */
const LAST_RETRY_MS = 10_000;

export function createStatusWriter({ client, clock, isRunning = () => true, onError }: StatusWriterDeps): StatusWriter {
  const pods = client.resource(kinds.pod);
  const dirty = new Set<StatusOwner>();
  const writing = new Set<StatusOwner>();
  const passing = new Set<StatusOwner>();
  /** Those whose last write was refused. */
  const refused = new Map<StatusOwner, { readonly times: number; readonly retry: Disposable }>();
  let timer: Disposable | undefined;
  let later: Disposable | undefined;
  let disposed = false;

  const arm = (): void => {
    timer ??= clock.setTimer(0, flush);
  };
  function flush(): void {
    timer?.dispose();
    timer = undefined;
    // It would write of a Pod as it was when it last heard of it, and be refused again and again.
    if (!isRunning()) return;
    const due = [...dirty];
    dirty.clear();
    for (const owner of due) {
      if (writing.has(owner)) dirty.add(owner);
      else void write(owner);
    }
  }
  async function write(owner: StatusOwner): Promise<void> {
    writing.add(owner);
    refused.get(owner)?.retry.dispose();
    try {
      await put(owner);
      refused.delete(owner);
    } catch (error) {
      if (!(error instanceof StatusError)) onError(error);
      if (!disposed) writeAgain(owner, error);
    } finally {
      writing.delete(owner);
      if (dirty.has(owner) && !disposed) arm();
    }
  }
  /** What has changed under our feet is looked at again at once; what cannot be written is tried more and more rarely. */
  function writeAgain(owner: StatusOwner, error: unknown): void {
    const times = (refused.get(owner)?.times ?? 0) + 1;
    const delayMs = times === 1 && isConflict(error) ? 0 : Math.min(100 * 2 ** times, LAST_RETRY_MS);
    const retry = clock.setTimer(
      delayMs,
      () => {
        dirty.add(owner);
        flush();
      },
      { background: delayMs === LAST_RETRY_MS },
    );
    refused.set(owner, { times, retry });
  }
  async function put(owner: StatusOwner): Promise<void> {
    const { stored, status } = owner;
    if (stored === undefined || status === undefined) return;
    const { name = '', namespace, uid, resourceVersion } = stored.metadata;
    const merged = mergeStatus(stored.status ?? {}, status, owner.mayRun);
    const patch = statusPatch(stored.status ?? {}, merged);
    let phase = stored.status?.phase;
    if (patch !== undefined) {
      const body = { metadata: { uid, resourceVersion }, status: patch };
      const written = await pods.patch(name, namespace, 'merge', body, { subresource: 'status' }).catch(ignoreNotFound);
      if (written === undefined) return;
      phase = written.status?.phase;
    }
    if (stored.metadata.deletionTimestamp === undefined || isMirrorPod(stored)) return;
    if (!owner.finished || !isTerminalPhase(phase)) return;
    await pods
      .delete(name, namespace, { gracePeriodSeconds: 0, ...(uid && { preconditions: { uid } }) })
      .catch(ignoreNotFound);
  }

  return {
    changed(owner, isPassing = false) {
      if (isPassing) {
        passing.add(owner);
        later ??= clock.setTimer(PASSING_MS, () => {
          later = undefined;
          for (const one of passing) dirty.add(one);
          passing.clear();
          flush();
        });
        return;
      }
      passing.delete(owner);
      dirty.add(owner);
      arm();
    },
    resume() {
      if (dirty.size > 0) arm();
    },
    dispose() {
      disposed = true;
      timer?.dispose();
      later?.dispose();
      for (const { retry } of refused.values()) retry.dispose();
      refused.clear();
      dirty.clear();
      passing.clear();
    },
  };
}

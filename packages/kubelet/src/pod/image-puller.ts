import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import { type Clock, formatDuration } from '@tabernetes/base';
import type { EventRecorder, EventType } from '@tabernetes/client';
import type { ContainerRuntime, Image } from '@tabernetes/node-api';
import { credentialsFor, type RegistryCredentials } from '../config/pull-secrets.ts';
import { type ImagePullState, imagePullTable } from '../machines/image-pull.machine.ts';
import type { StartFailure } from '../status/container-statuses.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { taggedImageName } from './image-name.ts';
import { containerFieldPath, podUid } from './pod-view.ts';
import { KubeletStopped } from './sync-context.ts';

export interface ImagePullerDeps {
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
}

export type PullOutcome =
  | { readonly image: Image }
  | { readonly failure: StartFailure /** When to look again. */; readonly retryAtMs?: number };

/** Has images on the node before containers need them: one pull at a time, with a back-off per Pod and image. */
export interface ImagePuller {
  /** @throws {KubeletStopped} */
  ensure(
    pod: Pod,
    container: Container | EphemeralContainer,
    options: {
      readonly auth: readonly RegistryCredentials[] | undefined;
      /** Breaks the pull off. */
      readonly signal: () => AbortSignal;
    },
  ): Promise<PullOutcome>;
  /** The Pod is gone. */
  forget(uid: string): void;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/images/image_manager.go */
export function createImagePuller({ clock, runtime, recorder }: ImagePullerDeps): ImagePuller {
  const backoff: Backoff = createBackoff();
  const pulls = new Map<string, { state: ImagePullState; lastError: string }>();
  let queue: Promise<unknown> = Promise.resolve();

  return {
    async ensure(pod, container, { auth, signal: signalOf }) {
      const wanted = container.image ?? '';
      const tell = (type: EventType, reason: string, message: string): void =>
        recorder.event(pod, type, reason, message, containerFieldPath(pod, container.name));
      const quoted = JSON.stringify(wanted);
      let name: string;
      try {
        name = taggedImageName(wanted);
      } catch (error) {
        const message = `Failed to apply default image tag ${quoted}: ${(error as Error).message}`;
        tell('Warning', 'InspectFailed', message);
        return { failure: { reason: 'InvalidImageName', message } };
      }
      if (container.imagePullPolicy !== 'Always') {
        const present = runtime.imageStatus(name);
        if (present !== undefined) {
          tell('Normal', 'Pulled', `Container image ${quoted} already present on machine`);
          return { image: present };
        }
        if (container.imagePullPolicy === 'Never') {
          const message = `Container image ${quoted} is not present with pull policy of Never`;
          tell('Warning', 'ErrImageNeverPull', message);
          return { failure: { reason: 'ErrImageNeverPull', message } };
        }
      }
      const key = `${podUid(pod)}_${wanted}`;
      const pull = pulls.get(key) ?? { state: imagePullTable.initial, lastError: '' };
      pulls.set(key, pull);
      const waits = backoff.waitingSinceUpdate(key, clock.now());
      const step = imagePullTable.step(pull.state, waits ? 'tooSoon' : 'pull');
      if (step === undefined || step.effects.includes('reportBackOff')) {
        const message = `Back-off pulling image ${quoted}`;
        tell('Normal', 'BackOff', message);
        return {
          failure: {
            reason: 'ImagePullBackOff',
            message: pull.lastError === '' ? message : `${message}: ${pull.lastError}`,
          },
          retryAtMs: backoff.endsSinceUpdateMs(key),
        };
      }
      pull.state = step.target;
      const askedMs = clock.now();
      tell('Normal', 'Pulling', `Pulling image ${quoted}`);
      let beganMs = askedMs;
      const signal = signalOf();
      const turn = queue.then(() => {
        beganMs = clock.now();
        return runtime.pullImage(name, { signal, ...(auth !== undefined && { auth: credentialsFor(name, auth) }) });
      });
      queue = turn.catch(() => undefined);
      try {
        const image = await turn;
        pull.state = imagePullTable.step(pull.state, 'pulled')?.target ?? pull.state;
        const now = clock.now();
        const [took, all] = [formatDuration(now - beganMs), formatDuration(now - askedMs)];
        tell(
          'Normal',
          'Pulled',
          `Successfully pulled image ${quoted} in ${took} (${all} including waiting). Image size: ${image.sizeBytes} bytes.`,
        );
        return { image };
      } catch (error) {
        if (signal.reason instanceof KubeletStopped) {
          pulls.delete(key);
          throw error;
        }
        pull.state = imagePullTable.step(pull.state, 'failed')?.target ?? pull.state;
        const message = signal.aborted ? 'rpc error: code = Canceled desc = context canceled' : pullErrorText(error);
        tell('Warning', 'Failed', `Failed to pull image ${quoted}: ${message}`);
        backoff.next(key, clock.now(), clock.now());
        pull.lastError = `ErrImagePull: ${message}`;
        // Before long the Pod is looked at again, and told of as one that waits.
        return { failure: { reason: 'ErrImagePull', message }, retryAtMs: clock.now() + SECOND_LOOK_MS };
      }
    },
    forget(uid) {
      backoff.forget(`${uid}_`);
      for (const key of pulls.keys()) if (key.startsWith(`${uid}_`)) pulls.delete(key);
    },
  };
}

/** So long an image is one that could not be pulled, before it is one that is waited for. */
const SECOND_LOOK_MS = 1_000;

/** What gRPC puts before it, except for errors of no kind. */
function pullErrorText(error: unknown): string {
  const { message, code = 'Unknown' } = error as Error & { readonly code?: string };
  return code === 'Unknown' || message.startsWith('rpc error:')
    ? message
    : `rpc error: code = ${code} desc = ${message}`;
}

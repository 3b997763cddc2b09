import type { Container, EphemeralContainer, Pod } from '@tabernetes/api/types/core-v1';
import { formatDuration } from '@tabernetes/base';
import type { Image } from '@tabernetes/node-api';
import type { RegistryCredentials } from '../config/pull-secrets.ts';
import {
  type ContainerEffect,
  type ContainerMachineEvent,
  type ContainerMachineState,
  containerTable,
} from '../machines/container.machine.ts';
import type { NodeContext } from '../node-context.ts';
import type { StartFailure } from '../status/container-statuses.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { containerConfig, verifyCreatable } from './container-config.ts';
import { containerHash } from './container-hash.ts';
import { stopContainer } from './container-stopper.ts';
import { runHook } from './hooks.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodHosts } from './pod-hosts.ts';
import { containerFieldPath, podText, podUid } from './pod-view.ts';
import { type SeenPod, seenContainer } from './runtime-status.ts';

/** What the containers of one Pod are started with. */
export interface StartContext {
  readonly pod: Pod;
  readonly seen: SeenPod;
  readonly sandboxId: string;
  readonly podIPs: readonly string[];
  readonly auth: readonly RegistryCredentials[] | undefined;
  readonly volumes: PodVolumes;
  readonly hosts: PodHosts;
  readonly containers: PodContainers;
  /** False: the Pod has been told to go, or nobody looks after it any more. */
  readonly wanted: () => boolean;
  /** Breaks off what takes long, once it is not wanted any more. */
  readonly signal: () => AbortSignal;
  /** The state of the machine of each container, by name. */
  readonly states: Map<string, ContainerMachineState>;
}

/** Undefined: it runs. `retryAtMs`: when it may be tried again; undefined: when the kubelet next looks. */
export type StartOutcome = { readonly failure: StartFailure; readonly retryAtMs?: number } | undefined;

/**
 * Takes one container from wherever it is to running, by its machine: each effect is performed, and how it went is the
 * next event.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod
 */
export async function startContainer(
  node: NodeContext,
  context: StartContext,
  container: Container | EphemeralContainer,
): Promise<StartOutcome> {
  const { clock, recorder, runtime, images, backoff } = node;
  const { pod, seen, sandboxId, podIPs, containers, states } = context;
  const { name } = container;
  const podIP = podIPs[0] ?? '';
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    recorder.event(pod, type, reason, message, containerFieldPath(pod, name));
  let outcome: StartOutcome;
  let image: Image | undefined;
  let id = '';
  const fail = (reason: string, message: string, retryAtMs?: number): void => {
    outcome = { failure: { reason, message }, ...(retryAtMs !== undefined && { retryAtMs }) };
  };

  const perform: Partial<Record<ContainerEffect, () => Promise<ContainerMachineEvent | undefined>>> = {
    async ensureImage() {
      const pulled = await images.ensure(pod, container, context);
      if ('failure' in pulled) {
        fail(pulled.failure.reason, pulled.failure.message, pulled.retryAtMs);
        tell('Warning', 'Failed', `Error: ${pulled.failure.reason}`);
        return 'imageMissing';
      }
      image = pulled.image;
      return context.wanted() ? 'imagePresent' : undefined;
    },
    async createContainer() {
      if (image === undefined) return 'createFailed';
      const attempt = containers.attempts(name);
      const target = 'targetContainerName' in container ? container.targetContainerName : undefined;
      let reason = 'CreateContainerConfigError';
      try {
        const config = await containerConfig(node, {
          pod,
          container,
          image,
          attempt,
          podIPs,
          volumes: context.volumes,
          hosts: context.hosts,
          targetContainerId: target ? targetId(seen, target) : undefined,
        });
        reason = 'CreateContainerError';
        verifyCreatable(pod, container);
        id = await runtime.createContainer(sandboxId, config);
      } catch (error) {
        const { message } = error as Error;
        fail(reason, message);
        tell('Warning', 'Failed', `Error: ${message}`);
        return 'createFailed';
      }
      containers.add(id, container, image);
      tell('Normal', 'Created', `Created container: ${name}`);
      return 'created';
    },
    async startContainer() {
      try {
        await runtime.startContainer(id);
      } catch (error) {
        const { message } = error as Error;
        fail('RunContainerError', message);
        tell('Warning', 'Failed', `Error: ${message}`);
        return 'startFailed';
      }
      tell('Normal', 'Started', `Started container ${name}`);
      return container.lifecycle?.postStart === undefined ? 'started' : 'startedWithHook';
    },
    async runPostStart() {
      const hook = container.lifecycle?.postStart;
      if (hook === undefined) return 'hookDone';
      try {
        await runHook(node, hook, pod, container, { id, podIP });
        return 'hookDone';
      } catch (error) {
        fail('PostStartHookError', (error as Error).message);
        return 'hookFailed';
      }
    },
    async reportHookFailure() {
      tell('Warning', 'FailedPostStartHook', 'PostStartHook failed');
      return undefined;
    },
    async stopContainer() {
      await stopContainer(node, { pod, id, name, message: 'FailedPostStartHook', reason: 'postStart', podIP });
      return 'exit';
    },
    async recordBackOff() {
      tell('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${podText(pod)}`);
      return undefined;
    },
  };

  // The newest that has ended decides how long to wait.
  const ended = seen.containers.find((c) => c.name === name && c.state === 'exited');
  const key = `${podUid(pod)}_${name}_${containerHash(container)}`;
  let event: ContainerMachineEvent | undefined = 'start';
  if (ended !== undefined) {
    const now = clock.now();
    if (backoff.waiting(key, ended.finishedMs, now)) {
      event = 'backOff';
      const wait = formatDuration(backoff.get(key));
      fail(
        'CrashLoopBackOff',
        `back-off ${wait} restarting failed container=${name} pod=${podText(pod)}`,
        backoff.endsMs(key, ended.finishedMs),
      );
    } else backoff.next(key, ended.finishedMs, now);
  }
  let state = settled(states.get(name));
  while (event !== undefined) {
    const step = containerTable.step(state, event);
    if (step === undefined) break;
    state = step.target;
    states.set(name, state);
    event = undefined;
    for (const effect of step.effects) event = (await perform[effect]?.()) ?? event;
  }
  return outcome;
}

/** Where a start begins: what ran when it was last heard of has ended, or we would not be asked. */
function settled(state: ContainerMachineState | undefined): ContainerMachineState {
  if (state === undefined) return containerTable.initial;
  return containerTable.step(state, 'start') === undefined
    ? (containerTable.step(state, 'exit')?.target ?? containerTable.initial)
    : state;
}

/** @throws {Error} when the container to join is not there */
function targetId(seen: SeenPod, target: string): string {
  const found = seenContainer(seen, target);
  if (found === undefined) throw new Error(`unable to find target container ${target}`);
  return found.id;
}

import type { Pod, PodStatus } from '@tabernetes/api/types/core-v1';
import type { Disposable } from '@tabernetes/base';
import type { ContainerEvent } from '@tabernetes/node-api';
import type { ContainerMachineState } from '../machines/container.machine.ts';
import { type PodEffect, type PodEvent, type PodState, podTable } from '../machines/pod.machine.ts';
import type { NodeContext } from '../node-context.ts';
import { type ContainerProbeCounts, NO_PROBES, type PodProbes, type ProbeHistory } from '../probe/probe-manager.ts';
import { type PodVerdict, podStatus } from '../status/pod-status.ts';
import type { StatusOwner, StatusWriter } from '../status/status-writer.ts';
import { terminalStatus } from '../status/terminal-status.ts';
import { timeText } from '../status/times.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { DEADLINE, deadlineMs } from './deadline.ts';
import { effectiveGraceSeconds } from './grace-period.ts';
import { restartsOf, shorter, specChanged } from './pod-changes.ts';
import { PodContainers } from './pod-containers.ts';
import { PodRunner } from './pod-runner.ts';
import { PodTurns } from './pod-turns.ts';
import { containerFieldPath, isTerminalPhase, podUid } from './pod-view.ts';
import { NOTHING_SEEN, type SeenPod } from './runtime-status.ts';
import { KubeletStopped, SyncContext } from './sync-context.ts';
import { workerVolumes } from './worker-volumes.ts';

export interface PodWorkerDeps {
  readonly node: NodeContext;
  readonly writer: StatusWriter;
  /** Why nothing may be started; undefined: the network is ready. */
  readonly networkTrouble: () => string | undefined;
  /** The handler of a RuntimeClass. @throws {Error} when there is no such class */
  readonly runtimeHandler: (name: string) => Promise<string>;
  /** The Pod is done with and forgotten by the API. */
  readonly onGone: () => void;
}

/**
 * Looks after one Pod from its coming to its going, in turns.
 *
 *   update, runtime event, probe, timer  ──wake──▶  turn  ──▶  sync | stop containers | release volumes
 *                                                    ▲                      │
 *                                                    └── again, if woken ───┘
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pod_workers.go
 */
export class PodWorker implements StatusOwner, Disposable {
  readonly #deps: PodWorkerDeps;
  readonly #node: NodeContext;
  readonly #runner: PodRunner;
  readonly #volumes: PodVolumes;
  readonly #turns: PodTurns;
  readonly #context = new SyncContext();
  #probes: PodProbes | undefined;
  #state: PodState = podTable.initial;
  #pod: Pod;
  #stored: Pod | undefined;
  #seen: SeenPod = NOTHING_SEEN;
  #status: PodStatus | undefined;
  #verdict: PodVerdict | undefined;
  #graceOverride: number | undefined;
  /** When the last of its containers had been stopped. */
  #endedMs = 0;
  /** Since when the node knows the Pod. */
  readonly seenMs: number;

  constructor(deps: PodWorkerDeps, pod: Pod, stored: Pod | undefined) {
    this.#deps = deps;
    const { node } = deps;
    this.#node = node;
    this.seenMs = node.clock.now();
    this.#pod = pod;
    this.#stored = stored;
    this.#turns = new PodTurns({ clock: node.clock, relist: node.relist, turn: () => this.#turn() });
    const containers = new PodContainers(node, podUid(pod), restartsOf(pod));
    this.#volumes = workerVolumes(node, pod, {
      podIPs: () => this.#seen.sandbox?.ips ?? [],
      // This will take longer than a moment.
      onFailure: () => deps.writer.changed(this),
    });
    this.#runner = new PodRunner(node, containers, this.#volumes, {
      runtimeHandler: deps.runtimeHandler,
      changed: () => this.#changed(),
      wanted: () => this.#isWanted(),
      signal: this.#context.signal,
    });
  }

  get pod(): Pod {
    return this.#pod;
  }
  get state(): PodState {
    return this.#state;
  }
  /** The states of its containers' machines, by name. */
  get containerStates(): ReadonlyMap<string, ContainerMachineState> {
    return this.#runner.machines;
  }
  /** How its containers answered lately; empty: none is probed. */
  get probeHistory(): readonly ProbeHistory[] {
    return this.#probes?.history() ?? [];
  }
  /** How often its containers answered in all. */
  get probeCounts(): readonly ContainerProbeCounts[] {
    return this.#probes?.counts() ?? [];
  }
  get stored(): Pod | undefined {
    return this.#stored;
  }
  get status(): PodStatus | undefined {
    return this.#status;
  }
  get mayRun(): boolean {
    return this.#state === 'syncing' || this.#state === 'terminating';
  }
  get finished(): boolean {
    return this.#state === 'finished';
  }
  get containers(): PodContainers {
    return this.#runner.containers;
  }
  get volumes(): PodVolumes {
    return this.#volumes;
  }

  /** The kubelet takes the Pod. */
  admit(): void {
    this.#send('admit');
    this.wake();
  }

  /** The kubelet refuses the Pod. */
  reject(reason: string, message: string): void {
    this.#send('reject');
    const { recorder, clock } = this.#node;
    recorder.event(this.#pod, 'Warning', reason, message);
    this.#setStatus({
      phase: 'Failed',
      reason,
      message: `Pod was rejected: ${message}`,
      startTime: this.#pod.status?.startTime ?? timeText(clock.now()),
    });
  }

  /** The Pod as the API has it has changed. */
  update(pod: Pod, stored: Pod | undefined): void {
    const graceBefore = this.#pod.metadata.deletionGracePeriodSeconds;
    const changed = specChanged(this.#pod, pod);
    this.#pod = pod;
    this.#stored = stored;
    this.#volumes.podChanged(pod);
    if (
      pod.metadata.deletionTimestamp !== undefined ||
      (this.#state === 'syncing' && isTerminalPhase(pod.status?.phase))
    ) {
      if (this.#state === 'syncing' || this.#state === 'pending') this.#terminate('terminate');
      else if (this.#state === 'terminating' && shorter(pod.metadata.deletionGracePeriodSeconds, graceBefore)) {
        this.#runner.hurry(pod.metadata.deletionGracePeriodSeconds ?? 0);
      } else if (this.#state === 'finished') {
        this.#runner.containers.remove();
        this.#deps.writer.changed(this);
      }
      return;
    }
    if (changed) this.wake();
    else if (this.#status !== undefined) this.#deps.writer.changed(this);
  }

  /** The API has forgotten the Pod. */
  remove(): void {
    this.#stored = undefined;
    if (this.#state === 'finished') this.#leave();
    else this.#terminate('remove');
  }

  /** Ends the Pod for a reason of the node's own. Seconds. */
  evict(verdict: PodVerdict, graceSeconds?: number): void {
    if (this.#state !== 'syncing') return;
    this.#verdict = verdict;
    this.#graceOverride = graceSeconds;
    this.#terminate('terminate');
  }

  /** Something has happened in the runtime. */
  runtimeEvent({ container }: ContainerEvent): void {
    if (container.state === 'exited') {
      if (container.killed !== undefined) {
        const { name, killed } = container;
        this.#node.recorder.event(this.#pod, 'Warning', 'Killed', killed, containerFieldPath(this.#pod, name));
      }
      const { containers } = this.#runner;
      void containers
        .settle(this.#pod, container)
        .catch(this.#node.onError)
        .then(() => this.#changed());
    } else this.#changed();
  }

  /** Looks at the Pod as soon as it can. */
  wake(): void {
    this.#turns.wake();
  }

  /** The kubelet stops: containers live on, nobody looks. */
  suspend(): void {
    this.#turns.suspend();
    this.#context.cancel(new KubeletStopped());
    this.#probes?.stop();
    this.#probes = undefined;
  }

  /** The kubelet is back and looks what has become of the Pod. */
  resume(): void {
    if (this.#state === 'pending' || this.#state === 'syncing') this.#context.renew();
    this.#seen = this.#runner.containers.see();
    this.#turns.resume();
  }

  dispose(): void {
    this.#turns.dispose();
    this.#context.cancel(new KubeletStopped());
    this.#probes?.stop();
    this.#volumes.dispose();
  }

  #changed(): void {
    if (this.#turns.halted) return;
    this.#node.relist.changed(podUid(this.#pod), () => {
      this.#seen = this.#runner.containers.see();
      for (const { name, state } of this.#seen.containers) {
        if (state === 'exited' && this.#runner.machines.get(name) === 'running')
          this.#runner.machines.set(name, 'exited');
      }
      this.wake();
    });
  }

  #send(event: PodEvent): readonly PodEffect[] {
    const step = podTable.step(this.#state, event);
    if (step === undefined) return [];
    this.#state = step.target;
    return step.effects;
  }

  #terminate(event: 'terminate' | 'remove'): void {
    this.#send(event);
    this.#context.cancel();
    this.#turns.forgetTimers();
    this.wake();
  }

  async #turn(): Promise<void> {
    const began = this.#state;
    if (this.#node.timing.relistMs === 0) this.#seen = this.#runner.containers.see();
    try {
      if (began === 'syncing') await this.#sync();
      else if (began === 'terminating') await this.#stopAll();
      else if (began === 'terminated') await this.#release();
    } catch (error) {
      // What was given up fails as it may.
      if (began !== 'syncing' || !this.#context.cancelled) this.#node.onError(error);
      if (began === this.#state) this.#turns.wakeAfter(RETRY_MS, true);
    }
  }

  #generate({ ended = false, asks = true } = {}): PodStatus {
    const { clock, hostIP, recorder } = this.#node;
    const { startTime } = this.#status ?? this.#stored?.status ?? {};
    if (this.#state === 'syncing' && deadlineMs(this.#pod, startTime) <= clock.now()) this.#verdict ??= DEADLINE;
    if (this.#verdict?.reason === DEADLINE.reason) {
      recorder.event(this.#pod, 'Normal', DEADLINE.reason, DEADLINE.message);
    }
    const status = podStatus({
      pod: this.#pod,
      seen: this.#seen,
      failures: this.#runner.failures,
      before: this.#status ?? this.#stored?.status ?? {},
      probes: this.#probes ?? NO_PROBES,
      verdict: this.#verdict,
      ended,
      hostIP,
      nowMs: clock.now(),
    });
    this.#probes?.look(status, this.#seen, asks);
    return status;
  }

  #setStatus(status: PodStatus, passing = false): void {
    this.#status = status;
    this.#deps.writer.changed(this, passing);
  }

  /** @see pkg/kubelet/kubelet.go SyncPod */
  async #sync(): Promise<void> {
    const { node } = this;
    const status = this.#generate();
    this.#setStatus(
      status,
      !node.timing.tellsOfCreation && status.phase === 'Pending' && this.#seen.containers.length === 0,
    );
    this.#runner.containers.forgetOlder();
    this.#turns.wakeAt(deadlineMs(this.#pod, status.startTime));
    if (isTerminalPhase(status.phase)) {
      this.#terminate('terminate');
      return;
    }
    this.#turns.forgetRetry();
    const trouble = this.#deps.networkTrouble();
    if (trouble !== undefined && this.#pod.spec?.hostNetwork !== true) {
      node.recorder.event(this.#pod, 'Warning', 'NetworkNotReady', `network is not ready: ${trouble}`);
      this.#retryAfter(NETWORK_RETRY_MS + node.rng.int(NETWORK_RETRY_MS / 2));
      return;
    }
    if (!(await this.#mount()) || !this.#isWanted()) return;
    this.#probe();
    const outcome = await this.#runner.start(this.#pod, this.#seen, this.#probes ?? NO_PROBES);
    if (outcome === undefined) return;
    // The reason is told when the Pod is looked at next; a kubelet that takes no time looks at once.
    if (node.timing.relistMs === 0 && this.#state === 'syncing') {
      this.#seen = this.#runner.containers.see();
      this.#setStatus(this.#generate());
    }
    this.#retryAfter(
      node.timing.retryMs() ?? Math.max((outcome.retryAtMs ?? node.clock.now() + RETRY_MS) - node.clock.now(), 0),
    );
  }

  private get node(): NodeContext {
    return this.#node;
  }

  /** Whether it is to run, as far as this kubelet knows while somebody looks. */
  #isWanted(): boolean {
    return this.#state === 'syncing' && !this.#turns.halted;
  }

  #retryAfter(delayMs: number): void {
    if (this.#state !== 'syncing') return;
    // What ends again and again may end well the next time, but nobody waits for that for ever; what is missing stays so.
    const restarts = [...this.#runner.failures.values()].some(({ reason }) => reason === 'CrashLoopBackOff');
    this.#turns.wakeAfter(delayMs, !restarts || delayMs > PATIENCE_MS);
  }

  /** A probe has another result: its status is told at once, the rest when its turn comes. */
  #probed(): void {
    if (!this.#isWanted()) return;
    this.#setStatus(this.#generate({ asks: false }));
    this.wake();
  }

  /** Begins to probe, once. */
  #probe(): void {
    if (this.#probes !== undefined) return;
    this.#probes = this.#node.probes.add(() => this.#pod, {
      onChange: () => this.#probed(),
      // Who takes no time would ask twice at the same moment.
      onBegin: () => {
        if (this.#node.timing.relistMs > 0) this.wake();
      },
    });
    // A kubelet that was away finds containers that run already, and nothing else will tell it to look at them.
    if (this.#probes !== undefined && this.#seen.sandbox !== undefined) this.#changed();
  }

  /** False: nobody waits for them any more. */
  async #mount(): Promise<boolean> {
    if (this.#volumes.allMounted()) return true;
    let signal: AbortSignal | undefined;
    try {
      await this.#volumes.mount(() => {
        signal = this.#context.signal();
        return signal;
      });
      return true;
    } catch (error) {
      if (signal?.aborted) return false;
      throw error;
    }
  }

  /** @see pkg/kubelet/kubelet.go SyncTerminatingPod */
  async #stopAll(): Promise<void> {
    this.#setStatus(this.#generate());
    this.#probes?.stopLivenessAndStartup();
    await this.#runner.stop(this.#pod, effectiveGraceSeconds(this.#pod, this.#graceOverride));
    this.#probes?.stop();
    this.#seen = this.#runner.containers.see();
    this.#setStatus(this.#generate({ ended: true }));
    this.#endedMs = this.#node.clock.now();
    this.#send('stopped');
    this.wake();
  }

  /** @see pkg/kubelet/kubelet.go SyncTerminatedPod */
  async #release(): Promise<void> {
    const status = this.#generate({ ended: true });
    const { clock, timing } = this.#node;
    if (clock.now() < this.#endedMs + timing.unmountMs) {
      this.#setStatus(status);
      await clock.sleep(timing.unmountPollMs);
      if (this.#turns.halted) return;
    }
    this.#volumes.dispose();
    const { images, tokens, backoff } = this.#node;
    const uid = podUid(this.#pod);
    images.forget(uid);
    tokens.forget(uid);
    backoff.forget(`${uid}_`);
    this.#send('released');
    this.#setStatus(terminalStatus(this.#pod, status));
    if (this.#pod.metadata.deletionTimestamp !== undefined || this.#stored === undefined)
      this.#runner.containers.remove();
    if (this.#stored === undefined) this.#leave();
  }

  #leave(): void {
    this.#runner.containers.remove();
    this.dispose();
    this.#deps.onGone();
  }
}

const RETRY_MS = 10_000;
const PATIENCE_MS = 60_000;
const NETWORK_RETRY_MS = 1_000;

import type { Container, Pod, Probe } from '@tabernetes/api/types/core-v1';
import type { Clock, Disposable } from '@tabernetes/base';
import type { EventRecorder } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import { type ProbeEvent, type ProbeState, probeTable } from '../machines/probe.machine.ts';
import { containerFieldPath } from '../pod/pod-view.ts';
import { type ProbeOutcome, type ProbeTarget, runProbe, unwellOutcome } from './run-probe.ts';

export type ProbeType = 'Liveness' | 'Readiness' | 'Startup';

/** How a container answered once. */
export interface ProbeTick {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly result: ProbeOutcome['result'];
  /** Why it was no success; empty otherwise. */
  readonly output: string;
}

/** How often a container answered a probe in all, and how long it took where it was well. */
export interface ProbeCounts {
  readonly type: ProbeType;
  readonly successful: number;
  readonly failed: number;
  /** Seconds of each successful answer, added up. */
  readonly seconds: number;
  /** Of the successful ones those that took no longer than each of {@link DURATION_BUCKETS}. */
  readonly within: readonly number[];
}

/** Seconds. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Answers that are remembered for who looks. */
const REMEMBERED = 20;

export interface ProbeWorkerDeps {
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
  /** What a probe takes beside what the container takes, in milliseconds; default none. */
  readonly probeMs?: number;
  /** True of a container that is to fail its probes, whatever it would answer. */
  readonly isUnwell?: ((pod: Pod, container: string) => boolean) | undefined;
  /** The result of a container has changed. */
  readonly onChange: () => void;
  /** What is taken for the result of a container that nobody has asked yet is known: its Pod is worth another look. */
  readonly onBegin: () => void;
  /** The Pod as it is now. */
  readonly pod: () => Pod;
  readonly podIP: () => string;
}

/** Where the container that is probed stands. */
export interface ProbedContainer {
  readonly id: string;
  readonly startedMs: number;
  /** Its startup probe, if it has one, has succeeded. */
  readonly started: boolean;
}

/**
 * Asks one container how it is, every `periodSeconds` counted from when the Pod came. No timer runs while there is nothing
 * to ask.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/worker.go
 */
export class ProbeWorker {
  readonly type: ProbeType;
  readonly #deps: ProbeWorkerDeps;
  readonly #container: Container;
  readonly #spec: Probe;
  readonly #periodMs: number;
  #ticksFromMs: number;
  #state: ProbeState = probeTable.initial;
  #target: ProbedContainer | undefined;
  /** The result that counts; undefined: none yet. */
  #result: boolean | undefined;
  #last: boolean | undefined;
  #run = 0;
  #timer: Disposable | undefined;
  #asking = false;
  #askAgain = false;
  #stopped = false;
  readonly #ticks: ProbeTick[] = [];
  #counts: ProbeCounts | undefined;

  constructor(deps: ProbeWorkerDeps, type: ProbeType, container: Container, spec: Probe) {
    this.#deps = deps;
    this.type = type;
    this.#container = container;
    this.#spec = spec;
    this.#periodMs = (spec.periodSeconds ?? 10) * 1000;
    this.#ticksFromMs = deps.clock.now();
  }

  /** The last answers, oldest first. */
  get ticks(): readonly ProbeTick[] {
    return this.#ticks;
  }

  /** Undefined: there was no answer, or it asks no more. */
  get counts(): ProbeCounts | undefined {
    return this.#stopped ? undefined : this.#counts;
  }

  /** Of the container with this id; undefined: nobody has asked it yet. */
  result(id: string): boolean | undefined {
    return this.#target?.id === id ? this.#result : undefined;
  }

  #outcome(target: ProbeTarget): ProbeOutcome | Promise<ProbeOutcome> {
    const { pod, isUnwell } = this.#deps;
    const isWell = isUnwell?.(pod(), this.#container.name) !== true;
    return isWell ? runProbe(this.#deps, this.#spec, target) : unwellOutcome(this.#spec, target);
  }

  /** What the status says now; undefined: it does not run. */
  look(target: ProbedContainer | undefined): void {
    if (this.#stopped) return;
    if (this.#target !== undefined && this.#target.id !== target?.id) this.#send('containerStopped');
    this.#target = target;
    if (target === undefined) {
      this.#timer?.dispose();
      this.#timer = undefined;
      return;
    }
    if (this.#state === 'idle') this.#send('containerStarted');
    this.#schedule();
  }

  /** Asks at once, and counts the periods from now on: for readiness that nobody knows of. */
  askNow(): void {
    if (this.#stopped || !this.#mayAsk()) return;
    this.#ticksFromMs = this.#deps.clock.now();
    this.#timer?.dispose();
    this.#timer = undefined;
    void this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.dispose();
    this.#timer = undefined;
  }

  #mayAsk(): boolean {
    const target = this.#target;
    if (target === undefined || this.#state === 'onHold') return false;
    return this.type === 'Startup' ? !target.started : target.started;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#asking || !this.#mayAsk() || this.#stopped) return;
    const { clock } = this.#deps;
    const sinceMs = (clock.now() - this.#ticksFromMs) % this.#periodMs;
    // What has been so for long will go on to be so, as far as anybody waits for it.
    const steady = this.#state !== 'unknown' && this.#last === this.#result;
    this.#timer = clock.setTimer(
      this.#periodMs - sinceMs,
      () => {
        this.#timer = undefined;
        void this.#ask();
      },
      { background: steady },
    );
  }

  async #ask(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    const target = this.#target;
    if (target === undefined || !this.#mayAsk()) return;
    const { clock, recorder, onChange, pod, podIP } = this.#deps;
    const delayMs = (this.#spec.initialDelaySeconds ?? 0) * 1000;
    if (Math.floor((clock.now() - target.startedMs) / 1000) * 1000 < delayMs) {
      this.#schedule();
      return;
    }
    this.#asking = true;
    const { probeMs = 0 } = this.#deps;
    // Long enough for the status of a container that has just started to say that nobody knows yet.
    if (probeMs > 0) {
      await clock.sleep(probeMs);
      if (this.#stopped || this.#target?.id !== target.id) {
        this.#asking = false;
        this.#schedule();
        return;
      }
    }
    const probed = { container: this.#container, containerId: target.id, podIP: podIP() };
    const askedMs = clock.now();
    let outcome = await this.#outcome(probed);
    for (let tries = 1; outcome.result === 'errored' && tries < MAX_TRIES; tries++) {
      outcome = await this.#outcome(probed);
    }
    const seconds = (clock.now() - askedMs) / 1000;
    this.#asking = false;
    if (this.#stopped || this.#target?.id !== target.id) {
      this.#schedule();
      return;
    }
    this.#remember(outcome);
    this.#add(outcome, seconds);
    const fieldPath = containerFieldPath(pod(), this.#container.name);
    if (outcome.result !== 'success') {
      const message = `${this.type} probe ${outcome.result}: ${outcome.output}`;
      recorder.event(pod(), 'Warning', 'Unhealthy', message, fieldPath);
    } else if (outcome.warning !== undefined) {
      recorder.event(pod(), 'Warning', 'ProbeWarning', `${this.type} probe warning: ${outcome.warning}`, fieldPath);
    }
    if (outcome.result !== 'errored' && this.#count(outcome.result === 'success')) onChange();
    if (this.#askAgain) {
      this.#askAgain = false;
      void this.#ask();
    } else this.#schedule();
  }

  #remember(outcome: ProbeOutcome): void {
    const output = outcome.result === 'success' ? '' : outcome.output;
    this.#ticks.push({ atMs: this.#deps.clock.now(), result: outcome.result, output });
    if (this.#ticks.length > REMEMBERED) this.#ticks.shift();
  }

  /** What could not be asked is no answer. */
  #add({ result }: ProbeOutcome, seconds: number): void {
    if (result === 'errored') return;
    const before = this.#counts ?? { successful: 0, failed: 0, seconds: 0, within: DURATION_BUCKETS.map(() => 0) };
    this.#counts =
      result === 'success'
        ? {
            type: this.type,
            successful: before.successful + 1,
            failed: before.failed,
            seconds: before.seconds + seconds,
            within: DURATION_BUCKETS.map((most, i) => (before.within[i] ?? 0) + (seconds <= most ? 1 : 0)),
          }
        : { ...before, type: this.type, failed: before.failed + 1 };
  }

  /** Whether the result that counts is another one now. */
  #count(success: boolean): boolean {
    this.#run = this.#last === success ? this.#run + 1 : 1;
    this.#last = success;
    const { failureThreshold = 3, successThreshold = 1 } = this.#spec;
    if (this.#run < (success ? successThreshold : failureThreshold)) return false;
    const before = this.#result;
    if (success) this.#send(this.type === 'Startup' ? 'done' : 'succeeded');
    else this.#send(this.type === 'Readiness' ? 'failed' : 'condemned');
    if (this.#state === 'onHold') this.#run = 0;
    return this.#result !== before;
  }

  #send(event: ProbeEvent): void {
    const step = probeTable.step(this.#state, event);
    if (step === undefined) return;
    this.#state = step.target;
    for (const effect of step.effects) {
      if (effect === 'setSuccess') this.#result = true;
      else if (effect === 'setFailure') this.#result = false;
      else if (effect === 'setInitial') {
        this.#result = INITIAL[this.type];
        if (this.#result !== true) this.#deps.onBegin();
      } else {
        this.#result = undefined;
        this.#last = undefined;
        this.#run = 0;
      }
    }
  }
}

const MAX_TRIES = 3;
/** Readiness is guilty until proven innocent, liveness the other way round. */
const INITIAL: Readonly<Record<ProbeType, boolean | undefined>> = {
  Readiness: false,
  Liveness: true,
  Startup: undefined,
};

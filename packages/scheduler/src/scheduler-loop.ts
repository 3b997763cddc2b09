import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { isNotFound, objectKey } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import { assignedPodChanges, nodeChanges, stageOf } from './cluster-changes.ts';
import { createSeriesRecorder } from './events.ts';
import { DecisionLog, type Explanation } from './explain.ts';
import type { ClusterEvent } from './framework/events.ts';
import { createProfile, DEFAULT_SCHEDULER, type Profile } from './framework/profile.ts';
import { informerSources } from './informer-sources.ts';
import type { Scheduler, SchedulerDeps, SchedulerOptions } from './options.ts';
import { clearNomination, evict, reportFailure } from './pod-status.ts';
import type { Victims } from './preemption/select-victims.ts';
import { RequeueRules } from './queue/requeue-rules.ts';
import { type QueueCounts, type QueuedPod, SchedulingQueue } from './queue/scheduling-queue.ts';
import { type Decision, type Scheduled, schedulePod, type Unschedulable } from './schedule-pod.ts';
import { PodInfo } from './snapshot/pod-info.ts';
import { Snapshot } from './snapshot/snapshot.ts';
import { type AssumedDecisions, assumeVolumes, bindVolumes, forgetVolumes } from './volumes/bind-volumes.ts';
import { findPodVolumes, podClaims } from './volumes/find-pod-volumes.ts';

/** Cycles without a break for others. */
const CYCLES_PER_TURN = 16;

/** What {@link createScheduler} makes. */
export class SchedulerLoop implements Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #snapshot: Snapshot;
  readonly #sources: ReturnType<typeof informerSources>;
  readonly #queue: SchedulingQueue;
  readonly #events: ReturnType<typeof createSeriesRecorder>;
  readonly #log: DecisionLog;
  /** Pods on their way to a node: counted there, not yet seen there. Key to uid. */
  readonly #assumed = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #handlers: Disposable[] = [];
  #turn: Disposable | undefined;
  #answering = false;
  #running = false;
  #startIndex = 0;

  constructor(
    deps: SchedulerDeps,
    { profiles = [createProfile()], hostName = 'vm', explainedPods = 256 }: SchedulerOptions,
  ) {
    this.#deps = deps;
    const { client, clock, informers } = deps;
    this.#profiles = new Map(profiles.map((profile) => [profile.schedulerName, profile]));
    this.#log = new DecisionLog(explainedPods);
    this.#events = createSeriesRecorder(
      { client, clock },
      { controller: DEFAULT_SCHEDULER, instance: `${DEFAULT_SCHEDULER}-${hostName}` },
    );
    this.#queue = new SchedulingQueue({
      clock,
      rules: new RequeueRules(profiles),
      gate: ({ pod }) => this.#gate(pod),
      onActive: (cause) => this.#arm(cause),
    });
    this.#sources = informerSources(informers, (event) => this.#queue.move(event));
    this.#snapshot = new Snapshot(this.#sources);
  }

  async start(): Promise<void> {
    const { informers } = this.#deps;
    const nodes = informers.for(kinds.node);
    const pods = informers.for(kinds.pod);
    this.#handlers.push(
      nodes.addHandler({
        onAdd: (node) => {
          this.#snapshot.setNode(node);
          this.#queue.move({ resource: 'Node', action: 'Add', object: node });
        },
        onUpdate: (node, old) => {
          this.#snapshot.setNode(node);
          for (const action of nodeChanges(old, node))
            this.#queue.move({ resource: 'Node', action, object: node, old });
        },
        onDelete: (node) => {
          this.#snapshot.removeNode(node.metadata.name ?? '');
          this.#queue.move({ resource: 'Node', action: 'Delete', object: node });
        },
      }),
      pods.addHandler({
        onAdd: (pod) => this.#onPod(undefined, pod),
        onUpdate: (pod, old) => this.#onPod(old, pod),
        onDelete: (pod) => this.#onPod(pod, undefined),
      }),
    );
    await informers.start();
    this.#running = true;
    this.#arm('change');
  }

  explain(podKey: string): Explanation | undefined {
    return this.#log.explain(podKey);
  }

  queue(): QueueCounts {
    return this.#queue.counts();
  }

  flushEvents(): Promise<void> {
    return this.#events.flush();
  }

  dispose(): void {
    this.#running = false;
    this.#stop.abort(new Error('the scheduler has been stopped'));
    this.#turn?.dispose();
    for (const handler of this.#handlers) handler.dispose();
    this.#sources.dispose();
    this.#queue.dispose();
    this.#events.dispose();
  }

  #gate(pod: Pod): string | undefined {
    for (const plugin of this.#profiles.get(pod.spec?.schedulerName ?? '')?.plugins ?? []) {
      const held = plugin.preEnqueue?.(pod);
      if (held !== undefined) return held;
    }
    return undefined;
  }

  // What happens to Pods.

  #onPod(old: Pod | undefined, pod: Pod | undefined): void {
    const one = pod ?? old;
    if (one === undefined) return;
    const key = objectKey(one);
    const isOurs = (name: string): boolean => this.#profiles.has(name);
    const was = stageOf(old, isOurs);
    const now = stageOf(pod, isOurs);
    if (now === 'assigned' && pod !== undefined) this.#onAssigned(key, was === 'assigned' ? old : undefined, pod);
    else if (was === 'assigned') {
      this.#snapshot.removePod(key);
      this.#queue.move({ resource: 'AssignedPod', action: 'Delete', object: one });
    }
    if (now === 'pending' && pod !== undefined) this.#onPending(key, was === 'pending' ? old : undefined, pod);
    else if (was === 'pending' && now === 'none') this.#onGone(key, one);
  }

  #onAssigned(key: string, old: Pod | undefined, pod: Pod): void {
    const before = this.#snapshot.placement(key)?.pod ?? this.#queue.get(key)?.info;
    const info = new PodInfo(pod, before);
    this.#assumed.delete(key);
    this.#snapshot.addPod(info, pod.spec?.nodeName ?? '');
    this.#snapshot.nominate(info, undefined);
    this.#queue.delete(key);
    if (old === undefined) this.#queue.move({ resource: 'AssignedPod', action: 'Add', object: pod });
    else if (before !== undefined) {
      for (const action of assignedPodChanges(before, info))
        this.#queue.move({ resource: 'AssignedPod', action, object: pod, old });
    }
  }

  #onPending(key: string, old: Pod | undefined, pod: Pod): void {
    const info = new PodInfo(pod, this.#queue.get(key)?.info);
    const { nominatedNodeName } = pod.status ?? {};
    // A nomination of our own that is not written yet outlives changes by others.
    if (nominatedNodeName || old?.status?.nominatedNodeName) this.#snapshot.nominate(info, nominatedNodeName);
    const assumed = this.#assumed.get(key);
    if (assumed === info.uid) return;
    if (assumed !== undefined) {
      // Its namesake was deleted while it was being bound.
      this.#assumed.delete(key);
      this.#snapshot.removePod(key);
    }
    if (old === undefined) this.#queue.add(info);
    else this.#queue.update(info);
  }

  #onGone(key: string, pod: Pod): void {
    const info = this.#queue.get(key)?.info ?? new PodInfo(pod);
    const nominated = this.#snapshot.nominatedNode(key) !== undefined;
    this.#queue.delete(key);
    this.#snapshot.nominate(info, undefined);
    // The room that was kept for it is free.
    if (nominated) this.#queue.move({ resource: 'AssignedPod', action: 'Delete', object: pod });
  }

  // Cycles.

  /**
   * What changes is answered before anybody has written what follows from the change: upstream decides within a part of a
   * millisecond, and a write takes some. What time brings waits for a turn, so that all that is due then is looked at by priority.
   */
  #arm(cause: 'change' | 'time'): void {
    if (!this.#running) return;
    if (cause === 'time') this.#turn ??= this.#deps.clock.setTimer(0, () => this.#takeTurn());
    else if (!this.#answering) {
      this.#answering = true;
      queueMicrotask(() => this.#takeTurn());
    }
  }

  #takeTurn(): void {
    this.#answering = false;
    this.#turn?.dispose();
    this.#turn = undefined;
    for (let i = 0; i < CYCLES_PER_TURN; i++) {
      const queued = this.#running ? this.#queue.pop() : undefined;
      if (queued === undefined) return;
      try {
        this.#scheduleOne(queued);
      } catch (error) {
        // Whatever breaks over this one, the others have their turn.
        this.#queue.addBackoff(queued);
        this.#deps.onError(error);
      }
    }
    if (this.#queue.hasActive) this.#arm('time');
  }

  #scheduleOne(queued: QueuedPod): void {
    const { info } = queued;
    const { pod } = info;
    const profile = this.#profiles.get(info.spec.schedulerName ?? '');
    if (profile === undefined) return;
    if (info.terminating) {
      this.#failedEvent(pod, `skip schedule deleting pod: ${info.key}`);
      this.#queue.delete(info.key);
      return;
    }
    const nominated = this.#snapshot.nominatedNode(info.key);
    const { rng, clock } = this.#deps;
    const decision = schedulePod(this.#snapshot, info, profile, {
      startIndex: this.#startIndex,
      randomInt: rng.int,
      ...(nominated !== undefined && { nominatedNodeName: nominated }),
    });
    this.#log.record(info.key, profile.schedulerName, clock.now(), decision);
    this.#advance(decision);
    switch (decision.outcome) {
      case 'scheduled':
        this.#assume(queued, decision);
        return;
      case 'unschedulable':
        this.#refuse(queued, decision, profile);
        return;
      case 'failed':
        this.#queue.addBackoff(queued);
        this.#write(this.#reportFailure(info.key, pod, 'SchedulerError', decision.message, ''));
    }
  }

  /** The next cycle begins where this one stopped looking. */
  #advance({ trace: { feasible, rejected } }: Decision): void {
    const { length } = this.#snapshot.nodes;
    if (length > 0) this.#startIndex = (this.#startIndex + feasible.length + rejected.length) % length;
  }

  #refuse(queued: QueuedPod, decision: Unschedulable, profile: Profile): void {
    const { info } = queued;
    const { plugins, message, nominatedNodeName, victims } = decision;
    // Before any write, so that what the writes change can free the Pod again.
    this.#queue.addUnschedulable(queued, plugins);
    if (nominatedNodeName !== undefined) this.#snapshot.nominate(info, nominatedNodeName);
    this.#write(
      (async () => {
        if (victims !== undefined) await this.#evictAll(victims, info, profile);
        await this.#reportFailure(info.key, info.pod, 'Unschedulable', message, nominatedNodeName);
      })(),
    );
  }

  async #evictAll({ node, pods }: Victims, preemptor: PodInfo, { schedulerName }: Profile): Promise<void> {
    const { client } = this.#deps;
    const { signal } = this.#stop;
    for (const victim of pods) {
      if (!(await evict(client, victim.pod, schedulerName, this.#now(), signal))) continue;
      this.#events.record({
        regarding: victim.pod,
        related: preemptor.pod,
        type: 'Normal',
        reason: 'Preempted',
        action: 'Preempting',
        note: `Preempted by pod ${preemptor.uid} on node ${node.name}`,
      });
    }
    // Less important Pods that were to get this node may do better elsewhere now.
    for (const other of [...this.#snapshot.nominatedPods(node.name)]) {
      if (other.priority >= preemptor.priority || other.key === preemptor.key) continue;
      this.#snapshot.nominate(other, undefined);
      await clearNomination(client, other.pod, signal).catch(ignoreGone);
    }
  }

  async #reportFailure(
    key: string,
    pod: Pod,
    reason: string,
    message: string,
    nominatedNodeName: string | undefined,
  ): Promise<void> {
    this.#failedEvent(pod, message);
    const latest = this.#deps.informers.for(kinds.pod).lister.byKey(key);
    if (latest === undefined || latest.metadata.uid !== pod.metadata.uid || latest.spec?.nodeName) return;
    await reportFailure(
      this.#deps.client,
      latest,
      { reason, message, nominatedNodeName },
      this.#now(),
      this.#stop.signal,
    );
  }

  #failedEvent(pod: Pod, note: string): void {
    this.#events.record({ regarding: pod, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note });
  }

  // From a decision to a binding.

  #assume(queued: QueuedPod, { nodeName }: Scheduled): void {
    const { info } = queued;
    const volumes = this.#reserveVolumes(info, nodeName);
    this.#snapshot.addPod(info, nodeName);
    this.#snapshot.nominate(info, undefined);
    this.#assumed.set(info.key, info.uid);
    this.#write(this.#bind(queued, nodeName, volumes));
  }

  #reserveVolumes(info: PodInfo, nodeName: string): AssumedDecisions | undefined {
    const node = this.#snapshot.node(nodeName)?.node;
    if (info.claimKeys.length === 0 || node === undefined) return undefined;
    const { decisions } = findPodVolumes(podClaims(info, this.#sources), node, this.#sources);
    return assumeVolumes(decisions, nodeName, this.#sources);
  }

  async #bind(queued: QueuedPod, nodeName: string, volumes: AssumedDecisions | undefined): Promise<void> {
    const { client, clock, informers } = this.#deps;
    const { pod, key, name, namespace, uid } = queued.info;
    const { signal } = this.#stop;
    let step = 'running PreBind plugin "VolumeBinding"';
    try {
      if (volumes !== undefined)
        await bindVolumes({ client, clock, sources: this.#sources, informers }, pod, volumes, signal);
      step = 'running Bind plugin "DefaultBinder"';
      const binding = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { kind: 'Node', name: nodeName },
      };
      await client.resource(kinds.pod).createSubresource(name, namespace, 'binding', binding, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (volumes !== undefined) forgetVolumes(volumes, this.#sources);
      this.#forget(queued);
      const why = error instanceof Error ? error.message : String(error);
      await this.#reportFailure(key, pod, 'SchedulerError', `${step}: ${why}`, '');
      return;
    }
    this.#events.record({
      regarding: pod,
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      note: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    });
  }

  /** Takes back an assumption; the Pod, if it still waits, is tried again. */
  #forget(queued: QueuedPod): void {
    const { key, uid, pod } = queued.info;
    if (this.#assumed.get(key) !== uid) return;
    this.#assumed.delete(key);
    this.#snapshot.removePod(key);
    const latest = this.#deps.informers.for(kinds.pod).lister.byKey(key);
    if (latest !== undefined && this.#queue.get(key) === queued) {
      queued.info = new PodInfo(latest, queued.info);
      this.#queue.addBackoff(queued);
    }
    const event: ClusterEvent = { resource: 'AssignedPod', action: 'Delete', object: pod };
    this.#queue.move(event);
  }

  #write(writing: Promise<void>): void {
    writing.catch((error: unknown) => {
      if (this.#stop.signal.aborted || isNotFound(error)) return;
      this.#deps.onError(error);
    });
  }

  /** RFC 3339 with seconds, as conditions want it. */
  #now(): string {
    return `${new Date(this.#deps.clock.now()).toISOString().slice(0, 19)}Z`;
  }
}

function ignoreGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

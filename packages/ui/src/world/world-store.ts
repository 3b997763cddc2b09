import type { KubeObject } from '@tabernetes/apimachinery';
import type { WorldBatch, WorldWrite } from '@tabernetes/worker/connect';
import { ConditionHistory } from './condition-history.ts';
import { OrderedObjects } from './ordered-objects.ts';

/** Writes that the page remembers. */
const MAX_WRITES = 2_000;

/** The clock of the cluster as the page last heard of it. */
export interface ClockState {
  readonly nowMs: number;
  readonly paused: boolean;
  readonly speed: number;
}

/**
 * All objects of a cluster as a page knows them, by kind and by key. Snapshots are arrays that stay the same until
 * something in them changes, so that views draw only what did.
 */
export class WorldStore {
  readonly #byKind = new Map<string, OrderedObjects>();
  readonly #keys = new Map<string, string>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly conditions = new ConditionHistory();
  #writes: readonly WorldWrite[] = [];
  #clock: ClockState = { nowMs: 0, paused: false, speed: 1 };
  #heardMs = 0;
  #ready = false;
  #troubles: WorldBatch['troubles'] = [];
  #kinds: readonly string[] = [];

  apply(batch: WorldBatch): void {
    const touched = new Set<string>();
    for (const [key, object] of batch.put) {
      const { kind } = object;
      const objects = this.#byKind.get(kind) ?? new OrderedObjects();
      objects.set(key, object);
      this.conditions.note(object, batch.nowMs);
      this.#byKind.set(kind, objects);
      this.#keys.set(key, kind);
      touched.add(kind);
    }
    for (const key of batch.removed) {
      const kind = this.#keys.get(key);
      if (kind === undefined) continue;
      this.#keys.delete(key);
      const objects = this.#byKind.get(kind);
      this.conditions.forget(objects?.get(key)?.metadata.uid);
      objects?.delete(key);
      touched.add(kind);
    }
    if (this.#kinds.length !== this.#byKind.size) {
      this.#kinds = [...this.#byKind.keys()].sort();
      touched.add('kinds');
    }
    if (batch.writes.length > 0) {
      this.#writes = [...this.#writes, ...batch.writes].slice(-MAX_WRITES);
      touched.add('writes');
    }
    const { nowMs, paused, speed } = batch;
    this.#clock = { nowMs, paused, speed };
    this.#heardMs = performance.now();
    if (JSON.stringify(batch.troubles) !== JSON.stringify(this.#troubles)) {
      this.#troubles = batch.troubles;
      touched.add('troubles');
    }
    touched.add('clock');
    for (const topic of touched) this.#tell(topic);
  }

  /** The API answers. */
  started(): void {
    this.#ready = true;
    this.#tell('ready');
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  /** Objects of a kind, in order of namespace and name. */
  list(kind: string): readonly KubeObject[] {
    return this.#byKind.get(kind)?.list ?? NONE;
  }

  find(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.list(kind).find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace);
  }

  /** What goes wrong on purpose and lasts. */
  get troubles(): WorldBatch['troubles'] {
    return this.#troubles;
  }

  get kinds(): readonly string[] {
    return this.#kinds;
  }

  get writes(): readonly WorldWrite[] {
    return this.#writes;
  }

  get clock(): ClockState {
    return this.#clock;
  }

  /** Milliseconds since the epoch, as the cluster's clock most likely shows them by now. */
  now(): number {
    const { nowMs, paused, speed } = this.#clock;
    return paused || nowMs === 0 ? nowMs : nowMs + (performance.now() - this.#heardMs) * speed;
  }

  /** True once the API answers; objects come earlier. */
  get ready(): boolean {
    return this.#ready;
  }

  /** `topic` is a kind, or `clock`, `writes`, `kinds`, `ready`. */
  subscribe(topic: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(topic, listeners);
    return () => listeners.delete(listener);
  }
}

const NONE: readonly KubeObject[] = [];

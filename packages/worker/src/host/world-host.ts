import type { KubeObject } from '@tabernetes/apimachinery';
import type { ClockControl, Disposable } from '@tabernetes/base';
import type { LastingTrouble } from '@tabernetes/cluster';
import type { PortLike } from '../http-protocol.ts';
import type { WorldBatch, WorldRequest, WorldWrite } from '../world-protocol.ts';
import { writerOf } from './writer-of.ts';

/** What one batch holds at most: so much a page reads within a part of a frame. The rest comes with the next ones. */
const BATCH_OBJECTS = 150;
const BATCH_WRITES = 200;
/** Writes that wait for their batch; a page remembers no more of them. */
const MAX_WRITES = 2_000;

/** A change of the store, as {@link ClusterOptions.onStore} tells of it. */
export interface StoreChange {
  readonly type: 'put' | 'delete';
  readonly kv: { readonly key: string; readonly value: KubeObject };
  readonly previous?: { readonly value: KubeObject } | undefined;
  readonly revision: number;
}

/** What a page is told of the time. */
export type WorldClock = Pick<ClockControl, 'now' | 'paused' | 'speed'>;

/** Collects what happens, and gives it to pages as fast as they ask. */
export interface WorldHost {
  /** Takes changes, in order. @param isMaking they are the cluster's own making. Default false */
  changed(changes: readonly StoreChange[], isMaking?: boolean): void;
  /** Takes over what was there before, which nobody writes. */
  restored(kvs: readonly StoreChange['kv'][], revision: number): void;
  /** The clock was paused, resumed or sped up: pages are told without anything else happening. */
  clockChanged(): void;
  /** Other troubles last than before. */
  troublesChanged(lasting: readonly LastingTrouble[]): void;
  /** Sends to this port from now on: everything first. */
  open(port: PortLike): Disposable;
  /** All that exists, by reference, by key. */
  readonly objects: ReadonlyMap<string, KubeObject>;
}

export function worldHost(clock: () => WorldClock): WorldHost {
  // All that exists, by reference: what a page that opens gets first.
  const all = new Map<string, KubeObject>();
  const viewers = new Set<Viewer>();
  let revision = 0;
  let troubles: readonly LastingTrouble[] = [];
  const wake = (): void => {
    for (const viewer of viewers) {
      viewer.wake();
      viewer.offer();
    }
  };

  return {
    objects: all,
    changed(changes, isMaking = false) {
      for (const change of changes) {
        const { key, value } = change.kv;
        revision = change.revision;
        if (change.type === 'put') all.set(key, value);
        else all.delete(key);
        for (const viewer of viewers) viewer.note(change, clock().now(), isMaking);
      }
      for (const viewer of viewers) viewer.offer();
    },
    restored(kvs, at) {
      revision = at;
      for (const { key, value } of kvs) {
        all.set(key, value);
        for (const viewer of viewers) viewer.found(key, value);
      }
      wake();
    },
    clockChanged: wake,
    troublesChanged(lasting) {
      troubles = lasting;
      wake();
    },
    open(port) {
      const viewer = createViewer(port, clock, () => ({ revision, troubles }), all);
      viewers.add(viewer);
      return {
        dispose() {
          viewers.delete(viewer);
          viewer.dispose();
        },
      };
    },
  };
}

interface Viewer extends Disposable {
  note(change: StoreChange, timeMs: number, isMaking: boolean): void;
  /** An object that is there, though nobody wrote it. */
  found(key: string, value: KubeObject): void;
  /** There is something to tell, even if no object changed. */
  wake(): void;
  /** Sends if the page is waiting. */
  offer(): void;
}

function createViewer(
  port: PortLike,
  clock: () => WorldClock,
  facts: () => Pick<WorldBatch, 'revision' | 'troubles'>,
  all: ReadonlyMap<string, KubeObject>,
): Viewer {
  const changed = new Map<string, KubeObject | undefined>(all);
  let writes: WorldWrite[] = [];
  let skippedWrites = 0;
  let hasNews = true;
  let isAsked = false;

  const offer = (): void => {
    if (!isAsked || !hasNews) return;
    isAsked = false;
    const put: (readonly [string, KubeObject])[] = [];
    const removed: string[] = [];
    for (const [key, object] of changed) {
      if (put.length + removed.length === BATCH_OBJECTS) break;
      changed.delete(key);
      if (object === undefined) removed.push(key);
      else put.push([key, withoutManagedFields(object)]);
    }
    const { paused, speed } = clock();
    const batch: WorldBatch = {
      type: 'batch',
      nowMs: clock().now(),
      paused,
      speed,
      ...facts(),
      put,
      removed,
      writes: writes.slice(0, BATCH_WRITES),
      skippedWrites,
    };
    writes = writes.slice(BATCH_WRITES);
    skippedWrites = 0;
    hasNews = changed.size > 0 || writes.length > 0;
    port.postMessage(batch);
  };

  const listener = ({ data }: { readonly data: unknown }): void => {
    if ((data as WorldRequest).type !== 'next') return;
    isAsked = true;
    offer();
  };
  port.addEventListener('message', listener);
  port.start?.();

  return {
    note(change, timeMs, isMaking) {
      const { key, value } = change.kv;
      changed.set(key, change.type === 'put' ? value : undefined);
      hasNews = true;
      if (writes.length >= MAX_WRITES) {
        writes.shift();
        skippedWrites++;
      }
      writes.push({ ...writeOf(change, timeMs), isMaking });
    },
    found: (key, value) => void changed.set(key, value),
    wake() {
      hasNews = true;
    },
    offer,
    dispose: () => port.removeEventListener('message', listener),
  };
}

function writeOf({ type, kv, previous, revision }: StoreChange, timeMs: number): Omit<WorldWrite, 'isMaking'> {
  const { apiVersion, kind, metadata } = kv.value;
  const changed = type === 'delete' || previous === undefined ? [] : changedFields(previous.value, kv.value);
  return {
    revision,
    timeMs,
    verb: type === 'delete' ? 'delete' : previous === undefined ? 'create' : 'update',
    key: kv.key,
    apiVersion,
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    changed: changed.slice(0, MOST_FIELDS),
    manager: type === 'delete' ? '' : writerOf(kv.value, previous?.value, changed),
  };
}

/** Fields of an update that are told. */
const MOST_FIELDS = 4;
/** What every write changes, or what nobody asks for. */
const UNTOLD = new Set(['resourceVersion', 'generation', 'managedFields', 'observedGeneration']);

/** The fields that differ, one level below `spec`, `status` and `metadata`; what did not change is shared, so looking is cheap. */
function changedFields(before: KubeObject, after: KubeObject): readonly string[] {
  const found: string[] = [];
  const [old, now] = [before, after] as unknown as readonly [Fields, Fields];
  for (const part of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [was, is] = [old[part], now[part]];
    if (isSame(was, is)) continue;
    if (!isFields(was) || !isFields(is)) found.push(part);
    else
      for (const field of new Set([...Object.keys(was), ...Object.keys(is)]))
        if (!UNTOLD.has(field) && !isSame(was[field], is[field])) found.push(`${part}.${field}`);
  }
  return found;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Pages do not show who owns which field, and they are half of what would be copied. */
function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

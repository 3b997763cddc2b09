import type { KindDefinition } from '@tabernetes/api';
import type { Event, ObjectReference } from '@tabernetes/api/types/core-v1';
import { type KubeObject, rfc3339, StatusError } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Client } from './client.ts';
import type { ResourceReference } from './resource.ts';

export type EventType = 'Normal' | 'Warning';

/** Writes core/v1 Events about objects, folding repetitions as client-go's correlator does. */
export interface EventRecorder {
  /**
   * Records without waiting; a write that fails is tried again a few times, then given up. `fieldPath` says which part of
   * the object is meant: `spec.containers{web}`.
   */
  event(regarding: KubeObject, type: EventType, reason: string, message: string, fieldPath?: string): void;
  /** Resolves when all that was recorded has been written. */
  flush(): Promise<void>;
}

export interface EventRecorderDeps {
  readonly client: Client;
  readonly clock: Clock;
}

export interface EventRecorderOptions {
  /** `deployment-controller` */
  readonly component: string;
  /** The node's name, for a kubelet. */
  readonly host?: string;
}

/**
 * What becomes of an event, as in client-go `tools/record/events_cache.go`:
 *  - the same event again: `count` of the one that is there goes up;
 *  - more than 10 events within 10 minutes that differ in their message alone: `(combined from similar events): …`;
 *  - one object and source that writes more than 25 at once: dropped, then one more every five minutes.
 */
export function createEventRecorder(
  { client, clock }: EventRecorderDeps,
  options: EventRecorderOptions,
): EventRecorder {
  const events = client.resource(EVENTS);
  const correlator = new Correlator(clock);
  let serial = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async (first: Event, seen: Seen): Promise<void> => {
    let event = first;
    // More may have come before it is written: each tells how often it had come by then.
    const { count } = event;
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      try {
        if (seen.name !== undefined) {
          const patch = { count, lastTimestamp: event.lastTimestamp, message: event.message };
          await events.patch(seen.name, event.metadata.namespace, 'strategic', patch);
        } else {
          seen.name = (await events.create(event)).metadata.name ?? '';
        }
        return;
      } catch (error) {
        if (!(error instanceof StatusError)) continue;
        // The event we counted on has expired or was deleted: a new one begins.
        if (error.reason === 'NotFound' && seen.name !== undefined) seen.name = undefined;
        // Another source had something to say of the object in the same millisecond.
        else if (error.reason === 'AlreadyExists') {
          event = { ...event, metadata: { ...event.metadata, name: nextEventName(event.metadata.name ?? '') } };
          attempt--;
        } else if (error.code < 500 && error.reason !== 'TooManyRequests') return;
      }
    }
  };

  return {
    event(regarding, type, reason, message, fieldPath) {
      const involved = objectReference(regarding, fieldPath);
      const correlated = correlator.correlate(involved, type, reason, message);
      if (correlated === undefined) return;
      const { seen } = correlated;
      const nowMs = clock.now();
      // What came before gave it its name and its beginning, and keeps them when it is gone and is written anew.
      seen.first ??= { name: eventName(regarding.metadata.name ?? '', nowMs, serial), timestamp: rfc3339(nowMs) };
      serial++;
      const event = eventOf(involved, type, reason, correlated, seen.first, nowMs, options);
      writing = writing.then(() => write(event, seen));
    },
    flush: () => writing,
  };
}

/**
 * The name of an event about an object of this name. Nanoseconds tell apart the real one's events of one millisecond; a serial number
 * does it here.
 */
export const eventName = (about: string, nowMs: number, serial: number): string =>
  `${about}.${(BigInt(nowMs) * NS_PER_MS + BigInt(serial % 1_000_000)).toString(16)}`;

/** The name of an event that came a nanosecond later, for when another source has taken the first. */
export function nextEventName(name: string): string {
  const dot = name.lastIndexOf('.') + 1;
  return `${name.slice(0, dot)}${(BigInt(`0x${name.slice(dot)}`) + 1n).toString(16)}`;
}

/** What an Event or an ownerReference-like field says of an object, or of a part of it. */
export function objectReference(object: KubeObject, fieldPath?: string): ObjectReference {
  const { apiVersion, kind, metadata } = object;
  return {
    kind,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    ...(metadata.name && { name: metadata.name }),
    ...(metadata.uid && { uid: metadata.uid }),
    // Some components make references by hand, without one.
    ...(apiVersion && { apiVersion }),
    ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
    ...(fieldPath !== undefined && { fieldPath }),
  };
}

const EVENTS: ResourceReference<Event> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
} satisfies Partial<KindDefinition<Event>>;
const MAX_TRIES = 12;
const NS_PER_MS = 1_000_000n;

function eventOf(
  involvedObject: ObjectReference,
  type: EventType,
  reason: string,
  { message, count, folded }: Correlated,
  first: First,
  nowMs: number,
  { component, host }: EventRecorderOptions,
): Event {
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: first.name, namespace: involvedObject.namespace ?? 'default' },
    involvedObject,
    reason,
    message,
    source: host === undefined ? { component } : { component, host },
    firstTimestamp: first.timestamp,
    lastTimestamp: rfc3339(nowMs),
    count,
    type,
    // What stands for several says no more of who reports than where it comes from, as upstream builds it.
    reportingComponent: folded ? '' : component,
    reportingInstance: folded ? '' : (host ?? ''),
  };
}

/** An event that has been written, or is about to be. */
interface Seen {
  /** Undefined until it is written. */
  name: string | undefined;
  first: First | undefined;
  count: number;
}

/** How an event began. */
interface First {
  readonly name: string;
  readonly timestamp: string;
}

interface Correlated {
  /** What is to be told, which may stand for others. */
  readonly message: string;
  /** As it was when the event came. */
  readonly count: number;
  readonly seen: Seen;
  /** It stands for several that differ in their message. */
  readonly folded: boolean;
}

const MAX_SIMILAR = 10;
const SIMILAR_WINDOW_MS = 10 * 60 * 1000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 5 * 60 * 1000;
/** Entries kept per cache; the oldest goes first. */
const CACHE_SIZE = 4096;

/** Events that differ in their message alone. Most have but one. */
interface Similar {
  readonly first: string;
  others: Set<string> | undefined;
  lastMs: number;
}

/**
 * Counts a message in. The set stays below its limit, so that messages known before go on to be counted by themselves. Upstream drops
 * any one of them; here it is the new one.
 */
function isOneTooMany(similar: Similar, message: string): boolean {
  if (message === similar.first || similar.others?.has(message)) return false;
  similar.others ??= new Set();
  if (similar.others.size + 2 >= MAX_SIMILAR) return true;
  similar.others.add(message);
  return false;
}

/** Of one source. */
class Correlator {
  readonly #clock: Clock;
  readonly #similar = new Map<string, Similar>();
  readonly #seen = new Map<string, Seen>();
  readonly #tokens = new Map<string, { left: number; atMs: number }>();
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: too many from this source about this object. */
  correlate(
    { kind, namespace, name, uid, apiVersion, fieldPath }: ObjectReference,
    type: EventType,
    reason: string,
    message: string,
  ): Correlated | undefined {
    const nowMs = this.#clock.now();
    // Whatever part of an object it is about, one source has so many warnings for it, and so many other events.
    const about = [kind, namespace, name, uid, apiVersion, type].join('|');
    const alike = [about, reason].join('|');

    // At one moment nothing grows old, and a great many Pods are told of in one.
    if (nowMs !== this.#sweptMs) this.#sweep(nowMs);
    const isLike = this.#similar.get(alike);
    const similar = isLike ?? { first: message, others: undefined, lastMs: nowMs };
    similar.lastMs = nowMs;
    remember(this.#similar, alike, similar, isLike);
    const folded = isOneTooMany(similar, message);

    const key = folded ? alike : [alike, fieldPath, message].join('|');
    const known = this.#seen.get(key);
    const seen: Seen = known ?? { name: undefined, first: undefined, count: 0 };
    seen.count++;
    remember(this.#seen, key, seen, known);

    if (!this.#mayWrite(about, nowMs)) return undefined;
    const { count } = seen;
    return { message: folded ? `(combined from similar events): ${message}` : message, seen, count, folded };
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    forget(this.#similar, ({ lastMs }) => nowMs - lastMs > SIMILAR_WINDOW_MS);
    forget(this.#tokens, ({ left, atMs }) => left + (nowMs - atMs) / SPAM_REFILL_MS >= SPAM_BURST);
  }

  #mayWrite(key: string, nowMs: number): boolean {
    const known = this.#tokens.get(key);
    const bucket = known ?? { left: SPAM_BURST, atMs: nowMs };
    bucket.left = Math.min(SPAM_BURST, bucket.left + (nowMs - bucket.atMs) / SPAM_REFILL_MS);
    bucket.atMs = nowMs;
    remember(this.#tokens, key, bucket, known);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}

/** @param known what is there under the key: only that has to be moved to the end */
function remember<V>(cache: Map<string, V>, key: string, value: V, known: V | undefined): void {
  if (known !== undefined) cache.delete(key);
  cache.set(key, value);
  if (cache.size <= CACHE_SIZE) return;
  const [oldest] = cache.keys();
  if (oldest !== undefined) cache.delete(oldest);
}

/** Drops what is as if it had never been, from the oldest on. */
function forget<V>(cache: Map<string, V>, isOver: (value: V) => boolean): void {
  for (const [key, value] of cache) {
    if (!isOver(value)) return;
    cache.delete(key);
  }
}

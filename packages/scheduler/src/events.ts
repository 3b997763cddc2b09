import { kinds } from '@tabernetes/api';
import type { Event } from '@tabernetes/api/types/events-v1';
import { type KubeObject, rfc3339Micro, StatusError } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import { type Client, type EventType, eventName, nextEventName, objectReference } from '@tabernetes/client';

/** What happened to an object, in the terms of events.k8s.io. */
export interface SchedulerEvent {
  readonly regarding: KubeObject;
  readonly related?: KubeObject;
  readonly type: EventType;
  /** Why, in a word: `FailedScheduling`. */
  readonly reason: string;
  /** What was being done: `Scheduling`, `Binding`, `Preempting`. */
  readonly action: string;
  readonly note: string;
}

/** Writes Events of events.k8s.io/v1, which have no count but series. */
export interface SeriesRecorder extends Disposable {
  record(event: SchedulerEvent): void;
  /** Resolves when all that was recorded has been written. */
  flush(): Promise<void>;
}

export interface SeriesRecorderDeps {
  readonly client: Client;
  readonly clock: Clock;
}

/**
 * The same event about the same state of an object again within six minutes begins a series: the second time is written
 * at once, later ones are counted and written when the series ends.
 *
 * @param reporter.instance `default-scheduler-` and the name of the machine
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/client-go/tools/events/event_broadcaster.go
 */
export function createSeriesRecorder(
  { client, clock }: SeriesRecorderDeps,
  reporter: { readonly controller: string; readonly instance: string },
): SeriesRecorder {
  const events = client.resource(kinds.eventsEvent);
  const series = new Map<string, Series>();
  let writing: Promise<void> = Promise.resolve();
  let timer: Disposable | undefined;
  let serial = 0;

  const create = (one: Series): void => {
    const put = async (): Promise<void> => {
      for (;;) {
        try {
          await events.create(one.event);
          return;
        } catch (error) {
          if (!(error instanceof StatusError) || error.reason !== 'AlreadyExists') throw error;
          // Another source had something to say of the Pod in the same millisecond.
          const { metadata } = one.event;
          one.event = { ...one.event, metadata: { ...metadata, name: nextEventName(metadata.name ?? '') } };
        }
      }
    };
    writing = writing.then(() => attempt(put));
  };
  const patch = (one: Series): void => {
    const body = { series: { count: one.count, lastObservedTime: rfc3339Micro(one.lastMs) } };
    writing = writing.then(() =>
      attempt(async () => {
        const { event } = one;
        const { name = '', namespace } = event.metadata;
        try {
          await events.patch(name, namespace, 'strategic', body);
        } catch (error) {
          // It has expired: what is left to tell begins anew.
          if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
          await events.create({ ...event, ...body });
        }
      }),
    );
  };
  const finish = (): void => {
    timer = undefined;
    const before = clock.now() - FINISH_MS;
    for (const [key, one] of series) {
      if (one.lastMs > before) continue;
      series.delete(key);
      if (one.count > 2) patch(one);
    }
    arm();
  };
  const arm = (): void => {
    if (series.size > 0) timer ??= clock.setTimer(FINISH_MS, finish, { background: true });
  };

  return {
    record({ regarding, related, type, reason, action, note }) {
      const nowMs = clock.now();
      const about = objectReference(regarding);
      const other = related && objectReference(related);
      const key = JSON.stringify([type, action, reason, about, other]);
      const known = series.get(key);
      if (known !== undefined) {
        known.count++;
        known.lastMs = nowMs;
        if (known.count === 2) patch(known);
        return;
      }
      const { name = '', namespace = 'default' } = regarding.metadata;
      const event: Event = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: {
          name: eventName(name, nowMs, serial++),
          namespace,
        },
        eventTime: rfc3339Micro(nowMs),
        reportingController: reporter.controller,
        reportingInstance: reporter.instance,
        action,
        reason,
        regarding: about,
        ...(other && { related: other }),
        note: truncated(note),
        type,
      };
      const one: Series = { event, count: 1, lastMs: nowMs };
      series.set(key, one);
      create(one);
      arm();
    },
    flush: () => writing,
    dispose: () => timer?.dispose(),
  };
}

interface Series {
  event: Event;
  count: number;
  lastMs: number;
}

const FINISH_MS = 360_000;
const MAX_NOTE = 1024;
const CUT = ' ...';
const MAX_TRIES = 12;

const truncated = (note: string): string =>
  note.length <= MAX_NOTE ? note : `${note.slice(0, MAX_NOTE - CUT.length)}${CUT}`;

/** Events are told as well as possible: what the server refuses is dropped, what does not reach it is tried again. */
async function attempt(write: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      if (error instanceof StatusError && error.code < 500) return;
    }
  }
}

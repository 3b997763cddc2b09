import type { Event } from '@tabernetes/api/types/core-v1';
import type { WorldWrite } from '@tabernetes/worker/connect';
import type { ObjectName } from '../app/selection.tsx';
import { eventTimeMs } from '../model/event-time.ts';

/** One line of the stream: a write, an event, or several of a kind. */
export interface Entry {
  readonly id: string;
  readonly timeMs: number;
  /** `create`, or the reason of an event. */
  readonly word: string;
  readonly tone: 'create' | 'update' | 'delete' | 'Normal' | 'Warning';
  readonly object: ObjectName;
  /** The fields that a write changed, or the message of an event. */
  readonly detail: string;
  readonly by: string;
  /** How often the same happened to the same object. */
  readonly count: number;
  readonly write?: WorldWrite;
}

/** Entries that are alike, the newest first. */
export interface Group {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly count: number;
}

/** Lines that can be seen. */
export const MOST_LINES = 200;
/** Kinds whose writes are the cluster's pulse rather than its news. */
const PULSE = new Set(['Lease', 'Event']);

/** What is asked for: words that all must be there, a namespace (empty: all), and for events more than warnings. */
export interface Wanted {
  readonly filter: string;
  readonly namespace: string;
  readonly hasNormal?: boolean;
  /** Writes beyond so many are not looked for. Default: all are. */
  readonly most?: number;
}

/** Writes never change: the line of one stays the same, and so does what is drawn of it. */
const lines = new WeakMap<WorldWrite, Entry>();

function entryOf(write: WorldWrite): Entry {
  const before = lines.get(write);
  if (before !== undefined) return before;
  const { revision, key, timeMs, verb, kind, namespace, name, manager, changed } = write;
  const entry: Entry = {
    id: `${revision} ${key}`,
    timeMs,
    word: verb,
    tone: verb,
    object: { kind, namespace, name },
    detail: changed.join(', '),
    by: manager,
    count: 1,
    write,
  };
  lines.set(write, entry);
  return entry;
}

/** Writes, newest first. Those that made the cluster are there for who looks for them. */
export function writeEntries(
  writes: readonly WorldWrite[],
  { filter, namespace, most = Number.POSITIVE_INFINITY }: Wanted,
): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = writes.length - 1; at >= 0 && entries.length < most; at--) {
    const write = writes[at];
    if (write === undefined || PULSE.has(write.kind) || (write.isMaking && filter === '')) continue;
    const entry = entryOf(write);
    if (isOf(entry, namespace) && matches(entry, filter)) entries.push(entry);
  }
  return entries;
}

/** Events, newest first. */
export function eventEntries(
  events: readonly Event[],
  { filter, namespace, hasNormal = true }: Wanted,
): readonly Entry[] {
  return events
    .filter(({ type }) => hasNormal || type === 'Warning')
    .map((event): Entry => {
      const { metadata, reason = '', message = '', type, count = 1, series, involvedObject } = event;
      const { kind = '', namespace = '', name = '' } = involvedObject ?? {};
      return {
        id: metadata.uid ?? '',
        timeMs: eventTimeMs(event),
        word: reason,
        tone: type === 'Warning' ? 'Warning' : 'Normal',
        object: { kind, namespace, name },
        detail: message,
        by: event.source?.component ?? event.reportingComponent ?? '',
        count: series?.count ?? count,
      };
    })
    .filter((entry) => isOf(entry, namespace) && matches(entry, filter))
    .sort((a, b) => b.timeMs - a.timeMs);
}

/** What has no namespace belongs to all. */
const isOf = ({ object }: Entry, namespace: string): boolean =>
  namespace === '' || object.namespace === '' || object.namespace === namespace;

function matches({ word, object, detail, by }: Entry, filter: string): boolean {
  if (filter === '') return true;
  const text = `${word} ${object.kind} ${object.namespace} ${object.name} ${detail} ${by}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

/** `isGrouped`: what the same component says or does alike about objects of the same kind is one group, where its newest stands. */
export function grouped(entries: readonly Entry[], isGrouped: boolean): readonly Group[] {
  if (!isGrouped)
    return entries.slice(0, MOST_LINES).map((entry) => ({ id: entry.id, entries: [entry], count: entry.count }));
  const groups = new Map<string, { id: string; entries: Entry[]; count: number }>();
  for (const entry of entries) {
    const id = `${entry.word} ${entry.object.kind} ${entry.object.namespace} ${entry.by}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { id, entries: [entry], count: entry.count });
    else {
      if (group.entries.length < MOST_LINES) group.entries.push(entry);
      group.count += entry.count;
    }
  }
  return [...groups.values()].slice(0, MOST_LINES);
}

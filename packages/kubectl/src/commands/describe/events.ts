import type { Event } from '@tabernetes/api/types/core-v1';
import { escapeFieldValue, type ObjectMeta, timestampAge } from '@tabernetes/apimachinery';
import { type DescribeContext, inNamespacePath, listAll } from './describer.ts';
import { type Description, heads } from './description.ts';

interface Subject {
  readonly name: string;
  readonly namespace: string;
  /** Empty: any. */
  readonly kind: string;
  readonly uid: string;
}

/** Events about an object; undefined when they are not wanted or cannot be read. */
export async function eventsOf(
  context: DescribeContext,
  object: { readonly kind?: string; readonly metadata: ObjectMeta },
  subject: Partial<Subject> = {},
): Promise<readonly Event[] | undefined> {
  if (!context.showEvents) return undefined;
  const { name = '', namespace = '', uid = '' } = object.metadata;
  try {
    return await searchEvents(context, {
      name,
      namespace,
      uid,
      kind: object.kind ?? context.resource.kind,
      ...subject,
    });
  } catch {
    // A description without events is better than none: kubectl leaves them out, too.
    return undefined;
  }
}

/** @throws {StatusError} */
export function searchEvents(
  context: DescribeContext,
  { name, namespace, kind, uid }: Subject,
): Promise<readonly Event[]> {
  const fields = [
    ['involvedObject.name', name],
    ['involvedObject.namespace', namespace],
    ...(kind === '' ? [] : [['involvedObject.kind', kind] as const]),
    ...(uid === '' ? [] : [['involvedObject.uid', uid] as const]),
  ];
  const fieldSelector = fields.map(([field, value]) => `${field}=${escapeFieldValue(value ?? '')}`).join(',');
  return listAll<Event>(context, inNamespacePath(namespace, 'events'), { fieldSelector });
}

/** Reads the events of the object and prints them. */
export async function events(
  context: DescribeContext,
  object: { readonly kind?: string; readonly metadata: ObjectMeta },
  d: Description,
): Promise<void> {
  printEvents(d, await eventsOf(context, object), context.nowMs);
}

export function printEvents(d: Description, list: readonly Event[] | undefined, nowMs: number): void {
  if (list === undefined) return;
  if (list.length === 0) {
    d.write(0, 'Events:\t<none>\n');
    return;
  }
  d.flush();
  const sorted = list.toSorted((a, b) => timeOf(a.lastTimestamp) - timeOf(b.lastTimestamp));
  d.write(0, 'Events:\n');
  heads(d, 1, ['Type', 'Reason', 'Age', 'From', 'Message'], ['----', '------', '----', '----', '-------']);
  for (const event of sorted) {
    const source = event.source?.component || event.reportingComponent || '';
    const cells = [event.type, event.reason, eventAge(event, nowMs), source, (event.message ?? '').trim()];
    d.write(1, `${cells.map((cell) => cell ?? '').join('\t')}\n`);
  }
}

const timeOf = (timestamp: string | null | undefined): number => (timestamp ? Date.parse(timestamp) : -Infinity);

/** `5s`, `3s (x4 over 20s)` */
export function eventAge(event: Event, nowMs: number): string {
  const first = timestampAge(event.eventTime || event.firstTimestamp || undefined, nowMs);
  if (event.series) {
    const last = timestampAge(event.series.lastObservedTime || undefined, nowMs);
    return `${last} (x${event.series.count ?? 0} over ${first})`;
  }
  if ((event.count ?? 0) > 1)
    return `${timestampAge(event.lastTimestamp || undefined, nowMs)} (x${event.count} over ${first})`;
  return first;
}

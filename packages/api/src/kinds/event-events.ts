import type { KubeObject } from '@tabernetes/apimachinery';
import type { Event as CoreEvent } from '../generated/core-v1.ts';
import type { Event } from '../generated/events-v1.ts';
import { defineKind } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import {
  EVENT_TTL_SECONDS,
  eventColumns,
  eventFields,
  validateEvent,
  validateStrictCreate,
  validateStrictUpdate,
} from './event-rules.ts';

/**
 * The same Events as `v1` has, under newer names and stricter rules.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const eventsEvent = defineKind<Event>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  storageVersionHash: 'r2yiGXH7wu8=',
  schema: schemaOf('io.k8s.api.events.v1.Event'),
  storedAs: {
    kind: { group: '', version: 'v1', kind: 'Event' },
    toStored: (object) => toStored(object),
    fromStored: (object) => fromStored(object),
    sameInOtherNames: true,
  },
  allowCreateOnUpdate: true,
  timeToLiveSeconds: EVENT_TTL_SECONDS,
  validate: (object) => {
    const stored = toStored(object);
    return [...validateEvent(stored, 'reportingController'), ...validateStrictCreate(stored)];
  },
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const stored = toStored(object);
    return [...validateEvent(stored, 'reportingController'), ...validateStrictUpdate(stored, toStored(old))];
  },
  columns: eventColumns((object: Event) => toStored(object)),
  selectableFields: Object.fromEntries(
    Object.entries(eventFields('regarding')).map(([label, read]) => [label, (object: Event) => read(toStored(object))]),
  ),
});

/** Names in events.k8s.io/v1, and what v1 calls the same fields. */
const STORED_NAMES: ReadonlyMap<string, string> = new Map([
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]);
const NAMES: ReadonlyMap<string, string> = new Map(Array.from(STORED_NAMES, ([name, stored]) => [stored, name]));

/** Every Event of a scheduler comes by here four times: no lists of its fields are made. */
function renamed(object: object, names: ReadonlyMap<string, string>, apiVersion: string): object {
  const members = object as Readonly<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const key in members) out[names.get(key) ?? key] = key === 'apiVersion' ? apiVersion : members[key];
  return out;
}

const toStored = (event: Event): CoreEvent => renamed(event, STORED_NAMES, 'v1') as CoreEvent;
const fromStored = (event: KubeObject): Event => renamed(event, NAMES, 'events.k8s.io/v1') as Event;

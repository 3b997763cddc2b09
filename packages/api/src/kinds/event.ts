import { validatePathSegmentName } from '@tabernetes/apimachinery';
import type { Event } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { EVENT_TTL_SECONDS, eventColumns, eventFields, validateEvent } from './event-rules.ts';

/**
 * Something that happened to an object; forgotten after an hour.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const event = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  storageVersionHash: 'r2yiGXH7wu8=',
  schema: schemaOf('io.k8s.api.core.v1.Event'),
  standardFinalizers: false,
  validatesMetadataLast: true,
  // Names of Events were never held to more than being usable in a path.
  validateName: validatePathSegmentName,
  allowCreateOnUpdate: true,
  timeToLiveSeconds: EVENT_TTL_SECONDS,
  validate: (object) => validateEvent(object),
  metadataOnUpdate: [],
  columns: eventColumns((object) => object),
  selectableFields: eventFields('involvedObject'),
});

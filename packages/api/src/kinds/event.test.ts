import { canonical } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Event } from '../generated/events-v1.ts';
import { createObject, NOW, testContext } from '../testing/index.ts';
import { event } from './event.ts';
import { eventsEvent } from './event-events.ts';

const NEW_STYLE: Event = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'default' },
  eventTime: '2025-01-01T00:00:00.000000Z',
  action: 'Scaling',
  reason: 'Scaled',
  type: 'Normal',
  note: 'Scaled up',
  reportingController: 'a.b/c',
  reportingInstance: 'c-1',
  regarding: { kind: 'Pod', name: 'web', namespace: 'default' },
};

describe('Event', () => {
  test('KND-13 both groups serve one object under names of their own', () => {
    const stored = canonical(event.schema, eventsEvent.storedAs?.toStored(NEW_STYLE));
    expect(stored).toMatchObject({
      apiVersion: 'v1',
      involvedObject: { name: 'web' },
      message: 'Scaled up',
      reportingComponent: 'a.b/c',
    });
    const back = eventsEvent.storedAs?.fromStored(stored as never);
    expect(canonical(eventsEvent.schema, back)).toEqual(canonical(eventsEvent.schema, NEW_STYLE));
  });

  const series = { count: 3, lastObservedTime: '2025-01-01T00:00:00.000000Z' };
  const old = {
    deprecatedSource: { component: 'c', host: 'h' },
    deprecatedFirstTimestamp: NOW,
    deprecatedLastTimestamp: NOW,
    deprecatedCount: 2,
  };
  for (const [name, written] of Object.entries({
    'with all that is common': NEW_STYLE,
    'with nothing': { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: {}, eventTime: NEW_STYLE.eventTime },
    'with a series and something related': { ...NEW_STYLE, series, related: { kind: 'Node', name: 'n' } },
    'with what is deprecated': { ...NEW_STYLE, ...old },
    'with empty texts': { ...NEW_STYLE, note: '', action: '', reportingController: '', reportingInstance: '' },
  })) {
    test(`KND-13 an Event ${name} reads back as it was written, field by field`, () => {
      const whole = canonical(eventsEvent.schema, written as Event);
      const stored = canonical(event.schema, eventsEvent.storedAs?.toStored(whole));
      const back = canonical(eventsEvent.schema, eventsEvent.storedAs?.fromStored(stored as never));
      expect(JSON.stringify(back)).toBe(JSON.stringify(whole));
    });
  }

  test('KND-13 events.k8s.io is stricter, and speaks of the fields of v1', () => {
    const create = (changes: object) => () => createObject(eventsEvent, { ...NEW_STYLE, ...changes }, testContext());
    expect(create({})).not.toThrow();
    expect(create({ eventTime: undefined })).toThrow('Event "e" is invalid: eventTime: Required value');
    expect(create({ deprecatedFirstTimestamp: NOW })).toThrow('firstTimestamp: Invalid value: "": needs to be unset');
    expect(create({ regarding: { kind: 'Pod', name: 'web', namespace: 'x' } })).not.toThrow();
  });

  test('KND-13 the table tells when, what and about what', () => {
    const cells = eventsEvent.columns.map(({ cell }) => cell(NEW_STYLE, { nowMs: Date.parse(NOW) + 90_000 }));
    expect(cells).toEqual(['90s', 'Normal', 'Scaled', 'pod/web', '', 'a.b/c, c-1', 'Scaled up', '90s', 1, 'e']);
  });
});

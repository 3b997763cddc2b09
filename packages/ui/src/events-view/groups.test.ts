import type { Event } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { eventEntries, grouped, writeEntries } from './groups.ts';

const event = (name: string, reason: string, pod: string, second: number, rest: Partial<Event> = {}): Event =>
  ({
    metadata: { name, uid: name, resourceVersion: String(second) },
    type: 'Normal',
    reason,
    message: `${reason} ${pod}`,
    involvedObject: { kind: 'Pod', namespace: 'default', name: pod },
    lastTimestamp: `2025-01-01T00:00:0${second}Z`,
    source: { component: 'kubelet' },
    ...rest,
  }) as Event;
const EVENTS = [
  event('1', 'Started', 'one', 1),
  event('2', 'BackOff', 'two', 2, { type: 'Warning', count: 4 }),
  event('3', 'Started', 'two', 3),
];
const told = (filter: string, hasNormal: boolean, isGrouped: boolean) =>
  grouped(eventEntries(EVENTS, { filter, namespace: 'default', hasNormal }), isGrouped).map(({ entries, count }) =>
    [count, ...entries.map(({ word, object }) => `${word} ${object.name}`)].join(' '),
  );

test('INS-6 events come newest first, filtered by words, warnings alone, alike ones together', () => {
  expect(told('', true, false)).toEqual(['1 Started two', '4 BackOff two', '1 Started one']);
  expect(told('', true, true)).toEqual(['2 Started two Started one', '4 BackOff two']);
  expect(told('started ONE', true, false)).toEqual(['1 Started one']);
  expect(told('', false, false)).toEqual(['4 BackOff two']);
});

test('INS-6 what made the cluster is shown to who looks for it', () => {
  const write = (revision: number, name: string, isMaking: boolean) =>
    ({ revision, name, isMaking, key: name, timeMs: 0, verb: 'create', apiVersion: 'v1', kind: 'ConfigMap' }) as const;
  const rest = { namespace: '', manager: '', changed: [] };
  const writes = [
    { ...write(1, 'root', true), ...rest },
    { ...write(2, 'own', false), ...rest },
  ];
  const names = (filter: string) => writeEntries(writes, { filter, namespace: '' }).map(({ object }) => object.name);
  expect(names('')).toEqual(['own']);
  expect(names('configmap')).toEqual(['own', 'root']);
});

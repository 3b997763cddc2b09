import { kinds } from '@tabernetes/api';
import { testApiServer } from '@tabernetes/apiserver/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, createClient } from './client.ts';
import { createEventRecorder, type EventRecorder } from './event-recorder.ts';

const regarding = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'default', uid: 'u', resourceVersion: '7' },
};

describe('event recorder', () => {
  let cluster: Awaited<ReturnType<typeof testApiServer>>;
  let client: Client;
  let recorder: EventRecorder;
  beforeEach(async () => {
    cluster = await testApiServer();
    client = createClient(cluster.server, { user: { name: 'admin', groups: ['system:masters'] }, userAgent: 'test' });
    recorder = createEventRecorder({ client, clock: cluster.clock }, { component: 'tester' });
  });
  afterEach(() => cluster.dispose());

  const events = async () => (await client.resource(kinds.event).list({ namespace: 'default' })).items;

  test('CLT-9 writes what, about what, by whom', async () => {
    recorder.event(regarding, 'Warning', 'Broken', 'it is broken');
    await recorder.flush();
    const [event] = await events();
    expect(event).toMatchObject({
      reason: 'Broken',
      message: 'it is broken',
      type: 'Warning',
      count: 1,
      source: { component: 'tester' },
      reportingComponent: 'tester',
      involvedObject: {
        kind: 'ConfigMap',
        name: 'c',
        namespace: 'default',
        uid: 'u',
        apiVersion: 'v1',
        resourceVersion: '7',
      },
    });
    expect(event?.metadata.name).toMatch(/^c\.[0-9a-f]{16}$/);
  });

  test('CLT-9 loses nothing that two sources say in one millisecond', async () => {
    const others = ['a', 'b'].map((component) => createEventRecorder({ client, clock: cluster.clock }, { component }));
    for (const each of [recorder, ...others]) for (const n of [1, 2]) each.event(regarding, 'Normal', 'Said', `${n}`);
    for (const each of [recorder, ...others]) await each.flush();
    expect((await events()).map(({ source, message }) => `${source?.component} ${message}`).sort()).toEqual([
      'a 1',
      'a 2',
      'b 1',
      'b 2',
      'tester 1',
      'tester 2',
    ]);
  });

  test('CLT-9 counts what is the same', async () => {
    for (let i = 0; i < 5; i++) {
      recorder.event(regarding, 'Normal', 'Again', 'and again');
      await cluster.clock.advance('1s');
    }
    await recorder.flush();
    expect((await events()).map((e) => [e.message, e.count])).toEqual([['and again', 5]]);
  });

  test('CLT-9 an event that has expired and comes again goes on as what it was', async () => {
    recorder.event(regarding, 'Normal', 'Again', 'and again');
    await recorder.flush();
    const [first] = await events();
    await client.resource(kinds.event).delete(first?.metadata.name ?? '', 'default');
    await cluster.clock.advance('1h');
    recorder.event(regarding, 'Normal', 'Again', 'and again');
    await recorder.flush();
    const [again] = await events();
    expect(again).toMatchObject({
      metadata: { name: first?.metadata.name },
      count: 2,
      firstTimestamp: first?.firstTimestamp,
      lastTimestamp: '2025-01-01T01:00:00Z',
    });
  });

  test('CLT-9 counts by itself what was known before there was too much to combine', async () => {
    for (let i = 0; i < 10; i++) recorder.event(regarding, 'Normal', 'Many', `number ${i}`);
    recorder.event(regarding, 'Normal', 'Many', 'number 3');
    recorder.event(regarding, 'Normal', 'Many', 'number 10');
    await recorder.flush();
    const found = await events();
    expect(found.find((e) => e.message === 'number 3')?.count).toBe(2);
    expect(found.find((e) => e.message === '(combined from similar events): number 10')?.count).toBe(2);
  });

  test('CLT-9 combines what differs in its message alone, and drops a flood', async () => {
    for (let i = 0; i < 40; i++) recorder.event(regarding, 'Normal', 'Many', `number ${i}`);
    await recorder.flush();
    const found = await events();
    const combined = found.find((e) => e.message?.startsWith('(combined from similar events): '));
    expect(found).toHaveLength(10);
    expect(combined?.count).toBe(16);
    // Upstream's combined events leave out who reports; the field has no omitempty.
    expect([combined?.reportingComponent, combined?.source?.component]).toEqual(['', found[0]?.source?.component]);
  });

  test('CLT-9 drops a flood of warnings apart from other events, whatever part of the object they are about', async () => {
    for (let i = 0; i < 30; i++) {
      recorder.event(regarding, 'Normal', 'BackOff', 'waits', 'spec.containers{a}');
      recorder.event(regarding, 'Warning', 'Failed', 'fails', `spec.containers{${i % 2 === 0 ? 'a' : 'b'}}`);
    }
    await recorder.flush();
    const counts = (await events()).map((e) => [e.type, e.involvedObject.fieldPath, e.count]);
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        ['Normal', 'spec.containers{a}', 25],
        ['Warning', 'spec.containers{a}', 13],
        ['Warning', 'spec.containers{b}', 12],
      ]),
    );
  });
});

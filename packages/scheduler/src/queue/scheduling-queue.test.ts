import { virtualClock } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import type { Plugin } from '../framework/plugin.ts';
import { createProfile } from '../framework/profile.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import { makeNode, makePod } from '../testing/objects.ts';
import { RequeueRules } from './requeue-rules.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

const nosy: Plugin = { name: 'Nosy', requeueOn: [{ resource: 'Node', actions: ['Add'] }] };
const ANY_NODE = { resource: 'Node', action: 'Add', object: makeNode('n') } as const;

function make() {
  const clock = virtualClock({ startMs: 0 });
  const rules = new RequeueRules([{ ...createProfile(), plugins: [nosy, { ...nosy, name: 'Nosier' }] }]);
  return { clock, queue: new SchedulingQueue({ clock, rules, gate: () => undefined, onActive: () => undefined }) };
}
const pod = (name: string, priority = 0): PodInfo => new PodInfo(makePod(name, { spec: { priority } }));

describe('the queue', () => {
  test('SCH-34 back-off doubles from one second to ten', async () => {
    const { clock, queue } = make();
    queue.add(pod('a'));
    const gapsMs: number[] = [];
    for (let i = 0; i < 6; i++) {
      const queued = queue.pop();
      if (queued === undefined) throw new Error('it should be active');
      const failedMs = clock.now();
      queue.addUnschedulable(queued, new Set(['Nosy']));
      queue.move(ANY_NODE);
      while (!queue.hasActive) await clock.step();
      gapsMs.push(clock.now() - failedMs);
    }
    expect(gapsMs).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  test('SCH-34 a Pod whose back-off is over becomes active at once', async () => {
    const { clock, queue } = make();
    queue.add(pod('a'));
    const queued = queue.pop();
    if (queued !== undefined) queue.addUnschedulable(queued, new Set(['Nosy']));
    await clock.advance('1s');
    queue.move(ANY_NODE);
    expect(queue.counts()).toMatchObject({ active: 1, unschedulable: 0 });
  });

  test('SCH-33 only what a refusing plugin waits for frees a Pod', () => {
    const { queue } = make();
    queue.add(pod('a'));
    const queued = queue.pop();
    if (queued !== undefined) queue.addUnschedulable(queued, new Set(['Stubborn']));
    queue.move(ANY_NODE);
    expect(queue.counts()).toMatchObject({ unschedulable: 1 });
  });

  test('SCH-37 priority first, then age; a deleted Pod does not come out', () => {
    const { queue } = make();
    for (const info of [pod('a'), pod('b', 5), pod('c'), pod('d', 5)]) queue.add(info);
    queue.delete('default/c');
    const names: string[] = [];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) names.push(next.info.name);
    expect(names).toEqual(['b', 'd', 'a']);
  });

  test('SCH-37 who failed first comes back first, whoever refused it, in one millisecond too', async () => {
    const { clock, queue } = make();
    for (const name of ['a', 'b', 'c']) queue.add(pod(name));
    for (const plugin of ['Nosier', 'Nosy', 'Nosier']) {
      const queued = queue.pop();
      if (queued !== undefined) queue.addUnschedulable(queued, new Set([plugin]));
    }
    await clock.advance('1s');
    queue.move(ANY_NODE);
    expect([queue.pop()?.info.name, queue.pop()?.info.name, queue.pop()?.info.name]).toEqual(['a', 'b', 'c']);
  });

  test('SCH-39 failures that are nobody’s fault are tried again, at last without anybody waiting for it', async () => {
    const { clock, queue } = make();
    queue.add(pod('a'));
    for (let i = 0; i < 11; i++) {
      const queued = queue.pop();
      if (queued !== undefined) queue.addBackoff(queued);
      await clock.idle();
    }
    expect(queue.counts()).toMatchObject({ active: 0, backoff: 1 });
    await clock.advance('10s');
    expect(queue.counts()).toMatchObject({ active: 1 });
  });
});

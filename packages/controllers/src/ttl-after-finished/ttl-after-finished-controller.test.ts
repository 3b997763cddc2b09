import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import { afterEach, expect, test } from 'vitest';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { jobController } from '../job/job-controller.ts';
import { exitScript } from '../testing/exit-script.ts';
import { type Harness, startHarness } from '../testing/harness.ts';
import { ttlAfterFinishedController } from './ttl-after-finished-controller.ts';

let harness: Harness;
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  harness.dispose();
});

const job = (name: string, ttlSecondsAfterFinished?: number): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...(ttlSecondsAfterFinished !== undefined && { ttlSecondsAfterFinished }),
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'exit 0'] }] },
    },
  },
});

test('TTL-1 a Job goes, with its Pods, so many seconds after its end', async () => {
  harness = await startHarness({ controllers: [ttlAfterFinishedController, jobController, garbageCollector] });
  stop = await exitScript(harness);
  await harness.create(job('short', 3));
  await harness.create(job('long', 3));
  await harness.create(job('kept'));
  await harness.clock.advance(2000);
  await harness.patch(kinds.job, 'long', { spec: { ttlSecondsAfterFinished: 60 } });
  await harness.clock.advance(5000);
  expect((await harness.list(kinds.job)).map((j) => j.metadata.name)).toEqual(['kept', 'long']);
  expect(await harness.list(kinds.pod)).toHaveLength(2);
  await harness.clock.advance(60_000);
  expect((await harness.list(kinds.job)).map((j) => j.metadata.name)).toEqual(['kept']);
  expect(harness.errors).toEqual([]);
});

test('TTL-2 a time to live that is set after the end counts from the end', async () => {
  harness = await startHarness({ controllers: [ttlAfterFinishedController, jobController, garbageCollector] });
  stop = await exitScript(harness);
  await harness.create(job('later'));
  await harness.clock.advance(20_000);
  await harness.patch(kinds.job, 'later', { spec: { ttlSecondsAfterFinished: 10 } });
  await harness.clock.advance(1000);
  expect(await harness.list(kinds.job)).toEqual([]);
});

import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import { afterEach, expect, test } from 'vitest';
import { jobController } from '../job/job-controller.ts';
import { type Harness, startHarness } from '../testing/harness.ts';
import { lateController, objectsOf } from './late-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

const JOB: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'once' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } } },
};

test('LATE-1 a controller that comes late does what it would have done, in the same moment, and is fetched once', async () => {
  let fetched = 0;
  harness = await startHarness({
    controllers: [
      (context) =>
        lateController(context, 'job-controller', {
          needs: [objectsOf(kinds.job)],
          make: async () => {
            fetched++;
            // However long the host takes for it.
            await new Promise((resolve) => setTimeout(resolve, 20));
            return jobController(context);
          },
        }),
    ],
  });
  await harness.clock.advance('1m');
  expect(fetched).toBe(0);
  const madeMs = harness.clock.now();
  await harness.create(JOB);
  await harness.create({ ...JOB, metadata: { name: 'twice' } });
  await harness.clock.advance(100);
  const pods = await harness.list(kinds.pod);
  expect(pods.map(({ metadata }) => metadata.labels?.['job-name']).sort()).toEqual(['once', 'twice']);
  expect(pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''))).toEqual([madeMs, madeMs]);
  expect(fetched).toBe(1);
});

test('LATE-2 a controller that did not begin is fetched again when it is needed next', async () => {
  const problem = new Error('not yet');
  const errors: unknown[] = [];
  let fetched = 0;
  harness = await startHarness({
    controllers: [
      (context) =>
        lateController({ ...context, onError: (error) => errors.push(error) }, 'job-controller', {
          needs: [objectsOf(kinds.job)],
          make: () => {
            const controller = jobController(context);
            if (fetched++ > 0) return Promise.resolve(controller);
            return Promise.resolve({ ...controller, start: () => Promise.reject(problem) });
          },
        }),
    ],
  });
  await harness.create(JOB);
  await harness.clock.advance(100);
  expect(await harness.list(kinds.pod)).toEqual([]);
  await harness.create({ ...JOB, metadata: { name: 'twice' } });
  await harness.clock.advance(100);
  expect((await harness.list(kinds.pod)).map(({ metadata }) => metadata.labels?.['job-name']).sort()).toEqual([
    'once',
    'twice',
  ]);
  expect({ fetched, errors }).toEqual({ fetched: 2, errors: [problem] });
});

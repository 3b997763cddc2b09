import { readFileSync } from 'node:fs';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.ts';

/** A CronJob that a real server was asked to create, and what it said. */
interface Recorded {
  readonly schedule: string;
  readonly timeZone: string | null;
  readonly code: number;
  readonly message: string | null;
}

const lines = readFileSync(new URL('golden/facts/cron-schedules.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

let cluster: Cluster;
beforeAll(async () => {
  cluster = await createCluster({ nodes: 0, controllers: false, clock: 'virtual' });
});
afterAll(() => cluster.stop());

test('CronJobs have the schedules and time zones that a real server accepted, and no others', async () => {
  const misses: unknown[] = [];
  for (const { schedule, timeZone, code, message } of recorded) {
    const answer = await ask(cluster, 'POST', '/apis/batch/v1/namespaces/default/cronjobs?dryRun=All', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: {
        schedule,
        ...(timeZone !== null && { timeZone }),
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } } },
        },
      },
    });
    const said = answer.code === 201 ? null : answer.object.message;
    if (answer.code !== code || said !== message) misses.push({ schedule, timeZone, message, said });
  }
  expect(misses).toEqual([]);
  expect(recorded).toHaveLength(52);
});

import { kinds } from '@tabernetes/api';
import type { Job } from '@tabernetes/api/types/batch-v1';
import { afterEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from './index.ts';

let cluster: Cluster | undefined;
afterEach(() => cluster?.stop());

const job = (name: string, deadline: number, command?: readonly string[]): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default' },
  spec: {
    activeDeadlineSeconds: deadline,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'busybox', command: command ?? ['tail', '-f', '/dev/null'] }],
      },
    },
  },
});

test('CLU-22 deadlines are not waited for, and are heeded on the way', async () => {
  cluster = await createCluster({ clock: 'virtual', nodes: 1 });
  const { client, clock, idle } = cluster;
  const jobs = client.resource(kinds.job);
  const from = clock.now();
  await jobs.create(job('endless', 3_600));
  await idle();
  expect(clock.now() - from).toBeLessThan(60_000);
  expect((await jobs.get('endless', 'default')).status?.active).toBe(1);

  await jobs.create(job('slow', 5, ['sleep', '100']));
  await idle();
  expect((await jobs.get('slow', 'default')).status?.conditions?.at(-1)).toMatchObject({ reason: 'DeadlineExceeded' });
});

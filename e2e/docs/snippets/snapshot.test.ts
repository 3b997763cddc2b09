import { createCluster } from 'tabernetes';
import { expect, test } from 'vitest';

test('one start, two endings', async () => {
  const first = await createCluster({ clock: 'virtual' });
  await first.kubectl('create configmap settings --from-literal=colour=green');
  // A plain object: keep it in a file, or copy it to a worker.
  const snapshot = await first.snapshot();
  const second = await createCluster({ clock: 'virtual', restore: snapshot });
  await second.kubectl('delete configmap settings');
  expect((await first.kubectl('get configmap settings')).exitCode).toBe(0);
  expect((await second.kubectl('get configmap settings')).stderr).toContain('NotFound');
  await first.stop();
  await second.stop();
});

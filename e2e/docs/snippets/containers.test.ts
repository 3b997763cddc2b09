import { createCluster } from 'tabernetes';
import { expect, test } from 'vitest';

test('a Service leads to its Pods, and logs tell of it', async () => {
  const cluster = await createCluster({ clock: 'virtual', kubelet: 'simulated', addons: ['dns'] });
  await cluster.kubectl('create deployment web --image=nginx:1.27 --replicas=2');
  await cluster.kubectl('expose deployment web --port=80');
  await cluster.kubectl('create job ask --image=busybox:1.36 -- sh -c "until wget -qO- http://web; do sleep 1; done"');
  await cluster.clock.advance('30s');
  const { stdout } = await cluster.kubectl('logs job/ask');
  expect(stdout).toContain('Welcome to nginx!');
  await cluster.stop();
});

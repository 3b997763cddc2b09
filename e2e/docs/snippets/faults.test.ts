import { createCluster } from 'tabernetes';
import { expect, test } from 'vitest';

test('a controller survives conflicts and lost watches', async () => {
  const cluster = await createCluster({ clock: 'virtual' });
  // Every third write of the controllers is refused as a conflict …
  const conflicts = cluster.faults.add({
    match: { component: 'kube-controller-manager', methods: ['PUT', 'PATCH'] },
    probability: 1 / 3,
    fault: { kind: 'refuse', code: 409 },
  });
  // … and every watch breaks after ten seconds.
  cluster.faults.add({ fault: { kind: 'dropWatch', afterMs: 10_000 } });
  await cluster.kubectl('create deployment web --image=nginx:1.27 --replicas=5');
  await cluster.clock.advance('2m');
  const { stdout } = await cluster.kubectl('get deployment web -o jsonpath={.status.readyReplicas}');
  expect(stdout).toBe('5');
  expect(cluster.faults.struck).toBeGreaterThan(0);
  conflicts.dispose();
  await cluster.stop();
});

import { kinds } from '@tabernetes/api';
import type { ContainerStatus, Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function run(name: string, container: object): Promise<Pod['status']> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '600'], ...container }] },
  } as Pod);
  await cluster.clock.advance(5_000);
  return (await cluster.client.resource(kinds.pod).get(name, 'default')).status;
}

const first = (statuses: readonly ContainerStatus[] | undefined): ContainerStatus | undefined => statuses?.[0];

test('CLU-106 who has no terminal cannot attach to a container that has one', async () => {
  await run('tt', { stdin: true, tty: true, command: ['cat'] });
  const { stderr } = await cluster.kubectl('attach -i tt');
  expect(stderr).toContain('error: error stream protocol error: unknown error');
  expect((await cluster.kubectl('attach nosuch')).stderr).toContain('not found');
});

test('CLU-106 an ephemeral container does not start beside a container that does not run', async () => {
  await run('crash', { command: ['false'] });
  await cluster.kubectl('debug crash --image=busybox:1.36 -c look --target=main -- sleep 600');
  await cluster.clock.advance(5_000);
  const { status } = await cluster.client.resource(kinds.pod).get('crash', 'default');
  expect(first(status?.ephemeralContainerStatuses)?.state?.waiting?.reason).toBe('CreateContainerError');
  expect(first(status?.ephemeralContainerStatuses)?.state?.waiting?.message).toMatch(
    /^failed to generate container "[0-9a-f]{64}" spec: invalid target container: container "[0-9a-f]{64}" is not running - in state CONTAINER_EXITED$/,
  );
});

test('CLU-106 an image is the same by its tag and by its digest', async () => {
  const byTag = first((await run('tag', {}))?.containerStatuses);
  const image = byTag?.imageID.replace('docker.io/library/', '');
  const byDigest = first((await run('digest', { image }))?.containerStatuses);
  expect(byDigest?.image).toBe('docker.io/library/busybox:1.36');
  expect(byDigest?.imageID).toBe(byTag?.imageID);
});

test('CLU-106 containerd takes a user in capital letters for no registry', async () => {
  const { state } = first((await run('upper', { image: 'MyUser/app:1' }))?.containerStatuses) ?? {};
  expect(state?.waiting?.message).toContain(
    'failed to parse image reference "MyUser/app:1": invalid reference format: repository name must be lowercase',
  );
});

import { kinds } from '@tabernetes/api';
import type { PodSpec, Volume, VolumeMount } from '@tabernetes/api/types/core-v1';
import { afterEach, expect, test } from 'vitest';
import { type TestKubelet, testKubelet } from '../testing/test-kubelet.ts';
import { volumePayload } from './payloads.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});

const mounting = (volume: Omit<Volume, 'name'>, mount: Partial<VolumeMount> = {}): Partial<PodSpec> => ({
  containers: [{ name: 'app', image: 'busybox:1.36', volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] }],
  volumes: [{ name: 'v', ...volume }],
});
const metadata = (name: string) => ({ name, namespace: 'default' });

test('KUB-14 annotations are shown with where the Pod comes from, and since when the node knows it', async () => {
  node = await testKubelet();
  const items = [
    { path: 'all', fieldRef: { fieldPath: 'metadata.annotations' } },
    { path: 'source', fieldRef: { fieldPath: "metadata.annotations['kubernetes.io/config.source']" } },
  ];
  await node.run('web', mounting({ downwardAPI: { items } }), { annotations: { a: 'b' } });
  const fs = node.runtime.config('app')?.mounts[0]?.volume.fs;
  expect(fs?.readText('/source')).toBe('api');
  expect(fs?.readText('/all')).toMatch(
    /^a="b"\nkubernetes\.io\/config\.seen="\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z"\nkubernetes\.io\/config\.source="api"$/,
  );
});

test('KUB-14 a token belongs to the one user that all containers run as', async () => {
  node = await testKubelet();
  const tokenOf = async (own: readonly number[]) => {
    const containers = own.map((runAsUser, i) => ({ name: `c${i}`, securityContext: { runAsUser } }));
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: metadata('web'), spec: { containers } };
    const reader = { configMap: async () => undefined, secret: async () => undefined };
    const context = { pod, seenMs: 0, podIPs: [], hostIP: '', allocatable: {} };
    const sources = [{ serviceAccountToken: { path: 'token' } }];
    const volume = { name: 'v', projected: { sources } };
    return (await volumePayload({ reader, context, token: async () => () => 'secret' }, volume))?.get('token');
  };
  expect(await tokenOf([1_000, 1_000])).toMatchObject({ mode: 0o600, uid: 1_000 });
  const shared = await tokenOf([1_000, 1_001]);
  expect([shared?.mode, shared?.uid]).toEqual([0o644, undefined]);
});

test('KUB-15 resources of a container that is not there are missed', async () => {
  node = await testKubelet();
  const resourceFieldRef = { containerName: 'gone', resource: 'limits.cpu' };
  await node.run('web', mounting({ downwardAPI: { items: [{ path: 'x', resourceFieldRef }] } }));
  await node.advance(100);
  expect(await node.events('web')).toEqual([
    'FailedMount: MountVolume.SetUp failed for volume "v" : container gone not found',
  ]);
});

for (const [what, source, message] of [
  [
    'local',
    {
      local: { path: '/gone' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }] },
      },
    },
    'MountVolume.NewMounter initialization failed for volume "disk" : path "/gone" does not exist',
  ],
  [
    'hostPath',
    { hostPath: { path: '/gone', type: 'Directory' } },
    'MountVolume.SetUp failed for volume "disk" : hostPath type check failed: /gone is not a directory',
  ],
] as const) {
  test(`KUB-15 a claimed volume that cannot be mounted is told by its own name: ${what}`, async () => {
    node = await testKubelet();
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await node.client.resource(kinds.persistentVolume).create({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'disk' },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...source },
    });
    const claims = node.client.resource(kinds.persistentVolumeClaim);
    const claim = await claims.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: metadata('data'),
      spec: { ...spec, volumeName: 'disk' },
    });
    await claims.updateStatus({ ...claim, status: { phase: 'Bound' } });
    await node.run('web', mounting({ persistentVolumeClaim: { claimName: 'data' } }));
    await node.advance(100);
    expect(await node.events('web')).toEqual([`FailedMount: ${message}`]);
  });
}

test('KUB-22 a claim that is not bound is told of at the first look at what is mounted, and then when it is the turn of the Pod', async () => {
  node = await testKubelet({ latency: 'real' });
  await node.run('web', mounting({ persistentVolumeClaim: { claimName: 'gone' } }));
  await node.advance(290);
  expect(await node.events('web')).toEqual([]);
  await node.advance(20);
  expect((await node.events('web'))[0]).toMatch(/^FailedMount: .* "gone" not found$/);
  await node.advance(9_500);
  expect(await node.events('web')).toHaveLength(1);
  expect((await node.events('web'))[0]).not.toMatch(/ x2$/);
  await node.advance(6_500);
  expect((await node.events('web'))[0]).toMatch(/ x2$/);
});

test('KUB-15 mounts below a mount cannot be made read-only with it', async () => {
  node = await testKubelet();
  await node.run('web', mounting({ emptyDir: {} }, { readOnly: true, recursiveReadOnly: 'Enabled' }));
  expect((await node.get('web')).status?.containerStatuses?.[0]?.state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message:
      'failed to resolve recursive read-only mode: volume "v" requested recursive read-only mode, but it is not supported by the runtime',
  });
});

test('KUB-9 a node without AppArmor takes no Pod that is to be confined by it', async () => {
  node = await testKubelet();
  const refused = await node.run('web', { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } });
  expect(refused.status).toMatchObject({
    phase: 'Failed',
    reason: 'AppArmor',
    message: 'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  });
  const taken = await node.run('free', { securityContext: { appArmorProfile: { type: 'Unconfined' } } });
  expect(taken.status?.phase).toBe('Running');
});

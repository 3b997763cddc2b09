import { kinds } from '@tabernetes/api';
import type { PersistentVolumeClaim, Pod, Service } from '@tabernetes/api/types/core-v1';
import { afterEach, expect, test } from 'vitest';
import { type Cluster, type ClusterOptions, createCluster } from '../index.ts';

const clusters: Cluster[] = [];
const errors: unknown[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.stop();
  expect(errors.splice(0)).toEqual([]);
});
async function start(options: ClusterOptions): Promise<Cluster> {
  const cluster = await createCluster({ clock: 'virtual', onError: (error) => errors.push(error), ...options });
  clusters.push(cluster);
  return cluster;
}
const metadata = (name: string) => ({ name, namespace: 'default' });
const claim = (name: string, storage: string): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata(name),
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});
const pod = (
  name: string,
  annotations: Readonly<Record<string, string>>,
  volumes: NonNullable<Pod['spec']>['volumes'] = [],
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata(name), annotations },
  spec: { containers: [{ name: 'main', image: 'nginx' }], volumes },
});
const events = async ({ client }: Cluster, name: string): Promise<readonly string[]> =>
  (await client.resource(kinds.event).list({ namespace: 'default' })).items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason} ${message}`);

test('ADD-1 storage: a claim gets its volume on the node of its first Pod, grows, and takes it along', async () => {
  const cluster = await start({ addons: ['storage'] });
  const { client, idle } = cluster;
  const claims = client.resource(kinds.persistentVolumeClaim);
  await claims.create(claim('data', '1Gi'));
  await idle();
  expect((await claims.get('data', 'default')).status?.phase).toBe('Pending');
  await client
    .resource(kinds.pod)
    .create(pod('user', {}, [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }]));
  await idle();
  const bound = await claims.get('data', 'default');
  const [volume] = (await client.resource(kinds.persistentVolume).list()).items;
  const { spec } = await client.resource(kinds.pod).get('user', 'default');
  const uid = bound.metadata.uid;
  expect(bound.status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
  expect(volume).toMatchObject({
    metadata: { name: `pvc-${uid}` },
    spec: {
      storageClassName: 'standard',
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: [spec?.nodeName] }] }] } },
    },
    status: { phase: 'Bound' },
  });
  const told = await events(cluster, 'data');
  for (const event of [
    'WaitForFirstConsumer waiting for first consumer to be created before binding',
    'Provisioning External provisioner is provisioning volume for claim "default/data"',
    `ProvisioningSucceeded Successfully provisioned volume pvc-${uid}`,
  ])
    expect(told).toContain(event);

  await claims.patch('data', 'default', 'merge', { spec: { resources: { requests: { storage: '3Gi' } } } });
  await idle();
  expect((await claims.get('data', 'default')).status).toEqual({
    phase: 'Bound',
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '3Gi' },
  });
  expect(await events(cluster, 'data')).toContain('VolumeResizeSuccessful Resize volume succeeded');

  await client.resource(kinds.pod).delete('user', 'default');
  await claims.delete('data', 'default');
  await idle();
  expect((await client.resource(kinds.persistentVolume).list()).items).toEqual([]);
});

test('ADD-1 storage: ephemeral volumes come and go with their Pods', async () => {
  const { client, idle } = await start({ addons: ['storage'] });
  const { spec } = claim('x', '1Gi');
  const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: spec ?? {} } } }];
  await client.resource(kinds.pod).create(pod('user', {}, volumes));
  await idle();
  expect((await client.resource(kinds.pod).get('user', 'default')).status?.phase).toBe('Running');
  expect((await client.resource(kinds.persistentVolumeClaim).get('user-scratch', 'default')).status?.phase).toBe(
    'Bound',
  );
  await client.resource(kinds.pod).delete('user', 'default');
  await idle();
  expect((await client.resource(kinds.persistentVolumeClaim).list()).items).toEqual([]);
  expect((await client.resource(kinds.persistentVolume).list()).items).toEqual([]);
});

test('ADD-2 metrics: Pods and nodes are measured, and autoscalers follow', async () => {
  const { client, clock, fetch } = await start({ addons: ['metrics'] });
  const container = { name: 'main', image: 'nginx', resources: { requests: { cpu: '100m' } } };
  const template = {
    metadata: { labels: { app: 'web' }, annotations: { 'usage.tabernetes.dev/cpu': '200m' } },
    spec: { containers: [container] },
  };
  await client.resource(kinds.deployment).create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('web'),
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
  });
  await clock.advance('20s');
  const read = async (path: string) => await (await fetch(new Request(`https://cluster.test${path}`))).json();
  const root = '/apis/metrics.k8s.io/v1beta1';
  const pods = (await read(`${root}/namespaces/default/pods?labelSelector=app%3Dweb`)) as {
    items: { containers: unknown }[];
  };
  expect(pods.items.map(({ containers }) => containers)).toEqual([
    [{ name: 'main', usage: { cpu: '200000000n', memory: expect.stringMatching(/^\d+Ki$/) } }],
  ]);
  expect(((await read(`${root}/nodes`)) as { items: unknown[] }).items).toHaveLength(3);
  expect(await read(`${root}/namespaces/default/pods/none`)).toMatchObject({
    code: 404,
    message: 'podmetrics.metrics.k8s.io "default/none" not found',
  });
  const target = { type: 'Utilization', averageUtilization: 50 };
  await client.resource(kinds.horizontalPodAutoscaler).create({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata('web'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  });
  await clock.advance('2m');
  expect((await client.resource(kinds.deployment).get('web', 'default')).status?.readyReplicas).toBe(5);
});

test('ADD-3 load-balancer: Services get addresses; without it they wait', async () => {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('web'),
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
  };
  for (const [addons, ingress] of [
    [['load-balancer'], [{ ip: '172.18.255.1', ipMode: 'VIP' }]],
    [[], undefined],
  ] as const) {
    const { client, idle } = await start({ addons });
    await client.resource(kinds.service).create(service);
    await idle();
    expect((await client.resource(kinds.service).get('web', 'default')).status?.loadBalancer?.ingress).toEqual(ingress);
  }
});

test('ADD-4 system-pods: the control plane is shown, whatever is deleted', async () => {
  const { client, idle } = await start({ addons: ['system-pods'] });
  await idle();
  const pods = client.resource(kinds.pod);
  const names = async () =>
    (await pods.list({ namespace: 'kube-system' })).items.map(
      ({ metadata: m, status }) => `${m.name} ${status?.phase}`,
    );
  const all = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((n) => `${n}-node-1 Running`);
  expect(await names()).toEqual(all);
  await pods.delete('etcd-node-1', 'kube-system');
  await idle();
  expect(await names()).toEqual(all);
});

test('ADD-4 system-pods: nodes that run containers have them as static Pods', async () => {
  const { client, clock, kubectl } = await start({ addons: ['system-pods'], kubelet: 'simulated', latency: 'real' });
  await clock.advance('10s');
  const pods = client.resource(kinds.pod);
  const names = async () =>
    (await pods.list({ namespace: 'kube-system' })).items.map(
      ({ metadata: m, spec, status }) => `${m.name} ${status?.phase} ${status?.podIP} ${spec?.priority}`,
    );
  const all = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
    (n) => `${n}-node-1 Running 172.18.0.2 2000001000`,
  );
  expect(await names()).toEqual(all);
  await kubectl('delete pod etcd-node-1 -n kube-system');
  await clock.advance('10s');
  expect(await names()).toEqual(all);
});

test('ADD-5 what would not do what it says is refused', async () => {
  for (const addon of ['dns', 'ingress'] as const)
    await expect(createCluster({ clock: 'virtual', addons: [addon] })).rejects.toThrow(
      `the add-on ${addon} needs a pod network`,
    );
});

test('ADD-6 add-ons survive a restore', async () => {
  const addons = ['storage', 'metrics', 'load-balancer', 'system-pods'] as const;
  const first = await start({ addons });
  const snapshot = await first.snapshot();
  await first.stop();
  const { client } = await start({ addons, restore: snapshot });
  expect((await client.resource(kinds.storageClass).list()).items).toHaveLength(1);
});

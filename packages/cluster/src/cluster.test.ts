import { kinds } from '@tabernetes/api';
import type { Deployment } from '@tabernetes/api/types/apps-v1';
import type { Service } from '@tabernetes/api/types/core-v1';
import { StatusError } from '@tabernetes/apimachinery';
import { afterEach, describe, expect, test } from 'vitest';
import { type Cluster, type ClusterOptions, createCluster } from './index.ts';

const clusters: Cluster[] = [];
const errors: unknown[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.stop();
  expect(errors.splice(0)).toEqual([]);
});

async function start(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await createCluster({ clock: 'virtual', onError: (error) => errors.push(error), ...options });
  clusters.push(cluster);
  return cluster;
}

const deployment = (name: string, image = 'nginx:1.25', replicas = 3): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } },
  },
});
const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** A little of everything: creations, a rollout, scaling, a deletion. */
async function story({ client, clock, idle }: Cluster): Promise<void> {
  const deployments = client.resource(kinds.deployment);
  await client.resource(kinds.service).create(service);
  await deployments.create(deployment('web'));
  await idle();
  await clock.advance('7s');
  const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:1.26' }] } } } };
  await deployments.patch('web', 'default', 'strategic', image);
  await deployments.create(deployment('other', 'busybox', 2));
  await clock.advance('12s');
  await deployments.patch('web', 'default', 'merge', { spec: { replicas: 5 } });
  await deployments.delete('other', 'default');
  await idle();
}

test('CLU-101 a ReplicaSet acts on what a hand has made of it before the Deployment that owns it sets it right', async () => {
  const cluster = await start();
  const { client, clock, idle } = cluster;
  await client.resource(kinds.deployment).create(deployment('web', 'nginx:1.25', 2));
  await idle();
  await clock.advance('1s');
  const sets = client.resource(kinds.replicaSet);
  const name = (await sets.list()).items[0]?.metadata.name ?? '';
  await sets.patch(name, 'default', 'merge', { spec: { replicas: 5 } });
  await idle();
  expect((await sets.get(name, 'default')).spec?.replicas).toBe(2);
  const reasons = (await client.resource(kinds.event).list({ fieldSelector: `involvedObject.name=${name}` })).items.map(
    ({ reason }) => reason,
  );
  expect(reasons.filter((reason) => reason === 'SuccessfulCreate')).toHaveLength(5);
  expect(reasons.filter((reason) => reason === 'SuccessfulDelete')).toHaveLength(3);
});

test('CLU-102 a StatefulSet that misses its Pod while the claim of that one is being deleted is told so', async () => {
  const { client, clock, idle } = await start();
  const [volumes, claims, sets] = [kinds.persistentVolume, kinds.persistentVolumeClaim, kinds.statefulSet] as const;
  // Before the first set, so that whoever keeps claims has been there longer.
  await client.resource(volumes).create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'hand',
      hostPath: { path: '/v' },
    },
  });
  await idle();
  await client.resource(sets).create({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'postgres:16' }] } },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'hand',
            resources: { requests: { storage: '1Gi' } },
          },
        },
      ],
    },
  });
  await idle();
  await clock.advance('1s');
  await client.resource(claims).delete('data-db-0', 'default');
  await client.resource(kinds.pod).delete('db-0', 'default', { gracePeriodSeconds: 0 });
  await idle();
  const { items } = await client.resource(kinds.event).list({ fieldSelector: 'involvedObject.name=db,type=Warning' });
  expect(items.map(({ message }) => message)).toEqual([
    'create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted',
  ]);
  expect((await client.resource(claims).get('data-db-0', 'default')).metadata.deletionTimestamp).toBeUndefined();
});

test('CLU-104 Endpoints that were made by hand go with their Service, and stay where there was none', async () => {
  const { client, idle } = await start();
  const [services, endpoints] = [client.resource(kinds.service), client.resource(kinds.endpoints)];
  const names = async () => (await endpoints.list({ namespace: 'default' })).items.map(({ metadata }) => metadata.name);
  const subsets = [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 1 }] }];
  await services.create({
    ...service,
    metadata: { name: 'ext', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  });
  for (const name of ['ext', 'lonely'])
    await endpoints.create({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace: 'default' }, subsets });
  await idle();
  expect(await names()).toEqual(['ext', 'kubernetes', 'lonely']);
  await services.delete('ext', 'default');
  await services.create(service);
  await idle();
  expect(await names()).toEqual(['kubernetes', 'lonely', 'web']);
});

describe('a new cluster', () => {
  test('CLU-1 is ready to be used', async () => {
    const { client } = await start({ nodes: 2 });
    const nodes = (await client.resource(kinds.node).list()).items;
    expect(nodes.map((n) => n.metadata.name)).toEqual(['node-1', 'node-2']);
    for (const { status } of nodes) expect(status?.conditions?.find((c) => c.type === 'Ready')?.status).toBe('True');
    const pod = await client.resource(kinds.pod).create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    });
    expect(pod.spec?.serviceAccountName).toBe('default');
  });

  test('CLU-30 nodes that keep books are what was asked for, too', async () => {
    const { client } = await start({
      nodes: 2,
      nodeCapacity: { cpu: '2' },
      nodeLabels: { disk: 'ssd' },
      zones: ['here'],
    });
    const nodes = (await client.resource(kinds.node).list()).items;
    expect(
      nodes.map(({ metadata: { labels = {} }, status }) => [
        labels['disk'],
        labels['topology.kubernetes.io/zone'],
        status?.allocatable?.['cpu'],
        status?.capacity?.['memory'],
      ]),
    ).toEqual([
      ['ssd', 'here', '2', '8Gi'],
      ['ssd', 'here', '2', '8Gi'],
    ]);
  });

  test('CLU-7 runs what is applied', async () => {
    const cluster = await start();
    const { client, idle } = cluster;
    await client.resource(kinds.service).create(service);
    await client.resource(kinds.deployment).create(deployment('web'));
    await idle();
    const pods = (await client.resource(kinds.pod).list({ namespace: 'default' })).items;
    expect(pods.map((p) => p.spec?.nodeName).sort()).toEqual(['node-1', 'node-2', 'node-3']);
    expect((await client.resource(kinds.deployment).get('web', 'default')).status).toMatchObject({
      availableReplicas: 3,
    });
    const endpoints = await client.resource(kinds.endpoints).get('web', 'default');
    expect(endpoints.subsets?.[0]?.addresses?.map((a) => a.ip)).toEqual(pods.map((p) => p.status?.podIP).sort());
    const slices = (
      await client
        .resource(kinds.endpointSlice)
        .list({ namespace: 'default', labelSelector: 'kubernetes.io/service-name=web' })
    ).items;
    expect(slices.flatMap((s) => s.endpoints)).toHaveLength(3);
    // Nothing of it took any time that anybody would notice.
    expect(cluster.clock.now() - Date.UTC(2025, 0, 1)).toBeLessThan(1000);

    await client.resource(kinds.deployment).delete('web', 'default');
    await client.resource(kinds.service).delete('web', 'default');
    await idle();
    for (const kind of [kinds.pod, kinds.replicaSet, kinds.deployment] as const)
      expect((await client.resource<never>(kind as never).list({ namespace: 'default' })).items).toEqual([]);
  });

  test('CLU-7 without controllers nothing comes about', async () => {
    const { client, idle } = await start({ controllers: false });
    await client.resource(kinds.deployment).create(deployment('web'));
    await idle();
    expect((await client.resource(kinds.replicaSet).list()).items).toEqual([]);
  });
});

describe('determinism', () => {
  const history = async (seed: number): Promise<readonly string[]> => {
    const lines: string[] = [];
    const cluster = await start({
      seed,
      onStore: (events) =>
        lines.push(...events.map((e) => `${e.revision} ${e.type} ${e.kv.key} ${JSON.stringify(e.kv.value)}`)),
    });
    await story(cluster);
    lines.push(JSON.stringify(await cluster.snapshot()));
    return lines;
  };

  test('CLU-2 one seed and the same requests give the same history, to the byte', async () => {
    const [first, second] = [await history(42), await history(42)];
    expect(first.length).toBeGreaterThan(100);
    const at = first.findIndex((line, i) => line !== second[i]);
    expect(second[at]).toBe(first[at]);
    expect(second.length).toBe(first.length);
  });

  test('CLU-2 at the same time as another cluster, too', async () => {
    const [first, second] = await Promise.all([history(42), history(42)]);
    expect(second).toEqual(first);
  });

  test('CLU-2 another seed gives other names', async () => {
    const [first, second] = [await history(1), await history(2)];
    expect(second.at(-1)).not.toBe(first.at(-1));
  });
});

describe('snapshot and restore', () => {
  test('CLU-3 objects are exact, revisions and time go on, controllers continue, no uid comes twice', async () => {
    const first = await start();
    await story(first);
    const snapshot = await first.snapshot();
    // As it comes back from a file.
    const restore = JSON.parse(JSON.stringify(snapshot)) as typeof snapshot;
    await first.stop();
    const second = await start({ restore });
    expect(second.clock.now()).toBe(snapshot.nowMs);
    const now = await second.snapshot();
    expect(now.store.revision).toBeGreaterThanOrEqual(snapshot.store.revision);
    const text = (key: string): boolean => !/\/(leases|nodes|events)\//.test(key);
    const objects = (s: typeof snapshot) =>
      s.store.kvs.filter(({ key }) => text(key)).map(({ key, value }) => [key, JSON.stringify(value)]);
    expect(objects(now)).toEqual(objects(snapshot));

    await second.client.resource(kinds.deployment).patch('web', 'default', 'merge', { spec: { replicas: 9 } });
    await second.client.resource(kinds.deployment).create(deployment('more'));
    await second.idle();
    expect((await second.client.resource(kinds.deployment).get('web', 'default')).status?.availableReplicas).toBe(9);
    expect((await second.client.resource(kinds.deployment).get('more', 'default')).status?.availableReplicas).toBe(3);
    const { kvs } = (await second.snapshot()).store;
    const uids = kvs.map(({ value }) => value.metadata.uid ?? '');
    expect(new Set(uids).size).toBe(uids.length);
    const pods = (await second.client.resource(kinds.pod).list({ namespace: 'default' })).items;
    expect(new Set(pods.map((p) => p.status?.podIP)).size).toBe(12);
  });

  test('CLU-3 a snapshot of what was restored is the same again', async () => {
    const first = await start({ controllers: false, nodes: 0 });
    await first.client.resource(kinds.deployment).create(deployment('web'));
    const snapshot = await first.snapshot();
    const second = await start({ controllers: false, nodes: 0, restore: snapshot });
    expect(JSON.stringify(await second.snapshot())).toBe(JSON.stringify(snapshot));
  });

  test('CLU-3 a token that was issued is good after a restore with the same seed', async () => {
    const first = await start({ seed: 5 });
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
    const accounts = first.client.resource(kinds.serviceAccount);
    const answer = (await accounts.createSubresource('default', 'default', 'token', body)) as {
      status: { token: string };
    };
    const second = await start({ seed: 5, restore: await first.snapshot() });
    const headers = { authorization: `Bearer ${answer.status.token}`, 'content-type': 'application/json' };
    const review = await second.publicFetch(
      new Request('https://cluster.test/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        method: 'POST',
        headers,
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
      }),
    );
    expect(await review.json()).toMatchObject({
      status: { userInfo: { username: 'system:serviceaccount:default:default' } },
    });
  });
});

describe('time', () => {
  test('CLU-4 idle resolves although heartbeats go on', async () => {
    const cluster = await start();
    await cluster.clock.advance('1h');
    const before = cluster.clock.now();
    await cluster.idle();
    expect(cluster.clock.now()).toBe(before);
    const { items } = await cluster.client.resource(kinds.node).list();
    for (const { status, spec } of items) {
      expect(status?.conditions?.find((c) => c.type === 'Ready')?.status).toBe('True');
      expect(spec?.taints).toBeUndefined();
    }
  });

  test('CLU-4 idle does not wait for what can never be', async () => {
    const cluster = await start();
    const wanting = deployment('wanting');
    const { template } = wanting.spec ?? {};
    const spec = { ...template?.spec, nodeSelector: { disk: 'none' }, containers: template?.spec?.containers ?? [] };
    const progressDeadlineSeconds = 60;
    await cluster.client.resource(kinds.deployment).create({
      ...wanting,
      spec: { selector: {}, ...wanting.spec, progressDeadlineSeconds, template: { ...template, spec } },
    });
    await cluster.idle();
    const { status } = await cluster.client.resource(kinds.deployment).get('wanting', 'default');
    expect(status?.conditions?.find((c) => c.type === 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
    expect(cluster.clock.now() - Date.UTC(2025, 0, 1)).toBeLessThan(70_000);
  });

  test('CLU-5 stop leaves no timer, and nothing answers', async () => {
    const cluster = await createCluster({ clock: 'virtual' });
    await cluster.client.resource(kinds.deployment).create(deployment('web'));
    await cluster.stop();
    await expect(cluster.clock.step()).rejects.toThrow();
    const answer = await cluster.client
      .resource(kinds.pod)
      .list()
      .catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Error);
  });

  test('CLU-5 after stop nothing is written any more, at real pace either', async () => {
    let writes = 0;
    // An hour passes in 36 ms: a timer that is left would write heartbeats.
    const cluster = await createCluster({ clock: 'real', speed: 100_000, onStore: () => writes++ });
    await cluster.client.resource(kinds.deployment).create(deployment('web', 'nginx', 1));
    await cluster.stop();
    const before = writes;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(writes).toBe(before);
  });
});

describe('two clusters', () => {
  test('CLU-6 do not know of each other', async () => {
    const [a, b] = [await start({ nodes: 1 }), await start({ nodes: 2 })];
    await a.client.resource(kinds.deployment).create(deployment('web', 'nginx', 1));
    await a.idle();
    await a.clock.advance('1h');
    expect((await b.client.resource(kinds.deployment).list()).items).toEqual([]);
    expect(b.clock.now()).toBe(Date.UTC(2025, 0, 1));
    await a.stop();
    await b.client.resource(kinds.deployment).create(deployment('web', 'nginx', 2));
    await b.idle();
    expect((await b.client.resource(kinds.pod).list({ namespace: 'default' })).items).toHaveLength(2);
    const missing = await b.client
      .resource(kinds.pod)
      .get('nosuch', 'default')
      .catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(StatusError);
  });
});

import { kinds } from '@tabernetes/api';
import type { Endpoints, Pod, Service } from '@tabernetes/api/types/core-v1';
import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { endpointsController } from '../endpoints/endpoints-controller.ts';
import { endpointSliceMirroringController } from '../endpointslice-mirroring/endpointslice-mirroring-controller.ts';
import { garbageCollector } from '../garbage-collector/garbage-collector.ts';
import { replicaSetController } from '../replica-set/replica-set-controller.ts';
import { type Harness, NS, scriptedKubelet, startHarness, withStatus } from '../testing/harness.ts';
import { pod, replicaSet } from '../testing/objects.ts';
import { endpointSliceController } from './endpointslice-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function start(): Promise<Harness> {
  harness = await startHarness({
    controllers: [endpointsController, endpointSliceController, endpointSliceMirroringController, garbageCollector],
  });
  for (const [i, zone] of ['zone-a', 'zone-b'].entries()) {
    const labels = { 'topology.kubernetes.io/zone': zone };
    await harness.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${i + 1}`, labels } });
  }
  return harness;
}
const service = (spec: Partial<NonNullable<Service['spec']>> = {}, labels: Record<string, string> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', labels },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});
/** A Pod on a node with an address. */
async function running(
  h: Harness,
  name: string,
  {
    ip,
    ready = 'True',
    node = 'node-1',
    spec = {},
  }: { ip: string; ready?: 'True' | 'False'; node?: string; spec?: object },
): Promise<Pod> {
  const made = pod(name, { app: 'web' });
  const { containers = [] } = made.spec ?? {};
  await h.create({ ...made, spec: { containers, nodeName: node, ...spec } });
  const found = await h.get(kinds.pod, name);
  const updated = await h.client.resource(kinds.pod).updateStatus(withStatus(found, ready, ip, h.clock.now()));
  await h.clock.advance(1);
  return updated;
}
const slices = async (h: Harness): Promise<readonly EndpointSlice[]> =>
  [...(await h.list(kinds.endpointSlice))].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
const addresses = async (h: Harness) =>
  (await slices(h)).flatMap((s) => (s.endpoints ?? []).map((e) => `${e.addresses} ${e.conditions?.ready}`)).sort();
const subsets = async (h: Harness) => (await h.get(kinds.endpoints, 'web')).subsets ?? [];

describe('a Service with a selector', () => {
  test('EPS-1 gets Endpoints and one slice, empty while nobody serves it', async () => {
    const h = await start();
    const made = await h.create(service({}, { app: 'web', team: 'a' }));
    const endpoints = await h.get(kinds.endpoints, 'web');
    expect(endpoints.metadata.labels).toEqual({ app: 'web', team: 'a' });
    expect(endpoints.metadata.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time': '2025-01-01T00:00:00Z',
    });
    expect(endpoints.subsets).toBeUndefined();
    const [slice, ...others] = await slices(h);
    expect(others).toEqual([]);
    expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      endpoints: null,
      metadata: {
        generateName: 'web-',
        generation: 1,
        labels: {
          app: 'web',
          team: 'a',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2025-01-01T00:00:00Z' },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'Service',
            name: 'web',
            uid: made.metadata.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
    });
    expect(slice?.ports ?? []).toEqual([]);
  });

  test('EPS-2 names its Pods as the recordings do, the ports in their order', async () => {
    const h = await start();
    await h.create(
      service({
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'raw', port: 81, targetPort: 9999 },
        ],
      }),
    );
    const [placeholder] = await slices(h);
    const containers = [{ name: 'main', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }];
    await h.clock.advance(1000);
    const first = await running(h, 'a', { ip: '10.244.1.2', spec: { containers } });
    const second = await running(h, 'b', { ip: '10.244.3.2', node: 'node-2', spec: { containers } });
    const [slice, ...others] = await slices(h);
    expect(others).toEqual([]);
    // The placeholder has become the slice.
    expect(slice?.metadata.uid).toBe(placeholder?.metadata.uid);
    expect(slice?.metadata.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time': '2025-01-01T00:00:01Z',
    });
    expect(slice?.ports).toEqual([
      { name: 'http', port: 8080, protocol: 'TCP' },
      { name: 'raw', port: 9999, protocol: 'TCP' },
    ]);
    const conditions = { ready: true, serving: true, terminating: false };
    const target = ({ metadata: { name, uid } }: Pod) => ({ kind: 'Pod', namespace: NS, name, uid });
    expect(slice?.endpoints).toEqual([
      { addresses: ['10.244.1.2'], conditions, nodeName: 'node-1', targetRef: target(first), zone: 'zone-a' },
      { addresses: ['10.244.3.2'], conditions, nodeName: 'node-2', targetRef: target(second), zone: 'zone-b' },
    ]);
    expect(await subsets(h)).toEqual([
      {
        addresses: [
          { ip: '10.244.1.2', nodeName: 'node-1', targetRef: target(first) },
          { ip: '10.244.3.2', nodeName: 'node-2', targetRef: target(second) },
        ],
        ports: [
          { name: 'raw', port: 9999, protocol: 'TCP' },
          { name: 'http', port: 8080, protocol: 'TCP' },
        ],
      },
    ]);
  });

  test('EPS-3 tells who is ready, and who is not', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    await running(h, 'b', { ip: '10.244.1.3', ready: 'False' });
    expect(await addresses(h)).toEqual(['10.244.1.2 true', '10.244.1.3 false']);
    const [subset] = await subsets(h);
    expect(subset?.addresses?.map((a) => a.ip)).toEqual(['10.244.1.2']);
    expect(subset?.notReadyAddresses?.map((a) => a.ip)).toEqual(['10.244.1.3']);
    const found = await h.get(kinds.pod, 'a');
    await h.client.resource(kinds.pod).updateStatus(withStatus(found, 'False', '10.244.1.2', h.clock.now()));
    await h.clock.advance(1);
    expect(await addresses(h)).toEqual(['10.244.1.2 false', '10.244.1.3 false']);
  });

  test('EPS-3 a Pod that is going serves in the slice until it is gone, and is out of the Endpoints at once', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    await h.client.resource(kinds.pod).delete('a', NS);
    await h.clock.advance(1);
    const [slice] = await slices(h);
    expect(slice?.endpoints[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    expect(await subsets(h)).toEqual([]);
    await h.client.resource(kinds.pod).delete('a', NS, { gracePeriodSeconds: 0 });
    await h.clock.advance(1);
    expect((await slices(h)).flatMap((s) => s.endpoints ?? [])).toEqual([]);
  });

  test('EPS-3 with publishNotReadyAddresses everybody is ready', async () => {
    const h = await start();
    await h.create(service({ publishNotReadyAddresses: true }));
    await running(h, 'b', { ip: '10.244.1.3', ready: 'False' });
    const [slice] = await slices(h);
    expect(slice?.endpoints[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
    expect((await subsets(h))[0]?.addresses?.map((a) => a.ip)).toEqual(['10.244.1.3']);
  });

  test('EPS-3 Pods that have ended, or have no address, are in neither', async () => {
    const h = await start();
    await h.create(service());
    const a = await running(h, 'a', { ip: '10.244.1.2' });
    await h.create({ ...pod('fresh', { app: 'web' }) });
    const status = { ...a.status, phase: 'Failed', conditions: [{ type: 'Ready', status: 'False' }] };
    await h.client.resource(kinds.pod).updateStatus({ ...a, status });
    await h.clock.advance(1);
    expect(await addresses(h)).toEqual([]);
    expect(await subsets(h)).toEqual([]);
  });

  test('EPS-4 headless: labelled, with hostnames, and without ports if it has none', async () => {
    const h = await start();
    await h.create(service({ clusterIP: 'None', ports: [] }));
    await running(h, 'a', { ip: '10.244.1.2', spec: { hostname: 'first', subdomain: 'web' } });
    const endpoints = await h.get(kinds.endpoints, 'web');
    expect(endpoints.metadata.labels).toEqual({ 'service.kubernetes.io/headless': '' });
    expect(endpoints.subsets).toMatchObject([{ addresses: [{ ip: '10.244.1.2', hostname: 'first' }] }]);
    expect(endpoints.subsets?.[0]?.ports).toBeUndefined();
    const [slice] = await slices(h);
    expect(slice?.metadata.labels).toHaveProperty('service.kubernetes.io/headless', '');
    expect(slice?.endpoints[0]?.hostname).toBe('first');
    expect(slice?.ports ?? []).toEqual([]);
  });

  test('EPS-4 Endpoints of a Service that becomes headless are labelled when their addresses change', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    await h.patch(kinds.service, 'web', {
      spec: { type: 'ExternalName', externalName: 'x', clusterIP: null, clusterIPs: null },
    });
    await h.patch(kinds.service, 'web', { spec: { type: 'ClusterIP', externalName: null, clusterIP: 'None' } });
    const labels = async () => (await h.get(kinds.endpoints, 'web')).metadata.labels;
    expect(await labels()).toBeUndefined();
    await running(h, 'b', { ip: '10.244.1.3' });
    expect(await labels()).toEqual({ 'service.kubernetes.io/headless': '' });
  });

  test('EPS-4 a slice without ports is made anew at every look, and the time of the last change is gone', async () => {
    const h = await start();
    await h.create(service({ clusterIP: 'None', ports: [] }));
    await running(h, 'a', { ip: '10.244.1.2' });
    const [first] = await slices(h);
    expect(first?.metadata.annotations).toHaveProperty(['endpoints.kubernetes.io/last-change-trigger-time']);
    await h.patch(kinds.endpointSlice, first?.metadata.name ?? '', { metadata: { annotations: { note: 'x' } } });
    await h.clock.advance(5000);
    const [again, ...others] = await slices(h);
    expect(others).toEqual([]);
    const { name, uid, generation, labels } = first?.metadata ?? {};
    expect(again?.metadata).toMatchObject({ name, uid, generation, labels });
    expect(again?.metadata.annotations).toBeUndefined();
    expect(again?.endpoints).toEqual(first?.endpoints);
    const before = again?.metadata.resourceVersion;
    await h.clock.advance(60_000);
    expect((await slices(h))[0]?.metadata.resourceVersion).toBe(before);
  });

  test('EPS-4 Pods that lack a named port stand apart', async () => {
    const h = await start();
    await h.create(
      service({
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'raw', port: 81, targetPort: 9999 },
        ],
      }),
    );
    const containers = [{ name: 'main', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }];
    await running(h, 'a', { ip: '10.244.1.2', spec: { containers } });
    await running(h, 'b', { ip: '10.244.1.3' });
    expect(
      (await slices(h)).map((s) => [s.ports?.map((p) => p.name), (s.endpoints ?? []).map((e) => e.addresses[0])]),
    ).toEqual(
      expect.arrayContaining([
        [['http', 'raw'], ['10.244.1.2']],
        [['raw'], ['10.244.1.3']],
      ]),
    );
    const found = await subsets(h);
    expect(found).toHaveLength(2);
    expect(found.find((s) => s.ports?.[0]?.name === 'http')?.addresses?.map((a) => a.ip)).toEqual(['10.244.1.2']);
    expect(found.find((s) => s.ports?.[0]?.name === 'raw')?.addresses?.map((a) => a.ip)).toEqual([
      '10.244.1.2',
      '10.244.1.3',
    ]);
  });

  test('EPS-5 follows its labels, its selector and the labels of Pods', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    await h.patch(kinds.service, 'web', { metadata: { labels: { team: 'b' } } });
    await h.clock.advance(1);
    expect((await slices(h))[0]?.metadata.labels?.['team']).toBe('b');
    expect((await h.get(kinds.endpoints, 'web')).metadata.labels).toEqual({ team: 'b' });
    await h.patch(kinds.pod, 'a', { metadata: { labels: { app: 'other' } } });
    await h.clock.advance(1);
    expect(await addresses(h)).toEqual([]);
    await h.patch(kinds.service, 'web', { spec: { selector: { app: 'other' } } });
    await h.clock.advance(1);
    expect(await addresses(h)).toEqual(['10.244.1.2 true']);
    expect((await subsets(h))[0]?.addresses?.map((a) => a.ip)).toEqual(['10.244.1.2']);
  });

  test('EPS-5 writes nothing when nothing that it tells of has changed', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    const before = [(await slices(h))[0], await h.get(kinds.endpoints, 'web')].map((o) => o?.metadata.resourceVersion);
    await h.patch(kinds.pod, 'a', { metadata: { annotations: { note: 'x' } } });
    await h.clock.advance(5000);
    expect([(await slices(h))[0], await h.get(kinds.endpoints, 'web')].map((o) => o?.metadata.resourceVersion)).toEqual(
      before,
    );
  });

  test('EPS-5 a slice that is taken from its Service keeps others from it until it is back', async () => {
    const h = await start();
    await h.create(service());
    const [slice] = await slices(h);
    const labelled = async (name: string | null) => {
      const body = { metadata: { labels: { 'kubernetes.io/service-name': name } } };
      await h.client.resource(kinds.endpointSlice).patch(slice?.metadata.name ?? '', NS, 'merge', body);
      await h.clock.advance('5s');
    };
    await labelled(null);
    await running(h, 'a', { ip: '10.0.0.1' });
    expect(await addresses(h)).toEqual([]);
    expect(await slices(h)).toHaveLength(1);
    await labelled('web');
    await h.clock.advance('2m');
    expect(await addresses(h)).toEqual(['10.0.0.1 true']);
    expect(await slices(h)).toHaveLength(1);
  });

  test('EPS-5 what somebody else takes away comes back', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    const [slice] = await slices(h);
    await h.client.resource(kinds.endpointSlice).delete(slice?.metadata.name ?? '', NS);
    await h.client.resource(kinds.endpoints).delete('web', NS);
    await h.clock.advance(1000);
    expect(await addresses(h)).toEqual(['10.244.1.2 true']);
    expect(await subsets(h)).toHaveLength(1);
    const [again] = await slices(h);
    await h.client.resource(kinds.endpointSlice).update({ ...(again as EndpointSlice), endpoints: [] });
    await h.clock.advance(1000);
    expect(await addresses(h)).toEqual(['10.244.1.2 true']);
  });

  test('EPS-6 both go with the Service', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2' });
    await h.client.resource(kinds.service).delete('web', NS);
    await h.clock.advance(100);
    expect(await slices(h)).toEqual([]);
    expect(await h.list(kinds.endpoints)).toEqual([]);
  });

  test('EPS-7 a slice holds a hundred; those that are there are kept full', async () => {
    const h = await start();
    await h.create(service());
    for (let i = 0; i < 150; i++) {
      const name = `p${i}`;
      const made = pod(name, { app: 'web' });
      const created = await h.client.resource(kinds.pod).create({
        ...made,
        metadata: { ...made.metadata, namespace: NS },
        spec: { containers: made.spec?.containers ?? [], nodeName: 'node-1' },
      });
      await h.client.resource(kinds.pod).updateStatus(withStatus(created, 'True', `10.244.1.${i + 2}`, h.clock.now()));
    }
    h.requests.length = 0;
    await h.clock.advance(1);
    expect((await slices(h)).map((s) => (s.endpoints ?? []).length).sort()).toEqual([100, 50]);
    // All in one look: one slice reused, one made, one Endpoints.
    expect(h.requests.filter((r) => /endpoints/.test(r) && !r.startsWith('GET'))).toHaveLength(3);
    await h.client.resource(kinds.pod).delete('p3', NS, { gracePeriodSeconds: 0 });
    await running(h, 'new', { ip: '10.244.2.2' });
    expect((await slices(h)).reduce((n, s) => n + (s.endpoints ?? []).length, 0)).toBe(150);
  });

  test('EPS-7 a Pod on a node that is not there is left out of the slice, and an event says so', async () => {
    const h = await start();
    await h.create(service());
    await running(h, 'a', { ip: '10.244.1.2', node: 'lost' });
    await running(h, 'b', { ip: '10.244.1.3' });
    expect(await addresses(h)).toEqual(['10.244.1.3 true']);
    expect((await h.events('web'))[0]).toContain(
      'Warning FailedToUpdateEndpointSlices Error updating Endpoint Slices for Service default/web: skipping Pod a for Service default/web: Node lost Not Found',
    );
  });

  test('EPS-8 trafficDistribution PreferClose gives hints of the own zone', async () => {
    const h = await start();
    await h.create(service({ trafficDistribution: 'PreferClose' }));
    await running(h, 'a', { ip: '10.244.1.2' });
    expect((await slices(h))[0]?.endpoints[0]?.hints).toEqual({ forZones: [{ name: 'zone-a' }] });
    await h.patch(kinds.service, 'web', { spec: { trafficDistribution: null } });
    await h.clock.advance(1);
    expect((await slices(h))[0]?.endpoints[0]?.hints).toBeUndefined();
  });
});

describe('a Service without a selector', () => {
  const manual = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'web',
      labels: { a: 'b' },
      annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    subsets: [{ addresses: [{ ip: '11.11.11.11' }, { ip: '22.22.22.22' }], ports: [{ port: 80 }] }],
  };
  const bare: Service = { ...service(), spec: { ports: [{ port: 80 }] } };

  test('EPS-9 has its hand-made Endpoints mirrored', async () => {
    const h = await start();
    await h.create(bare);
    expect(await h.list(kinds.endpoints)).toEqual([]);
    const endpoints = await h.create<Endpoints>(manual);
    const [slice, ...others] = await slices(h);
    expect(others).toEqual([]);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        generateName: 'web-',
        annotations: { note: 'x' },
        labels: {
          a: 'b',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          'kubernetes.io/service-name': 'web',
        },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Endpoints', name: 'web', uid: endpoints.metadata.uid, controller: true },
        ],
      },
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
    expect(slice?.endpoints).toEqual([
      { addresses: ['11.11.11.11'], conditions: { ready: true } },
      { addresses: ['22.22.22.22'], conditions: { ready: true } },
    ]);
    await h.patch(kinds.endpoints, 'web', {
      subsets: [{ notReadyAddresses: [{ ip: '11.11.11.11' }], ports: [{ port: 81 }] }],
    });
    const [changed] = await slices(h);
    expect(changed?.metadata.uid).toBe(slice?.metadata.uid);
    expect(changed?.endpoints).toEqual([{ addresses: ['11.11.11.11'], conditions: { ready: false } }]);
    expect(changed?.ports?.[0]?.port).toBe(81);
  });

  test('EPS-9 not when they say that they want none, and not any more when the Service selects', async () => {
    const h = await start();
    await h.create(bare);
    await h.create({
      ...manual,
      metadata: { name: 'web', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    });
    expect(await slices(h)).toEqual([]);
    await h.patch(kinds.endpoints, 'web', { metadata: { labels: null } });
    expect(await slices(h)).toHaveLength(1);
    await h.patch(kinds.service, 'web', { spec: { selector: { app: 'web' } } });
    await h.clock.advance(10);
    const managers = (await slices(h)).map((s) => s.metadata.labels?.['endpointslice.kubernetes.io/managed-by']);
    expect(managers).toEqual(['endpointslice-controller.k8s.io']);
  });
});

describe('a burst', () => {
  test('EPS-5 five hundred Pods that become ready together are a few writes', async () => {
    harness = await startHarness({ controllers: [replicaSetController, endpointsController, endpointSliceController] });
    const h = harness;
    for (const name of ['node-1', 'node-2']) await h.create({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
    await h.create(service());
    await scriptedKubelet(h);
    h.requests.length = 0;
    await h.create(replicaSet('web', { replicas: 500 }));
    await h.clock.advance(10);
    expect(await addresses(h)).toHaveLength(500);
    expect(h.requests.filter((r) => /endpoints/.test(r)).length).toBeLessThan(20);
  });
});

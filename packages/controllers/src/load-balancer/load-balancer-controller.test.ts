import { kinds } from '@tabernetes/api';
import type { Service } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { loadBalancerController } from './load-balancer-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    controllers: [(context) => loadBalancerController(context, { range: '172.18.255.0/30' })],
  });
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});
const service = (name: string, spec: Partial<NonNullable<Service['spec']>> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'LoadBalancer', selector: { app: name }, ports: [{ port: 80 }], ...spec },
});
const ingress = async (name: string) => (await harness.get(kinds.service, name)).status?.loadBalancer?.ingress;

test('LBC-1 a Service gets the first free address, a finalizer and events, and gives them back', async () => {
  await harness.create(service('a'));
  await harness.create(service('b'));
  expect(await ingress('a')).toEqual([{ ip: '172.18.255.1', ipMode: 'VIP' }]);
  expect(await ingress('b')).toEqual([{ ip: '172.18.255.2', ipMode: 'VIP' }]);
  expect((await harness.get(kinds.service, 'a')).metadata.finalizers).toEqual([
    'service.kubernetes.io/load-balancer-cleanup',
  ]);
  await harness.patch(kinds.service, 'a', { spec: { type: 'ClusterIP', allocateLoadBalancerNodePorts: null } });
  expect(await ingress('a')).toBeUndefined();
  expect(await harness.events('a')).toEqual([
    'Normal EnsuringLoadBalancer Ensuring load balancer',
    'Normal EnsuredLoadBalancer Ensured load balancer',
    'Normal DeletingLoadBalancer Deleting load balancer',
    'Normal DeletedLoadBalancer Deleted load balancer',
  ]);
  await harness.client.resource(kinds.service).delete('b', NS);
  await harness.settle();
  expect((await harness.list(kinds.service)).map(({ metadata }) => metadata.name)).toEqual(['a']);
});

test('LBC-2 addresses that are asked for, and ranges that are used up', async () => {
  await harness.create(service('a', { loadBalancerIP: '172.18.255.2' }));
  expect(await ingress('a')).toEqual([{ ip: '172.18.255.2', ipMode: 'VIP' }]);
  await harness.create(service('b'));
  await harness.create(service('c'));
  expect(await ingress('c')).toBeUndefined();
  expect(await harness.events('c')).toContain(
    'Warning SyncLoadBalancerFailed Error syncing load balancer: failed to ensure load balancer: no address of 172.18.255.0/30 is free',
  );
  await harness.client.resource(kinds.service).delete('b', NS);
  await harness.clock.idle();
  expect(await ingress('c')).toEqual([{ ip: '172.18.255.1', ipMode: 'VIP' }]);
});

test('LBC-3 changes are followed, Services of a class are left to others', async () => {
  await harness.create(service('a'));
  await harness.patch(kinds.service, 'a', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } });
  expect(await harness.events('a')).toEqual([
    'Normal EnsuringLoadBalancer Ensuring load balancer (x2)',
    'Normal EnsuredLoadBalancer Ensured load balancer (x2)',
    'Normal LoadBalancerSourceRanges [] -> [10.0.0.0/8]',
  ]);
  await harness.create(service('other', { loadBalancerClass: 'example.com/lb' }));
  expect(await ingress('other')).toBeUndefined();
});

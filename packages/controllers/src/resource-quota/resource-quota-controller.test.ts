import { kinds } from '@tabernetes/api';
import type { ConfigMap, Pod, ResourceQuota } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { deployment, pod } from '../testing/objects.ts';
import { resourceQuotaController } from './resource-quota-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ controllers: [resourceQuotaController] });
});
afterEach(() => harness.dispose());

const quota = (name: string, hard: Record<string, string>, scopes?: readonly string[]): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name },
  spec: { hard, ...(scopes && { scopes }) },
});
const used = async (name = 'q') => (await harness.get(kinds.resourceQuota, name)).status?.used;
const configMap = (name: string): ConfigMap => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
const sized = (name: string): Pod => ({
  ...pod(name),
  spec: {
    containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '600m' }, limits: { memory: '512Mi' } } }],
  },
});
const soon = (): Promise<void> => harness.clock.advance(10);

test('QUOTA-5 the status says what is used of what is allowed', async () => {
  const hard = {
    configmaps: '2',
    'count/deployments.apps': '2',
    'limits.memory': '1Gi',
    persistentvolumeclaims: '1',
    pods: '2',
    'requests.cpu': '1',
    'services.nodeports': '1',
  };
  await harness.create(quota('q', hard));
  await soon();
  const { status } = await harness.get(kinds.resourceQuota, 'q');
  expect(status?.hard).toEqual(hard);
  expect(status?.used).toEqual(Object.fromEntries(Object.keys(hard).map((name) => [name, '0'])));
  await harness.create(sized('a'));
  await harness.create(configMap('c'));
  await harness.create(deployment('d'));
  await soon();
  expect(await used()).toEqual({
    configmaps: '1',
    'count/deployments.apps': '1',
    'limits.memory': '512Mi',
    persistentvolumeclaims: '0',
    pods: '1',
    'requests.cpu': '600m',
    'services.nodeports': '0',
  });
  expect(harness.errors).toEqual([]);
});

test('QUOTA-6 what goes, or ends, is free again', async () => {
  await harness.create(quota('q', { pods: '5', 'count/pods': '5', 'requests.cpu': '3' }));
  await harness.create(sized('a'));
  const b = await harness.create(sized('b'));
  await soon();
  expect(await used()).toEqual({ 'count/pods': '2', pods: '2', 'requests.cpu': '1200m' });
  await harness.client.resource(kinds.pod).delete('a', NS, { gracePeriodSeconds: 0 });
  await harness.client.resource(kinds.pod).updateStatus({ ...b, status: { ...b.status, phase: 'Succeeded' } });
  await soon();
  expect(await used()).toEqual({ 'count/pods': '1', pods: '0', 'requests.cpu': '0' });
});

test('QUOTA-6 what goes is free at once, before who replaces it in more than one step asks for room', async () => {
  await harness.create(quota('q', { pods: '1' }));
  await harness.create(sized('a'));
  await soon();
  await harness.client.resource(kinds.pod).delete('a', NS, { gracePeriodSeconds: 0 });
  await harness.clock.advance(0);
  expect(await used()).toEqual({ pods: '0' });
});

test('QUOTA-6 a limit that changes is counted anew', async () => {
  await harness.create(quota('q', { pods: '1' }));
  await harness.create(configMap('c'));
  await soon();
  await harness.patch(kinds.resourceQuota, 'q', { spec: { hard: { pods: null, configmaps: '9' } } });
  await soon();
  const { status } = await harness.get(kinds.resourceQuota, 'q');
  expect(status).toEqual({ hard: { configmaps: '9' }, used: { configmaps: '1' } });
});

test('QUOTA-7 scopes choose Pods, and nothing is said of what nobody counts', async () => {
  await harness.create(quota('best', { pods: '9' }, ['BestEffort']));
  await harness.create(quota('odd', { 'count/unicorns.example.com': '1', 'count/events': '1', pods: '9' }));
  await harness.create(sized('a'));
  await harness.create(pod('b'));
  await soon();
  expect(await used('best')).toEqual({ pods: '1' });
  expect(await used('odd')).toEqual({ pods: '2' });
});

test('QUOTA-8 without quotas nothing is followed, and many changes are counted once', async () => {
  const before = harness.requests.length;
  await harness.create(configMap('c'));
  await soon();
  expect(harness.requests.length).toBe(before);
  await harness.create(quota('q', { configmaps: '100' }));
  await soon();
  const started = harness.requests.length;
  for (let i = 0; i < 20; i++)
    await harness.client
      .resource(kinds.configMap)
      .create({ ...configMap(`m${i}`), metadata: { name: `m${i}`, namespace: NS } });
  await soon();
  expect(await used()).toEqual({ configmaps: '21' });
  expect(harness.requests.length - started).toBe(1);
});

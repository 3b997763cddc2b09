import { describe, expect, test } from 'vitest';
import type { Container, Pod, PodSpec, Service } from '../generated/core-v1.ts';
import { countedResource, countLimits } from './counted-resources.ts';
import { inScope } from './scopes.ts';
import { claimUsage, podUsage, serviceUsage, type Usage } from './usage.ts';

const NOW = Date.UTC(2026, 0, 1);
const texts = (usage: Usage): Readonly<Record<string, string>> =>
  Object.fromEntries([...usage].map(([name, amount]) => [name, amount.toString()]).sort());
const pod = (spec: PodSpec, rest: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec,
  ...rest,
});
const container = (requests: Record<string, string>, limits: Record<string, string> = {}, more = {}): Container => ({
  name: 'c',
  resources: { requests, limits },
  ...more,
});

describe('QUOTA-1 what a Pod uses', () => {
  test('the sum of its containers, under both names', () => {
    const spec = { containers: [container({ cpu: '600m' }, { memory: '512Mi' }), container({ cpu: '1' })] };
    expect(texts(podUsage(pod(spec), NOW))).toEqual({
      'count/pods': '1',
      cpu: '1600m',
      'limits.memory': '512Mi',
      pods: '1',
      'requests.cpu': '1600m',
    });
  });

  test('or its greatest moment while it begins; sidecars count all along', () => {
    const spec = {
      initContainers: [
        container({ cpu: '1' }, {}, { restartPolicy: 'Always' }),
        container({ cpu: '5', 'example.com/gpu': '2' }),
      ],
      containers: [container({ cpu: '2' })],
      overhead: { cpu: '100m' },
    };
    expect(texts(podUsage(pod(spec), NOW))).toMatchObject({ 'requests.cpu': '6100m', 'requests.example.com/gpu': '2' });
  });

  test.each<[string, Partial<Pod>]>([
    ['has ended', { status: { phase: 'Failed' } }],
    [
      'is overdue to go',
      { metadata: { name: 'p', deletionTimestamp: '2025-12-31T23:59:00Z', deletionGracePeriodSeconds: 30 } },
    ],
  ])('one that %s is only an object', (_, rest) => {
    expect(texts(podUsage(pod({ containers: [container({ cpu: '1' })] }, rest), NOW))).toEqual({ 'count/pods': '1' });
  });
});

test('QUOTA-2 Services use what they mean to use', () => {
  const service = (spec: NonNullable<Service['spec']>): readonly unknown[] => {
    const used = texts(serviceUsage({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec }));
    return [used['services'], used['services.nodeports'], used['services.loadbalancers']];
  };
  const ports = [{ port: 80 }, { port: 81, nodePort: 30081 }];
  expect(service({ type: 'ClusterIP', ports })).toEqual(['1', '0', '0']);
  expect(service({ type: 'NodePort', ports })).toEqual(['1', '2', '0']);
  expect(service({ type: 'LoadBalancer', ports })).toEqual(['1', '2', '1']);
  expect(service({ type: 'LoadBalancer', ports, allocateLoadBalancerNodePorts: false })).toEqual(['1', '1', '1']);
});

test('QUOTA-2 claims use storage, also of their class', () => {
  const spec = { storageClassName: 'gold', resources: { requests: { storage: '1500m' } } };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec };
  expect(texts(claimUsage(claim))).toEqual({
    'count/persistentvolumeclaims': '1',
    'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
    'gold.storageclass.storage.k8s.io/requests.storage': '2',
    persistentvolumeclaims: '1',
    'requests.storage': '2',
  });
});

test.each([
  ['pods', 'pods'],
  ['limits.ephemeral-storage', 'pods'],
  ['requests.example.com/gpu', 'pods'],
  ['requests.hugepages-2Mi', 'pods'],
  ['services.nodeports', 'services'],
  ['requests.storage', 'persistentvolumeclaims'],
  ['gold.storageclass.storage.k8s.io/requests.storage', 'persistentvolumeclaims'],
  ['count/deployments.apps', 'deployments.apps'],
  ['secrets', 'secrets'],
  ['example.com/gpu', undefined],
])('QUOTA-3 %s counts %s', (limit, resource) => {
  expect(countedResource(limit)).toBe(resource);
});

test('QUOTA-3 some kinds have two names', () => {
  expect(countLimits('configmaps')).toEqual(['configmaps', 'count/configmaps']);
  expect(countLimits('jobs.batch')).toEqual(['count/jobs.batch']);
});

describe('QUOTA-4 scopes', () => {
  const plain = pod({ containers: [container({})] });
  const urgent = pod({ containers: [container({ cpu: '1' })], priorityClassName: 'high', activeDeadlineSeconds: 5 });
  test.each<[string, string, readonly string[] | undefined, boolean, boolean]>([
    ['Terminating', 'Exists', undefined, false, true],
    ['NotTerminating', 'Exists', undefined, true, false],
    ['BestEffort', 'Exists', undefined, true, false],
    ['NotBestEffort', 'Exists', undefined, false, true],
    ['PriorityClass', 'Exists', undefined, false, true],
    ['PriorityClass', 'DoesNotExist', undefined, true, false],
    ['PriorityClass', 'In', ['high'], false, true],
    ['PriorityClass', 'NotIn', ['high'], true, false],
    ['CrossNamespacePodAffinity', 'Exists', undefined, false, false],
  ])('%s %s %j', (scopeName, operator, values, ofPlain, ofUrgent) => {
    const scope = { scopeName, operator, ...(values && { values }) };
    expect([inScope(plain, scope), inScope(urgent, scope)]).toEqual([ofPlain, ofUrgent]);
  });
});

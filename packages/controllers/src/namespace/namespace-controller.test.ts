import { kinds } from '@tabernetes/api';
import { afterEach, describe, expect, test } from 'vitest';
import { rootCAPublisher } from '../root-ca/root-ca-publisher.ts';
import { serviceAccountController } from '../service-account/service-account-controller.ts';
import { type Harness, scriptedKubelet, startHarness } from '../testing/harness.ts';
import { pod } from '../testing/objects.ts';
import { terminationConditions } from './conditions.ts';
import { namespaceController } from './namespace-controller.ts';

let harness: Harness;
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

const CA = 'a certificate\n';
async function start(): Promise<Harness> {
  harness = await startHarness({
    controllers: [serviceAccountController, (context) => rootCAPublisher(context, CA), namespaceController],
  });
  return harness;
}
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const configMap = (name: string, finalizers: readonly string[] = []) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'team', finalizers },
});

describe('a new namespace', () => {
  test('CTL-1 gets its ServiceAccount and its certificate authority', async () => {
    const h = await start();
    await h.create(namespace('team'));
    expect((await h.list(kinds.serviceAccount, 'team')).map((a) => a.metadata.name)).toEqual(['default']);
    const [map] = await h.list(kinds.configMap, 'team');
    expect(map?.metadata.name).toBe('kube-root-ca.crt');
    expect(map?.data).toEqual({ 'ca.crt': CA });
    expect(map?.metadata.annotations?.['kubernetes.io/description']).toMatch(/^Contains a CA bundle that can be used/);
  });

  test('CTL-1 gets them back when they are deleted or changed', async () => {
    const h = await start();
    await h.create(namespace('team'));
    await h.client.resource(kinds.serviceAccount).delete('default', 'team');
    await h.client.resource(kinds.configMap).delete('kube-root-ca.crt', 'team');
    await h.settle();
    expect(await h.list(kinds.serviceAccount, 'team')).toHaveLength(1);
    expect((await h.get(kinds.configMap, 'kube-root-ca.crt', 'team')).data).toEqual({ 'ca.crt': CA });
    await h.client
      .resource(kinds.configMap)
      .patch('kube-root-ca.crt', 'team', 'merge', { data: { more: 'x', 'ca.crt': 'y' } });
    await h.settle();
    expect((await h.get(kinds.configMap, 'kube-root-ca.crt', 'team')).data).toEqual({ 'ca.crt': CA });
  });
});

describe('a namespace that is deleted', () => {
  test('CTL-2 is emptied after five seconds, and goes', async () => {
    const h = await start();
    await h.create(namespace('team'));
    await h.create(configMap('c'));
    await h.client.resource(kinds.namespace).delete('team');
    await h.clock.advance(4999);
    expect((await h.get(kinds.namespace, 'team')).status?.phase).toBe('Terminating');
    expect(await h.list(kinds.configMap, 'team')).toHaveLength(2);
    await h.clock.advance(1);
    expect(await h.find(kinds.namespace, 'team')).toBeUndefined();
    expect(await h.list(kinds.configMap, 'team')).toEqual([]);
    expect(await h.list(kinds.serviceAccount, 'team')).toEqual([]);
  });

  test('CTL-2 waits for Pods as long as their grace, looking again at half of it', async () => {
    const h = await start();
    await scriptedKubelet(h, { stopMs: 10_000 });
    await h.create(namespace('team'));
    await h.create({ ...pod('web'), metadata: { name: 'web', namespace: 'team' } });
    await h.client.resource(kinds.namespace).delete('team');
    await h.clock.advance(5000);
    const { status } = await h.get(kinds.namespace, 'team');
    expect(status?.conditions).toEqual([
      {
        type: 'NamespaceDeletionDiscoveryFailure',
        status: 'False',
        lastTransitionTime: '2025-01-01T00:00:05Z',
        reason: 'ResourcesDiscovered',
        message: 'All resources successfully discovered',
      },
      {
        type: 'NamespaceDeletionGroupVersionParsingFailure',
        status: 'False',
        lastTransitionTime: '2025-01-01T00:00:05Z',
        reason: 'ParsedGroupVersions',
        message: 'All legacy kube types successfully parsed',
      },
      {
        type: 'NamespaceDeletionContentFailure',
        status: 'False',
        lastTransitionTime: '2025-01-01T00:00:05Z',
        reason: 'ContentDeleted',
        message: 'All content successfully deleted, may be waiting on finalization',
      },
      {
        type: 'NamespaceContentRemaining',
        status: 'True',
        lastTransitionTime: '2025-01-01T00:00:05Z',
        reason: 'SomeResourcesRemain',
        message: 'Some resources are remaining: pods. has 1 resource instances',
      },
      {
        type: 'NamespaceFinalizersRemaining',
        status: 'False',
        lastTransitionTime: '2025-01-01T00:00:05Z',
        reason: 'ContentHasNoFinalizers',
        message: 'All content-preserving finalizers finished',
      },
    ]);
    // The status that was written brings it back after 5 s; then half of 30 s and one.
    await h.clock.advance(20_999);
    expect(await h.find(kinds.namespace, 'team')).toBeDefined();
    await h.clock.advance(1);
    expect(await h.find(kinds.namespace, 'team')).toBeUndefined();
  });

  test('CTL-2 says who holds it, lets nobody wait for that, and goes when they let go', async () => {
    const h = await start();
    await h.create(namespace('team'));
    await h.create(configMap('held', ['example.com/hold']));
    await h.client.resource(kinds.namespace).delete('team');
    await h.clock.idle();
    const { status } = await h.get(kinds.namespace, 'team');
    const texts = status?.conditions?.filter((c) => c.status === 'True').map((c) => `${c.reason}: ${c.message}`);
    expect(texts).toEqual([
      'SomeResourcesRemain: Some resources are remaining: configmaps. has 1 resource instances',
      'SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ]);
    const refused = await h.client
      .resource(kinds.configMap)
      .create(configMap('late'))
      .catch((e: Error) => e.message);
    expect(refused).toBe(
      'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
    );
    await h.client.resource(kinds.configMap).patch('held', 'team', 'merge', { metadata: { finalizers: null } });
    await h.clock.advance('8s');
    expect(await h.find(kinds.namespace, 'team')).toBeUndefined();
  });

  test('CTL-2 leaves other finalizers of the namespace to others', async () => {
    const h = await start();
    await h.create({ ...namespace('team'), spec: { finalizers: ['kubernetes', 'example.com/mine'] } } as never);
    await h.client.resource(kinds.namespace).delete('team');
    await h.clock.idle();
    expect((await h.get(kinds.namespace, 'team')).spec?.finalizers).toEqual(['example.com/mine']);
  });
});

describe('terminationConditions', () => {
  const nothing = { resources: new Map(), finalizers: new Map(), failures: [], stale: [] };
  test('CTL-2 name the groups whose servers do not answer', () => {
    const [first] = terminationConditions([], { ...nothing, stale: ['b.example.com/v1', 'a.example.com/v2'] }, 'T1');
    expect(first).toEqual({
      lastTransitionTime: 'T1',
      message:
        'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: a.example.com/v2: stale GroupVersion discovery: a.example.com/v2, b.example.com/v1: stale GroupVersion discovery: b.example.com/v1',
      reason: 'DiscoveryFailed',
      status: 'True',
      type: 'NamespaceDeletionDiscoveryFailure',
    });
  });

  test('CTL-2 keep the time of what has not changed, and their places', () => {
    const resources = new Map([
      ['pods.', 2],
      ['deployments.apps', 1],
    ]);
    const first = terminationConditions([], { ...nothing, resources, failures: ['b', 'a'] }, 'T1');
    expect(first.filter((c) => c.status === 'True').map((c) => c.message)).toEqual([
      'Failed to delete all resource types, 2 remaining: a, b',
      'Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
    ]);
    const second = terminationConditions(first, { ...nothing, resources: new Map([['pods.', 1]]) }, 'T2');
    expect(second.map((c) => [c.type, c.lastTransitionTime])).toEqual([
      ['NamespaceDeletionDiscoveryFailure', 'T1'],
      ['NamespaceDeletionGroupVersionParsingFailure', 'T1'],
      ['NamespaceDeletionContentFailure', 'T2'],
      ['NamespaceContentRemaining', 'T1'],
      ['NamespaceFinalizersRemaining', 'T1'],
    ]);
  });
});

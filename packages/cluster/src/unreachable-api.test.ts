import { kinds } from '@tabernetes/api';
import type { APIService } from '@tabernetes/api/types/apiregistration-v1';
import { expect, test } from 'vitest';
import { createCluster } from './index.ts';

const GONE: APIService = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1.gone.example.com' },
  spec: {
    group: 'gone.example.com',
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 10,
    insecureSkipTLSVerify: true,
    service: { name: 'gone', namespace: 'default' },
  },
};

test('CTL-2 a Namespace is emptied but stays while another API server does not answer, and says so', async () => {
  const errors: unknown[] = [];
  const { client, clock, stop } = await createCluster({ clock: 'virtual', onError: (error) => errors.push(error) });
  const namespaces = client.resource(kinds.namespace);
  const services = client.resource(kinds.apiService);
  await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await services.create(GONE);
  await clock.advance('5s');
  await namespaces.delete('team');
  await clock.advance('10s');
  const { status } = await namespaces.get('team');
  expect(status?.conditions?.map(({ status: is, reason, message }) => `${is} ${reason}: ${message}`)).toEqual([
    'True DiscoveryFailed: Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: gone.example.com/v1: stale GroupVersion discovery: gone.example.com/v1',
    'False ParsedGroupVersions: All legacy kube types successfully parsed',
    'False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    'False ContentRemoved: All content successfully removed',
    'False ContentHasNoFinalizers: All content-preserving finalizers finished',
  ]);
  expect((await client.resource(kinds.configMap).list({ namespace: 'team' })).items).toEqual([]);
  await services.delete('v1.gone.example.com');
  await clock.advance('1m');
  expect((await namespaces.list()).items.map(({ metadata }) => metadata.name)).not.toContain('team');
  expect(errors).toEqual([]);
  await stop();
});

import { afterEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/index.ts';
import { createSystemObjects } from './system-objects.ts';

let api: TestApiServer;
afterEach(() => api.dispose());

const OPTIONS = { advertiseAddress: { ip: '172.18.0.1', port: 6443 }, serviceIP: '10.96.0.1' };
const LISTS = [
  '/api/v1/namespaces',
  '/api/v1/services',
  '/api/v1/endpoints',
  '/api/v1/configmaps',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
  '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
  '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
];

interface List {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly resourceVersion: string } }[];
}

async function everything() {
  const lists = await Promise.all(LISTS.map(async (path) => [path, (await api.send<List>('GET', path)).object.items]));
  return Object.fromEntries(lists) as Record<string, List['items']>;
}

describe('SYS-1 what a new cluster holds', () => {
  test('SYS-1 is there once, and stays as it is', async () => {
    api = await testApiServer({ namespaces: [] });
    await createSystemObjects(api.server, OPTIONS);
    const before = await everything();
    await createSystemObjects(api.server, OPTIONS);
    expect(await everything()).toEqual(before);
    expect(LISTS.map((path) => before[path]?.length)).toEqual([4, 1, 1, 2, 1, 2, 13, 8]);
  });

  test('SYS-1 tells from which day on the use of old tokens is written down', async () => {
    api = await testApiServer({ namespaces: [], startMs: Date.UTC(2026, 10, 21, 12) });
    await createSystemObjects(api.server, OPTIONS);
    const path = '/api/v1/namespaces/kube-system/configmaps';
    const { object } = await api.send('GET', `${path}/kube-apiserver-legacy-service-account-token-tracking`);
    expect(object).toMatchObject({ data: { since: '2026-11-21' } });
  });
});

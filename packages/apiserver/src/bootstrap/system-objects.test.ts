import type { FlowSchema } from '@tabernetes/api/types/flowcontrol-v1';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/index.ts';
import { flowSchemaStatus } from './flow-schema-status.ts';
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

  test('SYS-1 FlowSchemas say whether their priority level exists', async () => {
    api = await testApiServer({ namespaces: [] });
    const path = '/apis/flowcontrol.apiserver.k8s.io/v1';
    const watching = await flowSchemaStatus({
      ...api,
      onError: (error) => {
        throw error;
      },
    });
    const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
    await api.send('POST', `${path}/flowschemas`, {
      apiVersion,
      kind: 'FlowSchema',
      metadata: { name: 'mine' },
      spec: { priorityLevelConfiguration: { name: 'late' } },
    });
    const told = async () => {
      const { object } = await api.send<FlowSchema>('GET', `${path}/flowschemas/mine`);
      return object.status?.conditions?.map(({ status, reason, message }) => [status, reason, message]);
    };
    const what = 'This FlowSchema references the PriorityLevelConfiguration object named "late"';
    await expect.poll(told).toEqual([['True', 'NotFound', `${what} but there is no such object`]]);
    await api.send('POST', `${path}/prioritylevelconfigurations`, {
      apiVersion,
      kind: 'PriorityLevelConfiguration',
      metadata: { name: 'late' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    });
    await expect.poll(told).toEqual([['False', 'Found', `${what} and it exists`]]);
    watching.dispose();
  });
});

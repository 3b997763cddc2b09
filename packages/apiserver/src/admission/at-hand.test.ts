import { seededRng } from '@tabernetes/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { limitRanger } from './limit-ranger.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { priorityAdmission } from './priority.ts';
import { resourceQuotaAdmission } from './resource-quota.ts';
import { serviceAccountAdmission } from './service-account.ts';

const CORE = '/api/v1/namespaces/default';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer({
    deps: {
      admission: [
        limitRanger(),
        serviceAccountAdmission(seededRng(1)),
        priorityAdmission(),
        podSecurity({ hold: (fetching) => fetching }),
        resourceQuotaAdmission(),
      ],
    },
  });
  await write('POST', `${CORE}/serviceaccounts`, 'ServiceAccount', { metadata: { name: 'default' } });
});
afterEach(() => api.dispose());

let serial = 0;

interface Seen {
  readonly spec?: {
    readonly priority?: number;
    readonly containers?: readonly { readonly resources?: { readonly limits?: object } }[];
  };
}

/** What a Pod that is created now is, or what is said against it. */
async function pod(spec: object = {}): Promise<string> {
  serial += 1;
  const { status, object, refusal } = await api.send<Seen>('POST', `${CORE}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${serial}` },
    spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
  });
  if (status !== 201) return refusal.message?.replace(/^pods "p\d+" is forbidden: /, '') ?? '';
  const { priority, containers = [] } = object.spec ?? {};
  return `priority ${priority}, limits ${JSON.stringify(containers[0]?.resources?.limits ?? {})}`;
}

async function write(method: string, path: string, kind: string, body: object, apiVersion = 'v1'): Promise<void> {
  const { status, refusal } = await api.send(method, path, { apiVersion, kind, ...body });
  if (status >= 300) throw new Error(refusal.message);
}
const remove = (path: string): Promise<unknown> => api.send('DELETE', path);
const FREE = 'priority 0, limits {}';

describe('what admission has at hand', () => {
  test('API-55 bounds of a namespace count for the next Pod, and their end too', async () => {
    expect([await pod(), await pod()]).toEqual([FREE, FREE]);
    const limits = (cpu: string) => ({
      metadata: { name: 'l' },
      spec: { limits: [{ type: 'Container', default: { cpu } }] },
    });
    await write('POST', `${CORE}/limitranges`, 'LimitRange', limits('1'));
    expect(await pod()).toBe('priority 0, limits {"cpu":"1"}');
    await write('PUT', `${CORE}/limitranges/l`, 'LimitRange', limits('2'));
    expect(await pod()).toBe('priority 0, limits {"cpu":"2"}');
    await remove(`${CORE}/limitranges/l`);
    expect(await pod()).toBe(FREE);
  });

  test('API-55 so do quotas', async () => {
    expect(await pod()).toBe(FREE);
    await write('POST', `${CORE}/resourcequotas`, 'ResourceQuota', {
      metadata: { name: 'q' },
      spec: { hard: { pods: '2' } },
    });
    const counted = { metadata: { name: 'q' }, status: { hard: { pods: '2' }, used: { pods: '1' } } };
    await write('PUT', `${CORE}/resourcequotas/q/status`, 'ResourceQuota', counted);
    const full = 'exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2';
    expect([await pod(), await pod()]).toEqual([FREE, full]);
    await remove(`${CORE}/resourcequotas/q`);
    expect(await pod()).toBe(FREE);
  });

  test('API-55 so do labels of the Namespace', async () => {
    expect(await pod()).toBe(FREE);
    const label = (level: string | null) =>
      api.send('PATCH', '/api/v1/namespaces/default', { metadata: { labels: { [ENFORCE]: level } } }, MERGE);
    await label('baseline');
    expect(await pod({ hostNetwork: true })).toBe(
      'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
    );
    await label('privileged');
    expect(await pod({ hostNetwork: true })).toBe(FREE);
    await label('restricted');
    expect(await pod()).toContain('violates PodSecurity "restricted:latest": ');
    await label(null);
    expect(await pod()).toBe(FREE);
  });

  test('API-55 so do accounts, classes and namespaces', async () => {
    expect(await pod({ serviceAccountName: 'a/%' })).toContain(
      `account default/a/%: invalid resource name "a/%": [may not contain '/' may not contain '%']`,
    );
    expect(await pod({ serviceAccountName: 'late' })).toContain('serviceaccount "late" not found');
    await write('POST', `${CORE}/serviceaccounts`, 'ServiceAccount', { metadata: { name: 'late' } });
    expect(await pod({ serviceAccountName: 'late' })).toBe(FREE);
    await remove(`${CORE}/serviceaccounts/late`);
    expect(await pod({ serviceAccountName: 'late' })).toContain('serviceaccount "late" not found');

    const urgent = { metadata: { name: 'urgent' }, value: 7, globalDefault: true };
    expect(await pod({ priorityClassName: 'urgent' })).toBe('no PriorityClass with name urgent was found');
    await write('POST', CLASSES, 'PriorityClass', urgent, 'scheduling.k8s.io/v1');
    expect([await pod(), await pod({ priorityClassName: 'urgent' })]).toEqual([
      'priority 7, limits {}',
      'priority 7, limits {}',
    ]);
    await remove(`${CLASSES}/urgent`);
    expect(await pod()).toBe(FREE);

    const late = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
    const into = () => api.send('POST', '/api/v1/namespaces/late/configmaps', late);
    expect((await into()).status).toBe(404);
    await write('POST', '/api/v1/namespaces', 'Namespace', { metadata: { name: 'late' } });
    expect((await into()).status).toBe(201);
  });

  test('API-55 who is told of a Namespace may use it at once', async () => {
    // Nothing has been asked for yet when the watch begins.
    const fresh = await testApiServer();
    const response = await fresh.server.request({
      method: 'GET',
      path: '/api/v1/namespaces',
      query: { watch: 'true' },
      headers: {},
      user: { name: 'admin', groups: ['system:masters'] },
    });
    if (response.body.kind !== 'watch') throw new Error('not a watch');
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
    const into = () => fresh.send('POST', '/api/v1/namespaces/late/configmaps', body);
    const answers: Promise<{ readonly status: number }>[] = [];
    const stop = response.body.watch.start({
      next: ({ object }) => {
        if ((object as { metadata?: { name?: string } }).metadata?.name === 'late') answers.push(into());
      },
      end: () => undefined,
    });
    expect((await into()).status).toBe(404);
    await fresh.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'late' } });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201]);
    stop();
    fresh.dispose();
  });
});

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

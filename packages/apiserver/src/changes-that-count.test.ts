import type { KubeObject, OwnerReference } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const POLICIES = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
const CRONJOBS = '/apis/batch/v1/namespaces/default/cronjobs';
const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer();
});
afterEach(() => api.dispose());

describe('what counts as a change', () => {
  test('API-33 what was spelled out and what goes without saying are the same', async () => {
    const template = { metadata: {}, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const spec = { schedule: '@daily', jobTemplate: { spec: { template } } };
    await api.send('POST', CRONJOBS, { metadata: { name: 'a' }, spec });
    const { object } = await api.send<KubeObject>(
      'PATCH',
      `${CRONJOBS}/a`,
      { metadata: { labels: { a: 'b' } }, spec: { jobTemplate: { spec: { template: { metadata: null } } } } },
      MERGE,
    );
    expect([object.metadata.labels, object.metadata.generation]).toEqual([{ a: 'b' }, 1]);
  });

  test('API-33 quantities that are equal are the same, however they are written', async () => {
    const template = (cpu: string) => ({
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu } } }] },
    });
    const set = (cpu: string) => ({
      metadata: { name: 'a' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: template(cpu) },
    });
    await api.send('POST', DEPLOYMENTS, set('1'));
    const put = async (cpu: string) =>
      (await api.send<KubeObject>('PUT', `${DEPLOYMENTS}/a`, set(cpu))).object.metadata.generation;
    expect([await put('1.'), await put('01'), await put('2')]).toEqual([1, 1, 2]);
  });

  test('API-31 a dry run shows the selfLink that was sent, which nobody keeps', async () => {
    await api.send('POST', MAPS, { metadata: { name: 'a' } });
    const patch = async (query: string) =>
      (await api.send<KubeObject>('PATCH', `${MAPS}/a${query}`, { metadata: { selfLink: '/x' } }, MERGE)).object
        .metadata;
    expect((await patch('?dryRun=All')).selfLink).toBe('/x');
    expect(await patch('')).not.toHaveProperty('selfLink');
  });

  test('API-30 who leaves out a template’s spec has set no containers', async () => {
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } } },
      serviceName: 'x',
    };
    const made = await api.send<KubeObject>('POST', '/apis/apps/v1/namespaces/default/statefulsets', {
      metadata: { name: 'a' },
      spec,
    });
    expect(made.object).toMatchObject({ spec: { template: { spec: { containers: null } } } });
    expect(JSON.stringify(made.object.metadata.managedFields)).not.toContain('f:containers');
  });

  test('API-33 empty parts of NetworkPolicies and webhooks count each time that they are written', async () => {
    const policy = (spec: object) => ({ metadata: { name: 'deny' }, spec });
    const put = async (spec: object) =>
      (await api.send<KubeObject>('PUT', `${POLICIES}/deny`, policy(spec))).object.metadata.generation;
    await api.send('POST', POLICIES, policy({ podSelector: {}, ingress: [] }));
    expect(await put({ podSelector: {} })).toBe(1);
    expect(await put({ podSelector: {}, ingress: [] })).toBe(2);
    expect(await put({ podSelector: { matchLabels: {} } })).toBe(3);
    expect(await put({ podSelector: {}, policyTypes: ['Ingress'] })).toBe(3);
  });
});

describe('owner references that are given twice', () => {
  const owner: OwnerReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'u' };
  const twice = { metadata: { name: 'a', ownerReferences: [owner, owner] } };
  const warned = (when = '') =>
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: u`;

  test('API-15 a patch is said to have them after admission', async () => {
    await api.send('POST', MAPS, { metadata: { name: 'a' } });
    const { object, warnings } = await api.send<KubeObject>('PATCH', `${MAPS}/a`, twice, MERGE);
    expect([object.metadata.ownerReferences, warnings]).toEqual([
      [owner],
      [warned(' after mutating admission happens')],
    ]);
  });

  test('API-14 who is refused is warned all the same', async () => {
    const { refusal, warnings } = await api.send('PUT', `${DEPLOYMENTS}/a`, {
      ...twice,
      metadata: { ...twice.metadata, resourceVersion: '1' },
    });
    expect([refusal.code, warnings]).toEqual([404, [warned()]]);
  });
});

test('API-34 a Scale of another object is refused as that object would be', async () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const { object } = await api.send<KubeObject>('POST', DEPLOYMENTS, {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  });
  const { refusal } = await api.send('PUT', `${DEPLOYMENTS}/web/scale`, {
    metadata: { name: 'web', uid: 'other' },
    spec: { replicas: 2 },
  });
  expect(refusal).toMatchObject({
    code: 409,
    message:
      'Operation cannot be fulfilled on deployments.apps "web": StorageError: invalid object, Code: 4, Key: /registry/deployments/default/web, ' +
      `ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${object.metadata.uid}`,
    details: { group: 'apps', kind: 'deployments', name: 'web' },
  });
});

test('API-14 the metadata of Pods is looked at as a change, then as that of a new Pod', async () => {
  const pods = '/api/v1/namespaces/default/pods';
  await api.send('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  const causes = async (path: string, metadata: object) =>
    (await api.send('PATCH', path, { metadata }, MERGE)).refusal.details?.causes?.length;
  expect(await causes(`${pods}/p`, { finalizers: ['bare'] })).toBe(2);
  expect(await causes(`${pods}/p`, { labels: { a: 'b c' } })).toBe(4);
  expect(await causes(`${pods}/p/status`, { finalizers: ['bare'] })).toBe(1);
});

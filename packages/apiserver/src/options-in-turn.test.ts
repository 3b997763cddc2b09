import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from './testing/index.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer();
});
afterEach(() => api.dispose());

describe('what cannot be read is told before what is not allowed', () => {
  const cases = [
    {
      query: 'labelSelector=a+b&resourceVersionMatch=Exact',
      why: "unable to parse requirement: found 'b', expected: ",
    },
    { query: 'fieldSelector=a&sendInitialEvents=true', why: "invalid selector: 'a'; can't understand 'a'" },
    { query: 'limit=x&timeoutSeconds=y', why: 'strconv.ParseInt: parsing "y": invalid syntax' },
  ];
  for (const { query, why } of cases) {
    test(`API-19 ${query}`, async () => {
      const { refusal } = await api.send('GET', `${MAPS}?${query}`);
      expect([refusal.code, refusal.message]).toEqual([400, expect.stringContaining(why)]);
    });
  }

  test('API-19 what is read is no longer exported', async () => {
    for (const [query, status] of [
      ['export=true', 400],
      ['export', 400],
      ['export=0', 404],
    ] as const) {
      expect((await api.send('GET', `${MAPS}/a?${query}`)).status).toBe(status);
      expect((await api.send('GET', `/apis/apps/v1/namespaces/default/deployments/a/scale?${query}`)).status).toBe(
        status,
      );
    }
    const { refusal } = await api.send('GET', `${MAPS}/a?export=true`);
    expect(refusal.message).toBe('the export parameter, deprecated since v1.14, is no longer supported');
  });

  test('API-19 dryRun may be given twice', async () => {
    const post = (query: string) =>
      api.http('POST', `${MAPS}?${query}`, {
        headers: { 'content-type': 'application/json' },
        body: '{"metadata":{"name":"a"}}',
      });
    expect((await post('dryRun=All&dryRun=All')).status).toBe(201);
    expect((await api.send('GET', `${MAPS}/a`)).status).toBe(404);
    expect(await (await post('dryRun=All&dryRun=x')).json()).toMatchObject({
      message:
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"All", "x"}: supported values: "All"',
    });
  });

  test('API-17 who asks to delete what cannot be read asks for nothing', async () => {
    await api.send('POST', MAPS, { metadata: { name: 'a' } });
    const unsafe = { ignoreStoreReadErrorWithClusterBreakingPotential: true, dryRun: ['All'] };
    expect((await api.send('DELETE', `${MAPS}/a`, unsafe)).status).toBe(200);
    const { refusal } = await api.send('POST', '/api/v1/namespaces/default/pods/a/eviction', {
      metadata: { name: 'a' },
      deleteOptions: unsafe,
    });
    expect(refusal.message).toBe(
      'Eviction.policy "a" is invalid: deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value: true: ' +
        'can not be set for pod eviction, try after removing the option',
    );
  });

  test('API-17 an eviction is dry in its body as it is in the query', async () => {
    const body = { metadata: { name: 'a' }, deleteOptions: { dryRun: ['x'] } };
    const { refusal } = await api.send('POST', '/api/v1/namespaces/default/pods/a/eviction?dryRun=All', body);
    expect([refusal.code, refusal.message]).toEqual([
      500,
      'Non-matching dry-run options in request and content: [All] and [x]',
    ]);
  });

  test('API-34 the namespace of a Scale is looked at before its name', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments/a/scale';
    const { refusal } = await api.send('PUT', path, { metadata: { name: 'b', namespace: 'x' }, spec: { replicas: 1 } });
    expect(refusal.message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });

  test('API-27 the selection comes before how to delete', async () => {
    const { refusal } = await api.send('DELETE', `${MAPS}?fieldSelector=spec.x%3D1&propagationPolicy=x`);
    expect([refusal.code, refusal.message]).toEqual([400, expect.stringContaining('"spec.x" is not a known field')]);
  });
});

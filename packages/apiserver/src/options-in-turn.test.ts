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

  test('API-27 the selection comes before how to delete', async () => {
    const { refusal } = await api.send('DELETE', `${MAPS}?fieldSelector=spec.x%3D1&propagationPolicy=x`);
    expect([refusal.code, refusal.message]).toEqual([400, expect.stringContaining('"spec.x" is not a known field')]);
  });
});

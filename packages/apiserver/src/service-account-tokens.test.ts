import type { KubeObject } from '@tabernetes/apimachinery';
import { seededRng, virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import { expect, test } from 'vitest';
import { storageKey } from './registry/keys.ts';
import { serviceAccountTokens } from './service-account-tokens.ts';

const clock = virtualClock({ startMs: Date.UTC(2026, 0, 1) });

async function world() {
  const store = memoryStore<KubeObject>({ clock });
  const put = async (plural: string, name: string, value: object): Promise<void> => {
    const key = storageKey({ group: '', plural }, 'demo', name);
    await store.txn({ compare: [], success: [{ type: 'put', key, value: value as KubeObject }] });
  };
  const tokens = serviceAccountTokens({ store, clock, rng: seededRng(1) }, { key: 'k' });
  await put('serviceaccounts', 'robot', { metadata: { name: 'robot', namespace: 'demo', uid: 'u1' } });
  const token = tokens.issueLegacy({ namespace: 'demo', name: 'robot', uid: 'u1' }, 'robot-token');
  const secret = { metadata: { name: 'robot-token', namespace: 'demo' }, data: { token: btoa(token) } };
  await put('secrets', 'robot-token', secret);
  return { put, tokens, token, secret };
}

test('a token in a Secret is good while the Secret holds it and its ServiceAccount is there', async () => {
  const { put, tokens, token, secret } = await world();
  const found = await tokens.lookup(token, []);
  expect(found?.user).toEqual({
    name: 'system:serviceaccount:demo:robot',
    uid: 'u1',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:demo', 'system:authenticated'],
  });
  expect(await tokens.lookup(`${token}x`, [])).toBeUndefined();
  expect(await tokens.lookup(token, ['elsewhere'])).toBeUndefined();
  await put('secrets', 'robot-token', { ...secret, data: { token: btoa('another') } });
  expect(await tokens.lookup(token, [])).toBeUndefined();
});

test('a token of a ServiceAccount that was made anew is no good', async () => {
  const { put, tokens, token } = await world();
  await put('serviceaccounts', 'robot', { metadata: { name: 'robot', namespace: 'demo', uid: 'u2' } });
  expect(await tokens.lookup(token, [])).toBeUndefined();
});

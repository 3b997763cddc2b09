import type { UserInfo } from '@tabernetes/apimachinery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestApiServer, testApiServer } from '../testing/test-api-server.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references.ts';

const EVE: UserInfo = { name: 'eve', groups: [] };
/** Eve may neither delete anything nor touch the finalizers of others. */
const authorizer = {
  authorize: ({ user, verb, resource }: { user: UserInfo; verb: string; resource?: { subresource: string } }) => ({
    allowed: user.name !== 'eve' || (verb !== 'delete' && resource?.subresource !== 'finalizers'),
  }),
};
const MAPS = '/api/v1/namespaces/default/configmaps';
let api: TestApiServer;
beforeEach(async () => {
  api = await testApiServer({ deps: { authorizer, admission: [ownerReferencesPermissionEnforcement()] } });
});
afterEach(() => api.dispose());

const owner = (more: object = {}) => ({ apiVersion: 'v1', kind: 'Secret', name: 's', uid: 'u', ...more });
async function send(method: string, path: string, metadata: object): Promise<string> {
  const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
  const body = method === 'PATCH' ? { metadata } : { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  const { status, refusal } = await api.send(method, path, body, { user: EVE, headers });
  return status < 300 ? 'ok' : (refusal.message ?? '');
}

test('API-68 who sets owners may delete the object, and who blocks their deletion may finalize them', async () => {
  expect(await send('POST', MAPS, { name: 'a', ownerReferences: [owner()] })).toBe('ok');
  expect(await send('PATCH', `${MAPS}/a`, { labels: { a: 'b' } })).toBe('ok');
  expect(await send('PATCH', `${MAPS}/a`, { ownerReferences: [] })).toBe(
    `configmaps "a" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`,
  );
  expect(await send('POST', MAPS, { name: 'b', ownerReferences: [owner({ blockOwnerDeletion: true })] })).toBe(
    `configmaps "b" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
  );
  expect(
    await send('POST', MAPS, { name: 'c', ownerReferences: [owner({ kind: 'Unicorn', blockOwnerDeletion: true })] }),
  ).toContain('cannot find RESTMapping for APIVersion v1 Kind Unicorn: no matches for kind "Unicorn" in version "v1"');
});

import { kinds } from '@tabernetes/api';
import type { Secret, ServiceAccount } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Harness, NS, startHarness } from '../testing/harness.ts';
import { serviceAccountTokenController } from './service-account-token-controller.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    controllers: [
      (context) =>
        serviceAccountTokenController(context, {
          rootCA: 'PEM',
          issue: async ({ namespace, name }, secretName) => `token of ${namespace}/${name} in ${secretName}`,
        }),
    ],
  });
});
afterEach(() => harness.dispose());

const account = (name: string): ServiceAccount => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
const secret = (name: string, of: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, annotations: { 'kubernetes.io/service-account.name': of } },
  type: 'kubernetes.io/service-account-token',
});

test('SAT-1 a Secret for a token gets one', async () => {
  const robot = await harness.create(account('robot'));
  await harness.create(secret('robot-token', 'robot'));
  const { data, metadata } = await harness.get(kinds.secret, 'robot-token');
  expect(Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, atob(value)]))).toEqual({
    'ca.crt': 'PEM',
    namespace: NS,
    token: `token of ${NS}/robot in robot-token`,
  });
  expect(metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(robot.metadata.uid);
  expect(harness.errors).toEqual([]);
});

test('SAT-2 it goes with its ServiceAccount, and one of nobody goes at once', async () => {
  await harness.create(account('robot'));
  await harness.create(secret('robot-token', 'robot'));
  await harness.create(secret('ghost-token', 'ghost'));
  expect((await harness.list(kinds.secret)).map((s) => s.metadata.name)).toEqual(['robot-token']);
  await harness.client.resource(kinds.serviceAccount).delete('robot', NS);
  await harness.settle();
  expect(await harness.list(kinds.secret)).toEqual([]);
});

test('SAT-3 what is taken out is put in again, and lists forget what is gone', async () => {
  await harness.create({ ...account('robot'), secrets: [{ name: 'robot-token' }, { name: 'other' }] });
  await harness.create(secret('robot-token', 'robot'));
  await harness.patch(kinds.secret, 'robot-token', { data: { token: null } });
  expect((await harness.get(kinds.secret, 'robot-token')).data?.['token']).toBeDefined();
  await harness.client.resource(kinds.secret).delete('robot-token', NS);
  await harness.settle();
  expect((await harness.get(kinds.serviceAccount, 'robot')).secrets).toEqual([{ name: 'other' }]);
});

import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const CLASS = 'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nope}\nspec: {controller: x}\n';

test('KCT-50 describe tells of objects of files that are missing, in the version that was asked for last', async () => {
  const run = await kubectlOnServer({ '/work/class.yaml': CLASS, '/work/cm.yaml': CM });
  expect((await run('describe -f class.yaml')).stderr).toBe(
    'Error from server (NotFound): the server could not find the requested resource\n',
  );
  expect((await run('describe -f cm.yaml')).stderr).toBe('Error from server (NotFound): configmaps "a" not found\n');
});

test('KCT-50 describe says nothing when nobody reads any more', async () => {
  const run = await kubectlOnServer({ '/work/cm.yaml': CM });
  await run('create -f cm.yaml');
  const errors: string[] = [];
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stdout = { write: () => Promise.reject(gone), close: () => undefined };
  const stderr = {
    write: async (chunk: unknown) => {
      errors.push(String(chunk));
    },
    close: () => undefined,
  };
  await expect(run('describe cm a', { stdout, stderr })).rejects.toThrow('write EPIPE');
  expect(errors).toEqual([]);
});

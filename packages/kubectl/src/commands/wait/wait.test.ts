import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-52 `wait` asks for what kubectl asks for, a watch included, although nothing is left to wait for', async () => {
  const run = await kubectlOnServer({});
  await run('create configmap a');
  const { stdout, stderr } = await run('wait cm/a --for=jsonpath={.kind}=ConfigMap --timeout=1s -v=6');
  expect(stdout).toBe('configmap/a condition met\n');
  const asked = [...stderr.matchAll(/GET \S+?\/configmaps(\S*)/g)].map(([, rest = '']) =>
    rest.replace(/=\d+/g, '=N').replace(/^\?/, ''),
  );
  expect(asked).toEqual([
    '/a',
    'fieldSelector=metadata.name%3Da&limit=N&resourceVersion=N',
    'allowWatchBookmarks=true&fieldSelector=metadata.name%3Da&resourceVersion=N&timeoutSeconds=N&watch=true',
  ]);
});

test('KCT-52 nobody waits for the end of objects that are not there, however many', async () => {
  const run = await kubectlOnServer({});
  expect(await run('wait --for=delete cm/a cm/b')).toEqual({ stdout: '', stderr: '', code: 0 });
  expect((await run('wait --for=condition=Ready cm/a cm/b')).code).toBe(1);
});

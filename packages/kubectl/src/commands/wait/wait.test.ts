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

const FOO = 'apiVersion: no.such/v1\nkind: Foo\nmetadata: {name: a}\n';
const TWO = `${FOO}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n`;
const UNMAPPED =
  'resource mapping not found for name: "a" namespace: "" from "two.yaml": no matches for kind "Foo" in version "no.such/v1"\nensure CRDs are installed first\n';

test('KCT-61 what is not minded is left out of a list of errors, which stays a list', async () => {
  const run = await kubectlOnServer({ '/work/two.yaml': TWO });
  const deleted = await run('delete -f two.yaml --ignore-not-found');
  expect(deleted).toEqual({ stdout: '', stderr: UNMAPPED, code: 1 });
  expect(await run('wait --for=delete -f two.yaml --timeout=1s')).toEqual({
    stdout: '',
    stderr: `error: ${UNMAPPED}`,
    code: 1,
  });
});

test('KCT-61 nobody waits for several objects to be made: the first look tells of all that are missing', async () => {
  const run = await kubectlOnServer({});
  expect((await run('wait --for=create cm/a cm/b --timeout=1s')).stderr).toBe(
    'Error from server (NotFound): configmaps "a" not found\nError from server (NotFound): configmaps "b" not found\n',
  );
});

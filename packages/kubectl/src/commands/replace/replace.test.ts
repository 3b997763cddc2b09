import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: w}\n';

test('KCT-57 replace --force deletes first, and then looks at what is to come in its place', async () => {
  const run = await kubectlOnServer({ '/work/w.yaml': CM, '/work/bad.yaml': 'apiVersion: v1\nkind: Nope\n' });
  await run('create cm w --from-literal=a=b --validate=false');
  expect((await run('replace --force -f w.yaml --validate=false')).stdout).toBe(
    'configmap "w" deleted\nconfigmap/w replaced\n',
  );
  expect((await run('get cm w -o jsonpath={.data}')).stdout).toBe('');
  expect(await run('replace --force -f -', { stdin: '' })).toEqual({
    stdout: 'No resources found\n',
    stderr: 'error: no objects passed to replace\n',
    code: 1,
  });
});

test('KCT-57 what is set by name stands above what --record notes; items of lists are told of without their file', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Nope, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: w}}\n`;
  const run = await kubectlOnServer({ '/work/list.yaml': list });
  expect(await run('create -f list.yaml --validate=false')).toEqual({
    stdout: 'configmap/w created\n',
    stderr: 'unable to recognize no matches for kind "Nope" in version "v1"\n',
    code: 1,
  });
  await run('annotate cm w kubernetes.io/change-cause=x --record');
  expect((await run('get cm w -o jsonpath={.metadata.annotations}')).stdout).toBe('{"kubernetes.io/change-cause":"x"}');
});

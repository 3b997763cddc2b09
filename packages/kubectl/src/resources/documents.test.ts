import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, nope: 1}\ndatta: {}\n';

test('KCT-56 a separator with something behind it is refused, after what stood before it', async () => {
  const good = CONFIG_MAP.replace(', nope: 1', '').replace('datta', 'data');
  const run = await kubectlOnServer({
    '/work/a.yaml': `${good}--- # next\n${good.replace('name: a', 'name: b')}--- x\n`,
  });
  expect(await run('create -f a.yaml --validate=false')).toEqual({
    stdout: 'configmap/a created\n',
    stderr: 'error: error parsing a.yaml: invalid Yaml document separator: x\n',
    code: 1,
  });
});

test('KCT-56 the server meets fields in the order of their names', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': CONFIG_MAP });
  const { stderr } = await run('create -f a.yaml --validate=strict');
  expect(stderr).toContain('unknown field "datta", unknown field "metadata.nope"');
});

test('KCT-56 a selector for what a file holds is refused in words of its own', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': CONFIG_MAP });
  expect((await run('create -f a.yaml --validate=false --selector=a,=')).stderr).toContain(
    'error: the provided selector "a,=" is not valid: ',
  );
});

test('KCT-56 all and a selector are refused together, whichever selector it is', async () => {
  const run = await kubectlOnServer({});
  for (const selector of ['-l a=b', '--field-selector=a=b']) {
    expect((await run(`delete pod --all ${selector}`)).stderr).toBe(
      "error: setting 'all' parameter but found a non empty selector. \n",
    );
  }
});

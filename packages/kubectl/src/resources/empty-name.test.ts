import { describe, expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const EMPTY = 'error: resource name may not be empty\n';

describe('KCT-53 names that are empty, as unset variables leave them', () => {
  const cases = [
    ['get cm ', EMPTY],
    ['describe cm ', EMPTY],
    ['delete cm ', EMPTY],
    ['label cm  x=y', EMPTY],
    ['patch cm  -p {}', EMPTY],
    ['cordon ', EMPTY],
    ['scale deploy  --replicas=1', 'error: no objects passed to scale resource name may not be empty\n'],
    ['run  --image=x', 'error: Parameter: name is required\n'],
  ] as const;
  for (const [line, stderr] of cases) {
    test(`KCT-53 kubectl ${line}`, async () => {
      const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
      await run('create -f a.yaml');
      expect(await run(line)).toEqual({ stdout: '', stderr, code: 1 });
      expect((await run('get cm -o name')).stdout).toBe('configmap/a\n');
    });
  }

  test('KCT-53 others that are named beside them are shown', async () => {
    const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
    await run('create -f a.yaml');
    expect(await run('get cm a  -o name')).toEqual({ stdout: 'configmap/a\n', stderr: EMPTY, code: 1 });
  });

  const unnamed = [
    ['delete -f gen.yaml', 'error: error when deleting "gen.yaml": resource name may not be empty\n'],
    ['delete -f gen.yaml --dry-run=server', 'error: error when deleting "gen.yaml": resource name may not be empty\n'],
    ['replace -f gen.yaml', 'error: error when replacing "gen.yaml": resource name may not be empty\n'],
    ['label -f gen.yaml x=y', EMPTY],
    ['describe -f gen.yaml', EMPTY],
    ['scale -f gen.yaml --replicas=1', EMPTY],
    ['patch -f gen.yaml -p {}', EMPTY],
  ] as const;
  for (const [line, stderr] of unnamed) {
    test(`KCT-53 kubectl ${line}, where the server is to give the name`, async () => {
      const gen = SETTINGS.replace('name', 'generateName');
      const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS, '/work/gen.yaml': gen });
      await run('create -f a.yaml');
      expect(await run(line)).toEqual({ stdout: '', stderr, code: 1 });
      expect((await run('get cm -o name')).stdout).toBe('configmap/a\n');
    });
  }

  test('KCT-53 what is refused is told of in the order in which it was met', async () => {
    const gen = SETTINGS.replace('name', 'generateName');
    const other = SETTINGS.replace('name: a', 'name: b, namespace: other');
    const run = await kubectlOnServer({ '/work/a.yaml': `${SETTINGS}---\n${other}---\n${gen}` });
    expect((await run('delete -f a.yaml -n default')).stderr.split('\n')).toEqual([
      'Error from server (NotFound): error when deleting "a.yaml": configmaps "a" not found',
      'the namespace from the provided object "other" does not match the namespace "default". You must pass \'--namespace=other\' to perform this operation.',
      'error when deleting "a.yaml": resource name may not be empty',
      '',
    ]);
  });

  test('KCT-53 logs of nobody', async () => {
    const run = await kubectlOnServer({});
    expect((await run('logs ')).stderr).toMatch(
      /^error: You must provide one or more resources by argument or filename/,
    );
  });
});

test('KCT-54 get --watch prints what there is with its kind', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
  await run('create -f a.yaml');
  const interrupt = new AbortController();
  let printed = '';
  const stdout = {
    async write(chunk: string | Uint8Array) {
      if (printed !== '') interrupt.abort();
      else await run('label cm a x=y');
      printed += String(chunk);
    },
    close: () => undefined,
  };
  await run('get cm --watch -o yaml', { signal: interrupt.signal, stdout }).catch(() => undefined);
  expect(printed.match(/^kind: .*/gm)).toEqual(['kind: ConfigMap', 'kind: ConfigMap']);
});

describe('names that no path can hold', () => {
  const cases = [
    ['get pod a%b', `error: invalid resource name "a%b": [may not contain '%']\n`],
    ['delete pod ..', `error: invalid resource name "..": [may not be '..']\n`],
    ['get cm -n a/b', `invalid namespace "a/b": [may not contain '/']\n`],
    ['get cm x -n a/b', `error: invalid namespace "a/b": [may not contain '/']\n`],
    ['events -n a%', `error: invalid namespace "a%": [may not contain '%']\n`],
  ] as const;
  for (const [line, stderr] of cases) {
    test(`KCT-53 kubectl ${line}`, async () => {
      const run = await kubectlOnServer({});
      expect(await run(line)).toEqual({ stdout: '', stderr, code: 1 });
    });
  }
});

test('KCT-56 what files do not give is told of as one error, after what went wrong with the rest', async () => {
  const run = await kubectlOnServer({
    '/work/a.yaml': SETTINGS,
    '/work/mixed.yaml': `${SETTINGS.replace('{name: a}', '{name: b, labels: {x: 1}}')}---\n${SETTINGS}---\n${SETTINGS.replace('{name: a}', '{name: 5}')}`,
  });
  await run('create -f a.yaml');
  const { stderr } = await run('create -f mixed.yaml');
  const unread = (field: string): string =>
    `unable to decode "mixed.yaml": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.${field} of type string`;
  expect(stderr).toBe(
    `Error from server (AlreadyExists): error when creating "mixed.yaml": configmaps "a" already exists\n[${unread('labels')}, ${unread('name')}]\n`,
  );
  expect((await run('label -f mixed.yaml a=b')).stderr).toBe(`${unread('labels')}\n${unread('name')}\n`);
});

test('KCT-54 get --watch of several names prints them and refuses to follow them', async () => {
  const run = await kubectlOnServer({});
  for (const name of ['a', 'b']) await run(`create cm ${name}`);
  const { stdout, stderr, code } = await run('get cm a b -w -o name');
  expect({ stdout, stderr, code }).toEqual({
    stdout: 'configmap/a\nconfigmap/b\n',
    stderr: 'error: you may only watch a single resource or type of resource at a time\n',
    code: 1,
  });
});

test('KCT-53 an object of a namespace is not sought without one', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
  expect((await run('certificate approve pods/x')).stderr).toBe(
    'error: namespace may not be empty when retrieving a resource by name\n',
  );
  expect((await run('certificate approve -f a.yaml')).stderr).toMatch(
    /^error: no namespace set on resource \/v1, Resource=configmaps "/,
  );
});

test('KCT-56 stdin is read once', async () => {
  const run = await kubectlOnServer({});
  expect((await run('apply -f - -f -', { stdin: SETTINGS })).stderr).toBe(
    'error: standard input cannot be used for multiple arguments\n',
  );
});

test('KCT-53 a namespace that was asked for is wanted of all, although all were asked for', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  const refused =
    'error: the namespace from the provided object "default" does not match the namespace "". You must pass \'--namespace=default\' to perform this operation.\n';
  expect((await run('delete cm --all -A -n x --dry-run=client')).stderr).toBe(refused);
  expect((await run('label cm --all -A -n x a=b')).stderr).toBe(refused);
  expect((await run('get cm -A -n x -o name')).stdout).toContain('configmap/a\n');
});

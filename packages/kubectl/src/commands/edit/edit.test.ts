import type { FileSystem } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-44 edit opens YAML and JSON, and refuses other forms before the editor starts', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  let started = 0;
  const edit = (output: string) =>
    run(`edit cm a -o ${output}`, {
      spawn() {
        started++;
        return 0;
      },
    });
  for (const output of ['foo', 'name', 'jsonpath={.metadata}']) {
    expect(await edit(output)).toEqual({
      stdout: '',
      stderr: `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,yaml\n`,
      code: 1,
    });
  }
  expect(started).toBe(0);
  expect((await edit('JSON')).stderr).toBe('Edit cancelled, no changes made.\n');
  expect(started).toBe(1);
});

test('KCT-44 a mistake is told of by its line, comments not counted', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a --from-literal=k=v');
  const opened: string[] = [];
  await run('edit cm a', {
    spawn(argv, fs) {
      const path = argv.at(-1) ?? '';
      const text = fs.readText(path);
      opened.push(text);
      fs.writeFile(path, opened.length === 1 ? text.replace('k: v', 'k: [') : text.replace('k: [', 'k: w'));
      return 0;
    },
  });
  const lines = (opened[1] ?? '').split('\n');
  const at = lines.filter((line) => !line.startsWith('#')).indexOf('  k: [') + 2;
  expect(lines.find((line) => line.startsWith('# * '))).toBe(
    `# * <nil>: Invalid value: "The edited file failed validation": yaml: line ${at}: did not find expected ',' or ']'`,
  );
  expect((await run('get cm a -o jsonpath={.data}')).stdout).toBe('{"k":"w"}');
});

/** Edits by replacing one text, once. */
const replacing = (from: string, to: string, opened: string[] = []) => ({
  spawn(argv: readonly string[], fs: FileSystem) {
    const path = argv.at(-1) ?? '';
    const text = fs.readText(path);
    opened.push(text);
    fs.writeFile(path, text.replace(from, to));
    return 0;
  },
});
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n';
const COPY = /^A copy of your changes has been stored to "[^"]+"\n/;

test('KCT-44 what is not served is told of in the file, and the same file again ends it', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  const opened: string[] = [];
  const { stderr, code } = await run('edit cm a', replacing('apiVersion: v1', 'apiVersion: v9', opened));
  expect(opened[1]).toContain('# The edited file had a syntax error: resource mapping not found for name: "a"');
  expect(stderr.replace(COPY, '')).toBe('error: Edit cancelled, no valid changes were saved.\n');
  expect(code).toBe(1);
});

test('KCT-44 an object stays in its namespace, and is known by its uid', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  const told = async (from: string, to: string) =>
    (await run('edit cm a', replacing(from, to))).stderr.replace(COPY, '');
  expect(await told('namespace: default', 'namespace: other')).toBe(
    'error: the namespace from the provided object "other" does not match the namespace "default". You must pass \'--namespace=other\' to perform this operation.\n',
  );
  expect(await told('uid: ', 'uid: x')).toMatch(
    /^error: no original object found for &unstructured\.Unstructured\{Object:map\[string\]interface \{\}\{"apiVersion":"v1", /,
  );
});

test('KCT-44 edit-last-applied writes to the object that the text names', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': CONFIG });
  await run('apply -f a.yaml');
  const edit = async (from: string, to: string) => {
    const { stdout, stderr } = await run('apply edit-last-applied cm/a', replacing(from, to));
    return stdout + stderr.replace(COPY, '');
  };
  expect(await edit('name: a', 'name: q')).toBe('Error from server (NotFound): configmaps "q" not found\n');
  expect(await edit('name: a', 'title: a')).toBe('error: resource name may not be empty\n');
  expect(await edit('k: v', 'k: w')).toBe('configmap/a edited\n');
});

test('KCT-44 lines end as Windows ends them where that is asked for, but for objects to be created', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': CONFIG });
  await run('apply -f a.yaml');
  for (const line of ['edit cm a', 'create -f a.yaml --edit']) {
    const opened: string[] = [];
    await run(`${line} --windows-line-endings`, replacing('', '', opened));
    expect(opened[0]?.includes('\r\n')).toBe(line.startsWith('edit'));
  }
});

test('KCT-44 an editor that leaves no file, or is a line of a shell and fails, is told of', async () => {
  const run = await kubectlOnServer({});
  await run('create cm a');
  const lost = await run('edit cm a', {
    spawn(argv, fs) {
      fs.remove(argv.at(-1) ?? '', {});
      return 0;
    },
  });
  expect(lost.stderr).toMatch(/^error: open \/tmp\/kubectl-edit-\d+\.yaml: no such file or directory\n$/);
  const { stderr } = await run('edit cm a', { env: { EDITOR: "sed 'x'" }, spawn: () => 3 });
  expect(stderr).toContain('there was a problem with the editor "sh -c sed \'x\'"');
});

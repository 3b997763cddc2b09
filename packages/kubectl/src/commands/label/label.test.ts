import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const two = async (): ReturnType<typeof kubectlOnServer> => {
  const run = await kubectlOnServer({});
  await run('create configmap a');
  await run('create configmap b');
  return run;
};

test('KCT-57 --all means all where nobody is named, and nothing beside names', async () => {
  const run = await two();
  expect((await run('label cm --all a x=y')).stdout).toBe('configmap/a labeled\n');
  expect((await run('annotate cm --all x=y -o name')).stdout).toBe('configmap/a\nconfigmap/b\n');
});

test('KCT-57 a patch in a dry run is told of as one that was not', async () => {
  const run = await two();
  for (const how of ['client', 'server']) {
    expect((await run(`patch cm a -p {"data":{"x":"y"}} --dry-run=${how}`)).stdout).toBe('configmap/a patched\n');
  }
});

const TWO = ['a', 'b'].map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`).join('---\n');

test('KCT-57 what annotate prints is one stream of documents, what label prints is not', async () => {
  const run = await kubectlOnServer({ '/work/two.yaml': TWO });
  const separators = async (line: string) => (await run(line)).stdout.match(/^---$/gm) ?? [];
  expect(await separators('annotate -f two.yaml x=y --local -o yaml')).toHaveLength(1);
  expect(await separators('label -f two.yaml x=y --local -o yaml')).toHaveLength(0);
});

test('KCT-39 the type that taint is given is read as a path of fields', async () => {
  const run = await kubectlOnServer({});
  const problem = async (type: string) => (await run(`taint ${type} x a=b:NoSchedule`)).stderr;
  expect(await problem('nodes,pods')).toBe("error: unrecognized character in action: U+002C ','\n");
  expect(await problem('nodes[0]')).toBe('error: invalid jsonpath syntax, all nodes must be field nodes\n');
  expect(await problem('nodes.spec')).toContain('nodes "x" not found');
});

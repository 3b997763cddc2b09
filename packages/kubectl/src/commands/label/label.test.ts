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

import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-57 taints in a dry run are told of as others; unknown types without a prefix', async () => {
  const run = await kubectlOnServer({ '/work/n.yaml': 'apiVersion: v1\nkind: Node\nmetadata: {name: one}\n' });
  expect((await run('create -f n.yaml --validate=false')).stderr).toBe('');
  expect(await run('taint node one k=v:NoSchedule --dry-run=client')).toEqual({
    stdout: 'node/one tainted\n',
    stderr: '',
    code: 0,
  });
  expect((await run('taint nodes --all k=v:NoSchedule')).stdout).toBe('node/one tainted\n');
  expect((await run('taint node/one k=v:NoSchedule')).stderr).toBe(
    'the server doesn\'t have a resource type "node/one"\n',
  );
});

import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-55 `run` refuses what it could not delete by, before it creates', async () => {
  const run = await kubectlOnServer({});
  expect((await run('run a --image=i --cascade=nope')).stderr).toBe(
    'error: invalid cascade value (nope). Must be "background", "foreground", or "orphan"\n',
  );
  expect((await run('get pods -o name')).stdout).toBe('');
});

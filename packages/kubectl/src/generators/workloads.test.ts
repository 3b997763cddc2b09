import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

test('KCT-55 `create job --from` wants one cron job, and not all there are', async () => {
  const run = await kubectlOnServer({});
  await run('create cronjob only --image=i --schedule=@daily');
  expect((await run('create job x --from=cronjob --dry-run=client')).stderr).toBe(
    'error: resource(s) were provided, but no name was specified\n',
  );
  expect((await run('create job x --from=cronjob/only --dry-run=client')).stdout).toBe(
    'job.batch/x created (dry run)\n',
  );
});

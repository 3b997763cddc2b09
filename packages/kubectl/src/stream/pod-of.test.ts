import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';

test('KCT-58 a Pod that is to come is watched for, and taken as soon as it is there', async () => {
  const run = await kubectlOnServer({ '/work/s.yaml': SERVICE });
  await run('create -f s.yaml --validate=false');
  const asked = run('exec svc/web -- ls');
  await run('run web --image=i --labels=app=web');
  // Nobody has put it on a node.
  expect((await asked).stderr).toContain('pod web does not have a host assigned');
});

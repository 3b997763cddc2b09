import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

test('KCT-52 kinds without revisions are named as kubectl names them', async () => {
  const run = await kubectlOnServer({});
  await run('create configmap a');
  await run('create ingress a --rule=a/b=c:80');
  expect((await run('rollout history cm/a')).stderr).toBe(
    'error: error retrieving history for "ConfigMap", no visitor method exists for { ConfigMap}\n',
  );
  expect((await run('rollout undo ing/a')).stderr).toBe(
    'error: error retrieving rollbacker for "Ingress.networking.k8s.io", no visitor method exists for {networking.k8s.io Ingress}\n',
  );
});

import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: busybox}]}
`;

test('KCT-52 rollout status has asked for a watch by the time that it finds nothing to wait for', async () => {
  const run = await kubectlOnServer({ '/work/d.yaml': DEPLOYMENT });
  await run('create -f d.yaml');
  await run('patch deploy web --subresource=status --type=merge -p {"status":{"observedGeneration":1}}');
  const { stdout, stderr, code } = await run('rollout status deploy/web -v=6');
  expect({ stdout, code }).toEqual({ stdout: 'deployment "web" successfully rolled out\n', code: 0 });
  const asked = stderr.split('\n').flatMap((line) => /GET (\S+deployments\S*) 200/.exec(line)?.[1] ?? []);
  expect(asked).toEqual([
    'https://kubernetes/apis/apps/v1/namespaces/default/deployments/web',
    'https://kubernetes/apis/apps/v1/namespaces/default/deployments?fieldSelector=metadata.name%3Dweb&limit=500&resourceVersion=0',
    expect.stringMatching(
      /\?allowWatchBookmarks=true&fieldSelector=metadata.name%3Dweb&resourceVersion=\d+&timeoutSeconds=[345]\d\d&watch=true$/,
    ),
  ]);
});

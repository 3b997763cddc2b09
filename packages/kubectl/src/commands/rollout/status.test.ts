import { type ApiResponse, expired, type WatchEvent } from '@tabernetes/apimachinery';
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

const watchOf = (...events: readonly WatchEvent[]): ApiResponse => ({
  status: 200,
  headers: {},
  body: {
    kind: 'watch',
    watch: {
      start(sink) {
        for (const event of events) sink.next(event);
        sink.end();
        return () => undefined;
      },
    },
  },
});

test('KCT-52 rollout status begins anew when the server has forgotten what it last saw', async () => {
  let forgotten = '';
  let asked = 0;
  const run = await kubectlOnServer({ '/work/d.yaml': DEPLOYMENT }, async ({ query }) => {
    if (query['watch'] === undefined) return undefined;
    if (++asked > 9) throw new Error('asked the same again and again');
    if (forgotten === '') {
      forgotten = query['resourceVersion'] ?? '';
      await run('patch deploy web --subresource=status --type=merge -p {"status":{"observedGeneration":1}}');
    }
    if (query['resourceVersion'] !== forgotten) return undefined;
    return watchOf({ type: 'ERROR', object: { ...expired('too old resource version').status, metadata: {} } });
  });
  await run('create -f d.yaml');
  expect(await run('rollout status deploy/web')).toEqual({
    stdout: 'Waiting for deployment spec update to be observed...\ndeployment "web" successfully rolled out\n',
    stderr: '',
    code: 0,
  });
});

test('KCT-52 rollout status of an object that goes ends with that, and with nothing unhandled', async () => {
  const run = await kubectlOnServer({ '/work/d.yaml': DEPLOYMENT }, async ({ query }) => {
    if (query['watch'] === undefined) return undefined;
    return watchOf({
      type: 'DELETED',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    });
  });
  await run('create -f d.yaml');
  expect((await run('rollout status deploy/web')).stderr).toBe('error: object has been deleted\n');
});

test('KCT-52 rollout status complains of a negative timeout and goes on without one', async () => {
  const run = await kubectlOnServer({ '/work/d.yaml': DEPLOYMENT });
  await run('create -f d.yaml');
  await run('patch deploy web --subresource=status --type=merge -p {"status":{"observedGeneration":1}}');
  const { stdout, stderr, code } = await run('rollout status deploy/web --timeout=-1s');
  expect({ stdout, code }).toEqual({ stdout: 'deployment "web" successfully rolled out\n', code: 0 });
  expect(stderr).toMatch(/^E\d{4} .* until\.go:159\] Timeout for context shall not be negative!\n$/);
});

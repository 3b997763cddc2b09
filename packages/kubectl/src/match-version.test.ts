import { expect, test } from 'vitest';
import { runKubectl } from './testing/run-kubectl.ts';

const servedBy = (gitVersion: string): Parameters<typeof runKubectl>[1] => ({
  server: {
    request: async ({ path }) =>
      path === '/version'
        ? { status: 200, headers: {}, body: { kind: 'object', object: { major: '1', minor: '31', gitVersion } } }
        : { status: 200, headers: {}, body: { kind: 'text', contentType: 'text/plain', text: 'ok' } },
  },
});

test('KCT-47 --match-server-version refuses servers of another version before it asks anything else', async () => {
  const line = ['get', '--raw', '/readyz', '--match-server-version'];
  expect((await runKubectl(line, servedBy('v1.32.5'))).stdout).toContain('ok');
  const { stdout, stderr, code } = await runKubectl(line, servedBy('v1.31.0'));
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  expect(stderr).toMatch(
    /^error: server version \(&version\.Info\{Major:"1", Minor:"31", GitVersion:"v1\.31\.0", .*\) differs from client version \(version\.Info\{/,
  );
  expect((await runKubectl(line)).stderr).toBe(
    'error: couldn\'t read version from server: Get "https://kubernetes/version?timeout=32s": dial tcp kubernetes: connect: connection refused\n',
  );
});

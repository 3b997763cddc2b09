import { describe, expect, test } from 'vitest';
import { runKubectl } from '../testing/run-kubectl.ts';

const FILE = `apiVersion: v1
kind: Config
current-context: dev
contexts: [{name: dev, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://example:6443"}}]
users: [{name: u, user: {token: t}}]
`;

test('KCT-41 the profile of debug is not that of kubectl itself', async () => {
  const lines = [
    ['debug', 'p'],
    ['debug', 'p', '--image=x', '--profile=foo'],
  ];
  const said = await Promise.all(lines.map((line) => runKubectl(line)));
  expect(said.map(({ stderr }) => stderr)).toEqual([
    'error: you must specify --image when not using --copy-to.\n',
    'error: unknown profile: foo\n',
  ]);
});

describe('kubeconfigs that cannot be used', () => {
  // What kubectl 1.32 prints for the same kubeconfig and flags.
  const cases: readonly (readonly [flags: string, stderr: string])[] = [
    ['--cluster=nope', 'error: no server found for cluster "nope"\n'],
    ['--user=nope', 'error: auth info "nope" does not exist\n'],
    ['--context=nope', 'Error in configuration: context was not found for specified context: nope\n'],
    ['--as-group=g', 'error: requesting uid, groups or user-extra for u without impersonating a user\n'],
    [
      '--username=a',
      'error: more than one authentication method found for u; found [token basicAuth], only one is allowed\n',
    ],
    [
      '--certificate-authority=nope',
      'error: unable to read certificate-authority nope for c due to open nope: no such file or directory\n',
    ],
    [
      '--client-certificate=a --client-key=b',
      'Error in configuration: \n* unable to read client-cert a for u due to open a: no such file or directory\n* unable to read client-key b for u due to open b: no such file or directory\n',
    ],
    ['--profile=x', "error: unknown profile 'x'\n"],
  ];
  for (const [flags, stderr] of cases) {
    test(`KCT-41 ${flags}`, async () => {
      const said = await runKubectl(['get', 'ns', ...flags.split(' ')], {
        files: { '/work/config': FILE },
        env: { KUBECONFIG: '/work/config' },
      });
      expect(said).toEqual({ stdout: '', stderr, code: 1 });
    });
  }
});

import { describe, expect, test } from 'vitest';
import { runKubectl } from '../testing/run-kubectl.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://kubernetes"}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
users: [{name: u, user: {token: t}}]
`;
const run = (line: string) =>
  runKubectl(line.split(' '), { files: { '/root/.kube/config': KUBECONFIG, '/work/cm.yaml': 'kind: ConfigMap\n' } });

describe('KCT-41 what a flag names and no kubeconfig has', () => {
  const cases = [
    ['version --context=nope', 'error: context "nope" does not exist\n'],
    ['api-resources --cluster=nope', 'error: cluster "nope" does not exist\n'],
    ['create cm x --dry-run=client --user=nope', 'error: auth info "nope" does not exist\n'],
    ['apply -f cm.yaml --context=nope', 'error: context "nope" does not exist\n'],
    ['get --raw=/version --context=nope', 'error: context "nope" does not exist\n'],
    ['get pods -n a --context=nope', 'error: context "nope" does not exist\n'],
    ['get pods --context=nope', 'Error in configuration: context was not found for specified context: nope\n'],
    ['get pods --cluster=nope', 'error: no server found for cluster "nope"\n'],
    [
      'set selector svc a x=y --context=nope',
      'Error in configuration: \n* context "nope" does not exist\n* context was not found for specified context: nope\n',
    ],
    ['logs p --user=nope', 'error: auth info "nope" does not exist\n'],
  ] as const;
  for (const [line, stderr] of cases) {
    test(`KCT-41 kubectl ${line}`, async () => expect(await run(line)).toEqual({ stdout: '', stderr, code: 1 }));
  }

  test('KCT-41 version --client and token ask for no server first', async () => {
    expect((await run('version --client --context=nope')).code).toBe(0);
    expect((await run('create token x --context=nope')).stderr).toContain('context was not found');
  });

  test('KCT-41 a server of another scheme is named as it is, and timeouts are durations of any unit', async () => {
    expect((await run('get ns -s foo://x')).stderr).toContain('Get \\"foo://x/api?timeout=32s\\": ');
    expect((await run('get ns --request-timeout=1ns')).stderr).not.toContain('Invalid timeout');
    expect((await run('get ns --request-timeout=1x')).stderr).toMatch(/^error: Invalid timeout value\./);
  });

  test('KCT-41 a server without a host is named as it is', async () => {
    expect((await run('get ns -s :8080')).stderr).toContain('Get \\"http://:8080/api?timeout=32s\\": dial tcp :8080: ');
  });
});

describe('KCT-46 config view', () => {
  test('KCT-46 prints lists that hold nothing as null, expressions included', async () => {
    expect(await run('config view --kubeconfig=/nope -o jsonpath={.users}{.users[0].name}')).toEqual({
      stdout: 'null',
      stderr: '',
      code: 0,
    });
    expect((await run('config view --kubeconfig=/nope -o go-template={{.users}}')).stdout).toBe('<no value>');
  });

  test('KCT-46 shows a context without a user alone, and sets what no file is written from', async () => {
    const text = KUBECONFIG.replace(', user: u', '');
    const alone = await runKubectl(['config', 'view', '--minify', '-o', 'jsonpath={.users}'], {
      files: { '/root/.kube/config': text },
    });
    expect(alone).toEqual({ stdout: 'null', stderr: '', code: 0 });
    expect((await run('config set kind Foo')).stdout).toBe('Property "kind" set.\n');
    expect((await run('config set kind.x Foo')).stderr).toBe(
      'error: unable to parse one or more field values of kind.x\n',
    );
  });

  test('KCT-46 takes --template alone', async () => {
    expect((await run('config view --template={{range.users}}{{.name}}{{end}}')).stdout).toBe('u');
  });
});

test('KCT-46 set-credentials prints its help before it refuses its arguments', async () => {
  for (const [line, stderr] of [
    ['config set-credentials a b', 'error: unexpected args: [a b]\n'],
    ['config set-credentials a --exec-env=b', 'error: invalid exec-env format: b\n'],
  ] as const) {
    const { stdout, ...rest } = await run(line);
    expect(rest).toEqual({ stderr, code: 1 });
    expect(stdout).toContain('--exec-env=[]:');
  }
});

import { describe, expect, test } from 'vitest';
import { memoryFiles } from './testing/memory-files.ts';
import { type RunResult, runKubectl } from './testing/run-kubectl.ts';

/** Programs by path, and what was started of them. */
function plugins(contents: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const started: string[] = [];
  const fs = memoryFiles(contents);
  for (const path of Object.keys(contents)) fs.chmod(path, 0o755);
  const run = (line: string): Promise<RunResult> =>
    runKubectl(line.split(' '), {
      fs,
      env: { PATH: '/bin:/opt/bin', ...env },
      spawn(argv) {
        started.push(argv.join(' '));
        return 7;
      },
    });
  return { fs, run, started };
}

const SCRIPT = '#!/bin/sh\n';

describe('plugins', () => {
  test('KCT-62 the one with the longest name runs, with the words behind it and its exit code', async () => {
    const { run, started } = plugins({
      '/bin/sh': '',
      '/opt/bin/kubectl-foo': SCRIPT,
      '/opt/bin/kubectl-foo-bar': SCRIPT,
      '/opt/bin/kubectl-a_b': SCRIPT,
    });
    expect(await run('foo bar baz --x')).toEqual({ stdout: '', stderr: '', code: 7 });
    await run('foo --bar');
    await run('a-b c');
    expect(started).toEqual([
      '/opt/bin/kubectl-foo-bar baz --x',
      '/opt/bin/kubectl-foo --bar',
      '/opt/bin/kubectl-a_b c',
    ]);
    expect((await run('foo-bar')).stderr).toContain('unknown command "foo-bar" for "kubectl"');
  });

  test('KCT-62 commands of kubectl are its own; `create` alone takes more, unless that is forbidden', async () => {
    const contents = { '/bin/sh': '', '/bin/kubectl-get': SCRIPT, '/bin/kubectl-create-thing': SCRIPT };
    const { run, started } = plugins(contents);
    await run('get');
    await run('create -n x thing');
    await run('create thing x');
    expect(started).toEqual(['/bin/kubectl-create-thing x']);
    const forbidden = plugins(contents, { KUBECTL_ENABLE_CMD_SHADOW: 'false' });
    expect((await forbidden.run('create thing')).stderr).toContain('Unexpected args: [thing]');
    expect(forbidden.started).toEqual([]);
  });

  test('KCT-62 what cannot be started is told of as execve tells of it; what is no program is none', async () => {
    const { fs, run, started } = plugins({ '/bin/kubectl-bare': 'echo\n', '/bin/kubectl-odd': '#!/no/such\n' });
    expect(await run('bare')).toEqual({ stdout: '', stderr: 'Error: exec format error\n', code: 1 });
    expect(await run('odd')).toEqual({ stdout: '', stderr: 'Error: no such file or directory\n', code: 1 });
    fs.chmod('/bin/kubectl-bare', 0o644);
    expect((await run('bare')).stderr).toContain('unknown command "bare"');
    expect(started).toEqual([]);
  });

  test('KCT-62 help and completion list them', async () => {
    const { run } = plugins({ '/bin/sh': '', '/bin/kubectl-foo_x-bar': SCRIPT });
    expect((await run('--help')).stdout).toContain(
      '\n\nSubcommands provided by plugins:\n  foo-x         The command foo-x is a plugin installed by the user\n\nOther Commands:\n',
    );
    expect((await run('__complete fo')).stdout).toBe(
      'foo-x\tThe command foo-x is a plugin installed by the user\n:4\n',
    );
  });
});

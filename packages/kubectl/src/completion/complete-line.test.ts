import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../testing/memory-files.ts';
import { type RunOptions, type RunResult, runKubectl } from '../testing/run-kubectl.ts';

const END = 'Completion ended with directive: ShellCompDirectiveDefault\n';
const complete = (words: readonly string[], options?: RunOptions): Promise<RunResult> =>
  runKubectl(['__completeNoDesc', ...words], options);

describe('KCT-37 what is wrong with a line is told of on standard error', () => {
  const cases: readonly (readonly [words: readonly string[], said: string])[] = [
    [['get', '--zzz', ''], 'Error while parsing flags from args [--zzz]: unknown flag: --zzz'],
    [['get', '-h', '--zzz', ''], 'Error while parsing flags from args [-h --zzz]: unknown flag: --zzz'],
    [['get', '--zzz='], "Subcommand 'get' does not support flag 'zzz'"],
    [['get', '-Az='], "Subcommand 'get' does not support flag 'z'"],
    [
      ['autoscale', '--max', 'x', ''],
      'Error while parsing flags from args [--max x]: invalid argument "x" for "--max" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      ['diff', '--vmodule', 'x', ''],
      'Error while parsing flags from args [--vmodule x]: invalid argument "x" for "--vmodule" flag: syntax error: expect comma-separated list of filename=N',
    ],
    // It has no short name where a command means something else by its long one.
    [
      ['config', 'set-context', '-n', 'x', ''],
      "Error while parsing flags from args [-n x]: unknown shorthand flag: 'n' in -n",
    ],
    [['-n', 'x', 'zzz', ''], 'unable to find a command for arguments: [-n x zzz]'],
  ];
  for (const [words, said] of cases) {
    test(`KCT-37 ${words.join(' ')}`, async () =>
      expect(await complete(words)).toEqual({ stdout: ':0\n', stderr: `[Debug] [Error] ${said}\n${END}`, code: 0 }));
  }

  test('KCT-37 and in the file that was named for it', async () => {
    const fs = memoryFiles({});
    await complete(['get', '--zzz='], { fs, env: { BASH_COMP_DEBUG_FILE: 'log' } });
    expect(fs.readText('log')).toBe("[Debug] [Error] Subcommand 'get' does not support flag 'zzz'\n");
    expect((await complete([])).stderr).toBe('error: requires at least 1 arg(s), only received 0\n');
  });
});

describe('KCT-37 flags', () => {
  const cases: readonly (readonly [words: readonly string[], said: string])[] = [
    [['get', '-Ao', 'j'], 'json\njsonpath\njsonpath-as-json\njsonpath-file\n:4\n'],
    [['get', '-Ao=y'], 'yaml\n:4\n'],
    [['get', '--help=false', ''], ':4\n'],
    [['help', '--se'], '--server\n:4\n'],
    [['-n', 'x', 'help', 'rollout', 're'], 'restart\nresume\n:4\n'],
    [['help', '--server', ''], ':0\n'],
  ];
  for (const [words, said] of cases) {
    test(`KCT-37 ${words.join(' ')}`, async () => expect((await complete(words)).stdout).toBe(said));
  }

  test('KCT-37 meanings are left out where nobody wants them', async () => {
    const env = { KUBECTL_COMPLETION_DESCRIPTIONS: '0' };
    expect((await runKubectl(['__complete', 'rollout', 're'], { env })).stdout).toBe('restart\nresume\n:4\n');
  });
});

describe('KCT-62 behind the name of a plugin', () => {
  const names = ['kubectl-foo', 'kubectl-foo-bar_x', 'kubectl_complete-foo', 'kubectl_complete-foo-bar_x'];
  const contents = { '/bin/sh': '', ...Object.fromEntries(names.map((name) => [`/bin/${name}`, '#!/bin/sh\n'])) };
  const fs = memoryFiles(contents);
  for (const path of Object.keys(contents)) fs.chmod(path, 0o755);
  const ask = (words: readonly string[], printed: string, code = 0): Promise<RunResult> =>
    complete(words, {
      fs,
      env: { PATH: '/bin' },
      spawn(argv, _files, print) {
        print(`${argv.slice(1).join('|')}\n${printed}`);
        return code;
      },
    });
  const CLEARED = '[Debug] Cleared global flags for plugin completion\n';

  test('KCT-62 its own program is asked, beside plugins whose names go on', async () => {
    expect(await ask(['foo', 'a', ''], 'one\tfirst\n\n:6\n')).toEqual({
      stdout: 'a|\none\n:6\n',
      stderr: `${CLEARED}[Debug] About to look for: kubectl_complete-foo\n[Debug] About to call: /bin/kubectl_complete-foo a \nCompletion ended with directive: ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp\n`,
      code: 0,
    });
    expect((await ask(['foo', 'b'], '')).stdout).toBe('bar-x\nb\n:0\n');
    expect((await ask(['foo', 'bar-x', '--', '-'], ':64\n')).stdout).toBe('--|-\n:64\n');
  });

  test('KCT-62 what fails says nothing; what is not there is told of', async () => {
    expect((await ask(['foo', ''], 'x\n', 1)).stdout).toBe('bar-x\n:0\n');
    fs.remove('/bin/kubectl_complete-foo');
    expect(await ask(['foo', 'x'], '')).toEqual({
      stdout: ':0\n',
      stderr: `${CLEARED}[Debug] About to look for: kubectl_complete-foo\n[Debug] Plugin kubectl-foo does not provide a matching completion executable\n${END}`,
      code: 0,
    });
    expect((await ask(['zzz', ''], '')).stderr).toBe(
      `${CLEARED}[Debug] [Error] unable to find a command for arguments: [zzz]\n${END}`,
    );
  });
});

import { testApiServer } from '@tabernetes/apiserver/testing';
import { describe, expect, test } from 'vitest';
import { commandFact, flagFacts } from './facts.ts';
import { FlagSet } from './flags/flag-set.ts';
import { formatDuration, parseCsvRecord, parseDurationMs, parseInteger } from './flags/go-values.ts';
import { runKubectl } from './testing/run-kubectl.ts';

const noDiscovery = (times: number): string =>
  'E0101 00:00:00.000000       1 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: Get \\"https://kubernetes/api?timeout=32s\\": dial tcp kubernetes: connect: connection refused"\n'.repeat(
    times,
  );

describe('KCT-3 lines that kubectl refuses', () => {
  // What kubectl 1.32 prints for the same line.
  const cases: readonly (readonly [line: string, stderr: string])[] = [
    ['gett pods', 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'],
    ['get pods --nosuchflag', "error: unknown flag: --nosuchflag\nSee 'kubectl get --help' for usage.\n"],
    ['get pods -o', "error: flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage.\n"],
    ['get pods -zx', "error: unknown shorthand flag: 'z' in -zx\nSee 'kubectl get --help' for usage.\n"],
    [
      'get pods --chunk-size=x',
      'error: invalid argument "x" for "--chunk-size" flag: strconv.ParseInt: parsing "x": invalid syntax\nSee \'kubectl get --help\' for usage.\n',
    ],
    ['rollout bogus x', 'error: unknown command "bogus x"\nSee \'kubectl rollout -h\' for help and examples\n'],
    [
      'get pods',
      `${noDiscovery(5)}The connection to the server kubernetes was refused - did you specify the right host or port?\n`,
    ],
    [
      'get pod/a',
      `${noDiscovery(4)}The connection to the server kubernetes was refused - did you specify the right host or port?\n`,
    ],
    ['create ns a', 'The connection to the server kubernetes was refused - did you specify the right host or port?\n'],
    [
      'create cm a',
      'error: failed to create configmap: Post "https://kubernetes/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create&fieldValidation=Strict": dial tcp kubernetes: connect: connection refused\n',
    ],
    ['--context nope get pods', 'Error in configuration: context was not found for specified context: nope\n'],
    ['-n get pods', 'Error: flags cannot be placed before plugin name: -n\n'],
  ];
  for (const [line, stderr] of cases) {
    test(`KCT-3 ${line}`, async () => {
      expect(await runKubectl(line.split(' '))).toEqual({ stdout: '', stderr, code: 1 });
    });
  }
});

describe('KCT-4 flags', () => {
  const parse = (path: string, line: string): FlagSet => {
    const flags = new FlagSet(flagFacts(path));
    flags.parse(line === '' ? [] : line.split(' '));
    return flags;
  };
  test('KCT-4 values stand behind, after = or right at the letter; arguments anywhere', () => {
    const flags = parse('get', 'pods -n demo -owide web --selector=a=b -A -L x,y -L z -- -x');
    expect(flags.args).toEqual(['pods', 'web', '-x']);
    expect(flags.argsBeforeDash).toBe(2);
    expect([flags.string('namespace'), flags.string('output'), flags.string('selector')]).toEqual([
      'demo',
      'wide',
      'a=b',
    ]);
    expect(flags.bool('all-namespaces')).toBe(true);
    expect(flags.strings('label-columns')).toEqual(['x', 'y', 'z']);
  });
  test('KCT-4 defaults are those of the command', () => {
    const flags = parse('get', '');
    expect([flags.number('chunk-size'), flags.bool('server-print'), flags.changed('watch')]).toEqual([
      500,
      true,
      false,
    ]);
  });
  test('KCT-4 a flag may mean something without a value', () => {
    expect(parse('apply', '--dry-run').string('dry-run')).toBe('unchanged');
    expect(parse('apply', '--dry-run=server').string('dry-run')).toBe('server');
  });
  test('KCT-4 numbers, durations and lists are read as Go reads them', () => {
    expect([parseInteger('0x10'), parseInteger('010'), parseInteger('-5')]).toEqual([16n, 8n, -5n]);
    expect(() => parseInteger('3000000000', 32)).toThrow('value out of range');
    expect(['1_000', '0x_f', '0_7'].map((text) => parseInteger(text))).toEqual([1000n, 15n, 7n]);
    for (const odd of ['_1', '1_', '1__0', '09', '']) expect(() => parseInteger(odd)).toThrow('invalid syntax');
    expect(parseInteger('09', 32, 10)).toBe(9n);
    expect(() => parseInteger('0x5', 32, 10)).toThrow('invalid syntax');
    expect(parse('rollout undo', '--to-revision=9007199254740993').integer('to-revision')).toBe(9007199254740993n);
    expect([parseDurationMs('1h2m3.5s'), parseDurationMs('-1.5m'), parseDurationMs('0')]).toEqual([
      3_723_500, -90_000, 0,
    ]);
    expect(() => parseDurationMs('5')).toThrow('time: missing unit in duration "5"');
    expect(() => parseDurationMs('2562048h')).toThrow('time: invalid duration "2562048h"');
    expect([90_000, 3_600_000, 1_500, 250, 0].map(formatDuration)).toEqual(['1m30s', '1h0m0s', '1.5s', '250ms', '0s']);
    expect(parseCsvRecord('a,"b,c",,"d""e"')).toEqual(['a', 'b,c', '', 'd"e']);
    // One record: what comes after its line is not looked at.
    expect(['\na,b\nc', '"a\nb"\r\nc', 'a,\n'].map(parseCsvRecord)).toEqual([['a', 'b'], ['a\nb'], ['a', '']]);
    expect(() => parseCsvRecord('\n')).toThrow('EOF');
  });
  test('KCT-4 every command of kubectl 1.32 is known', () => {
    expect(commandFact('create secret docker-registry')?.flags.some(({ name }) => name === 'docker-email')).toBe(true);
    expect(commandFact('nope')).toBeUndefined();
  });
});

describe('KCT-5 objects of a server', () => {
  const manifest = { '/work/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n' };
  test('KCT-5 get prints tables, names and fields, and tells of what is missing', async () => {
    const api = await testApiServer();
    const server = api.server;
    await server.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      query: {},
      headers: { 'content-type': 'application/json' },
      body: {
        kind: 'object',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } },
      },
      user: { name: 'admin', groups: ['system:masters'] },
    });
    const run = (line: string) => runKubectl(line.split(' '), { server: asAdmin(server), files: manifest });
    expect((await run('get configmaps -o name')).stdout).toBe('configmap/a\n');
    expect((await run('get cm a -o jsonpath={.data.x}')).stdout).toBe('1');
    expect((await run('get -f cm.yaml -o custom-columns=N:.metadata.name')).stdout).toBe('N\na\n');
    expect(await run('get cm nope')).toEqual({
      stdout: '',
      stderr: 'Error from server (NotFound): configmaps "nope" not found\n',
      code: 1,
    });
    expect((await run('get secrets')).stderr).toBe('No resources found in default namespace.\n');
    expect((await run('get podz')).stderr).toBe('error: the server doesn\'t have a resource type "podz"\n');
    expect((await run('get -f missing.yaml')).stderr).toBe('error: the path "missing.yaml" does not exist\n');
  });
});

type Server = Awaited<ReturnType<typeof testApiServer>>['server'];
const asAdmin = (server: Server): Pick<Server, 'request'> => ({
  request: (request) => server.request({ ...request, user: { name: 'admin', groups: ['system:masters'] } }),
});

describe('KCT-3 files that are named', () => {
  const files = {
    '/work/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: a-\n',
    '/work/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: "1"}\n',
  };
  const refusal = 'dial tcp kubernetes: connect: connection refused\n';
  for (const verb of ['get', 'describe']) {
    test(`KCT-3 ${verb} -k and -f read them, and tell of the server without a prefix`, async () => {
      const byKustomization = await runKubectl([verb, '-k', '.'], { files });
      expect(byKustomization.stderr).toContain(`unable to recognize "."`);
      const { stderr } = await runKubectl([verb, '-f', 'cm.yaml'], { files });
      expect(stderr.split('\n').at(-2)).toBe(
        `unable to recognize "cm.yaml": Get "https://kubernetes/api?timeout=32s": ${refusal.trimEnd()}`,
      );
    });
  }

  test('KCT-3 kubectl config makes the file that --kubeconfig names', async () => {
    const { stdout, stderr } = await runKubectl(
      ['config', '--kubeconfig=new', 'set-cluster', 'dev', '--server=https://1.2.3.4'],
      { files },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'Cluster "dev" set.\n', stderr: '' });
  });
});

describe('completion', () => {
  const words = async (...line: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await runKubectl(['__complete', ...line], { files: { '/work/web.yaml': '' } });
    return stdout
      .trimEnd()
      .split('\n')
      .map((each) => each.split('\t')[0] ?? '');
  };

  test('KCT-37 names commands behind help, but none behind a flag of a command itself', async () => {
    expect(await words('help', 'get')).toEqual(['get', ':4']);
    expect(await words('help', 'rollout', 're')).toEqual(['restart', 'resume', ':4']);
    expect(await words('help', 'nosuch', '')).toEqual([':4']);
    expect(await words('apply', '--dry-run', '')).toEqual([':0']);
    expect(await words('gett')).toEqual([':4']);
  });

  test('KCT-37 asks for flags that must be there first, and for places of cp without a space behind them', async () => {
    expect(await words('create', 'deployment', '--')).toEqual(['--image', ':4']);
    expect(await words('create', 'deployment', '--image=x', '--rep')).toEqual(['--replicas', ':4']);
    expect(await words('cp', '')).toEqual(['./', '/', ':2']);
    expect(await words('cp', 'web:', '')).toEqual([':2']);
  });

  test('KCT-3 suggests nothing for a topic of help that is none', async () => {
    expect((await runKubectl(['help', 'gett'])).stderr).toContain('Unknown help topic [`gett`]\n\n\nBasic Commands');
  });

  test('KCT-37 offers no files where a command may stand, even if none begins so', async () => {
    expect((await runKubectl(['__complete', 'create', 'zz'])).stdout).toBe(':4\n');
  });

  test('KCT-37 offers nothing to who asks for help, and no files', async () => {
    for (const line of [
      ['get', '-h', ''],
      ['create', 'role', '--help', ''],
      ['rollout', 'resume', '--help', 'x', '-'],
    ])
      expect(await words(...line)).toEqual([':4']);
  });

  test('KCT-37 knows nothing of flags that are not there, and of names that are yet to be', async () => {
    expect(await words('get', '--zzz=')).toEqual([':0']);
    expect(await words('config', 'set-context', '--user', '')).toEqual([':0']);
    expect(await words('config', 'set-context', '--cluster=')).toEqual([':0']);
  });

  test('KCT-37 tells of its end on standard error, but of options', async () => {
    const { stdout, stderr } = await runKubectl(['__complete', 'options', '']);
    expect([stdout, stderr]).toEqual([':0\nCompletion ended with directive: ShellCompDirectiveDefault\n', '']);
  });

  test('KCT-37 names a flag once, though the commands above have one of that name', async () => {
    expect(await words('config', 'set-cluster', '--kubec')).toEqual(['--kubeconfig', ':4']);
    expect(await words('config', '--k')).toEqual(['--kubeconfig', ':4']);
    expect(await words('debug', '--prof')).toEqual(['--profile-output', '--profile', ':4']);
  });
});

describe('files of commands that know types', () => {
  test('KCT-38 are refused when a field has another type, or when kubectl does not know the kind', async () => {
    const deployment = (value: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: c, env: [{name: A, value: ${value}}]}]}}}`;
    const files = {
      '/work/wrong.yaml': deployment('yes'),
      '/work/right.yaml': deployment('"yes"'),
      '/work/widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}',
    };
    const set = (file: string) => runKubectl(['set', 'image', '-f', file, 'c=x', '--local', '-o', 'name'], { files });
    expect((await set('right.yaml')).stdout).toBe('deployment.apps/d\n');
    expect((await set('wrong.yaml')).stderr).toBe(
      'error: unable to decode "wrong.yaml": json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string\n',
    );
    expect((await set('widget.yaml')).stderr).toContain(
      'unable to decode "widget.yaml": no kind "Widget" is registered for version "example.com/v1" in scheme',
    );
  });
});

describe('groups of commands without a command', () => {
  for (const { group, stream } of [
    { group: ['set'], stream: 'stderr' },
    { group: ['create', 'secret'], stream: 'stderr' },
    { group: ['rollout'], stream: 'stdout' },
  ] as const) {
    test(`KCT-3 ${group.join(' ')} fails with its help on ${stream}`, async () => {
      const result = await runKubectl([...group]);
      expect([result.code, result[stream].includes('Available Commands:')]).toEqual([1, true]);
    });
  }
});

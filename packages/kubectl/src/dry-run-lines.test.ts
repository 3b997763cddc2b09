import { ADMIN, testApiServer } from '@tabernetes/apiserver/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKubectl } from './testing/run-kubectl.ts';

const CM = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {a: b}}\ndata: {k: "one\\ntwo", l: x}\n';
const MISSING =
  "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n";

// What kubectl 1.32.5 printed.
const cases: readonly { readonly name: string; readonly line: string; readonly out?: string; readonly err?: string }[] =
  [
    {
      name: 'KCT-55 run takes its name behind --, too',
      line: 'run --image=i --dry-run=client -o name -- web a',
      out: 'pod/web\n',
    },
    {
      name: 'KCT-55 create service notes what was applied only when it is sent',
      line: 'create service clusterip s --tcp=80 --dry-run=client --save-config -o jsonpath={.metadata.annotations}',
      out: '',
    },
    {
      name: 'KCT-55 a node port is an int32',
      line: 'create service nodeport s --tcp=80 --node-port=99999999999 --dry-run=client -o jsonpath-as-json={.spec.ports[0].nodePort}',
      out: '[\n    1215752191\n]\n',
    },
    {
      name: 'KCT-57 set serviceaccount --local looks at files alone',
      line: 'set serviceaccount deployment/web sa --local -o name',
      err: MISSING,
    },
    {
      name: 'KCT-57 annotate --list takes an output',
      line: 'annotate -f cm.yaml --list --local -o name',
      out: 'a=b\n',
    },
    {
      name: 'KCT-57 lines in a cell are lines of the table',
      line: 'create -f cm.yaml --dry-run=client --validate=false -o custom-columns=D:.data,N:.metadata.name',
      err: 'error: unable to match a printer suitable for the output format "custom-columns=D:.data,N:.metadata.name", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml\n',
    },
  ];

describe('lines that change nothing', () => {
  let api: Awaited<ReturnType<typeof testApiServer>>;
  beforeAll(async () => {
    api = await testApiServer();
    await api.send('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
    await api.send('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { k: 'one\ntwo' },
    });
  });
  afterAll(() => api.dispose());
  const run = (args: readonly string[]): ReturnType<typeof runKubectl> =>
    runKubectl(args, {
      server: { request: (request) => api.server.request({ ...request, user: ADMIN }) },
      files: { '/work/cm.yaml': CM },
    });

  for (const { name, line, out = '', err = '' } of cases) {
    test(name, async () => {
      const { stdout, stderr } = await run(line.split(' '));
      expect({ stdout, stderr }).toEqual({ stdout: out, stderr: err });
    });
  }

  test('KCT-21 a line break in a cell begins a line, and what follows below keeps the width', async () => {
    const { stdout } = await run(['get', 'cm', 'c', '-o', 'custom-columns=D:.data.k,N:.metadata.name']);
    expect(stdout).toBe('D     N\none\ntwo   c\n');
  });

  test('KCT-21 rows are sorted by what is more than one path, too', async () => {
    const { stdout } = await run(['get', 'cm', '--sort-by={.kind}{.kind}', '--no-headers']);
    expect(stdout).toMatch(/^c\s/);
  });
});

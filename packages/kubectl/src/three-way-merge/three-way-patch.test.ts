import { expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const deployment = (container: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [${container}]}
`;
const FILES = {
  '/work/web.yaml': deployment('{name: c, image: "nginx:1.27"}'),
  '/work/nameless.yaml': deployment('{image: "nginx:1.28"}'),
  '/work/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: "1"}\n',
};
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

test('KCT-60 what cannot be merged is told of, with the three objects', async () => {
  const run = await kubectlOnServer(FILES);
  await run('create -f web.yaml --save-config');
  const problem = 'map: map[image:nginx:1.28] does not contain declared merge key: name';
  const warnings = ['openapi v3', 'openapi']
    .map((which) => `warning: error calculating patch from ${which} spec: ${problem}\n`)
    .join('');
  const applied = await run('apply -f nameless.yaml');
  expect(applied.stderr.replace(/\{"apiVersion".*/g, '{…}').replace(/^(Resource|Name):.*/gm, '$1')).toBe(
    `${warnings}error: error when applying patch:\n\nto:\nResource\nName\nfor: "nameless.yaml": error when patching "nameless.yaml": creating patch with:\noriginal:\n{…}\n\nmodified:\n{…}\n\ncurrent:\n{…}\n\nfor:: ${problem}\n`,
  );
  const diff = await run('diff -f nameless.yaml');
  expect(diff.stderr).toContain(`${warnings}error: error when patching "nameless.yaml": creating patch with:\n`);
  expect([applied.code, diff.code]).toEqual([1, 2]);
});

test('KCT-60 what was applied last may be anything', async () => {
  const run = await kubectlOnServer(FILES);
  await run('create -f cm.yaml');
  const remember = (text: string) => run(`annotate cm c ${ANNOTATION}=${text} --overwrite`);
  const shown = async (): Promise<readonly string[]> => {
    const [yaml, json] = [await run('apply view-last-applied cm c'), await run('apply view-last-applied cm c -o json')];
    return [yaml.stdout || yaml.stderr, json.stdout || json.stderr];
  };
  await remember('bad');
  expect(await shown()).toEqual(['bad\n', "error: invalid character 'b' looking for beginning of value\n"]);
  const { stderr } = await run('apply -f cm.yaml');
  expect(stderr).toContain('warning: error calculating patch from openapi v3 spec: invalid JSON document\n');
  expect(stderr).toContain('original:\nbad\nmodified:\n');
  await remember('{"b":[1.0],"a":{}}');
  expect(await shown()).toEqual(['a: {}\nb:\n- 1\n', '{\n  "b": [\n    1.0\n  ],\n  "a": {}\n}']);
  await remember('[]');
  expect((await run('apply -f cm.yaml')).stderr).toContain('\nfor:: invalid JSON document\n');
  for (const text of ['null', '']) {
    await remember(text);
    expect((await run('apply -f cm.yaml')).stdout).toBe('configmap/c configured\n');
  }
  await remember('{"b":}');
  expect((await run('apply edit-last-applied cm c')).stderr).toBe(
    "error: error parsing edited-file: invalid character '}' looking for beginning of value\n",
  );
  expect((await run('apply set-last-applied -f cm.yaml')).stdout).toBe('configmap/c configured\n');
});

test('KCT-60 --overwrite=false minds what others changed otherwise, and tells of it without the order of lists', async () => {
  const two = (b: string) => deployment(`{name: a, image: x}, {name: b, image: "${b}"}`);
  const run = await kubectlOnServer({});
  const apply = (text: string) => run('apply --overwrite=false -f web.yaml', { files: { '/work/web.yaml': text } });
  await apply(two('y'));
  await run('set image deploy/web a=changed');
  const { stderr, code } = await apply(two('z'));
  const [patch = '', rest = ''] = stderr.split('conflicts with changes made from original to current:\n');
  const changed = rest.slice(0, rest.indexOf('\n\n'));
  expect(patch).toContain('$setElementOrder/containers:');
  expect(changed).toContain('image: changed');
  expect(changed).not.toContain('$setElementOrder');
  expect(code).toBe(1);
});

test('KCT-7 what is sent has the keys of its metadata in order', async () => {
  const run = await kubectlOnServer(FILES);
  const { stderr } = await run('apply -f cm.yaml -v=8');
  expect(stderr).toMatch(/^\t\{"apiVersion":"v1","data":.*,"metadata":\{"annotations":\{.*\},"name":"c","namespace"/m);
});

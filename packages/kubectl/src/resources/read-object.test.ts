import { expect, test } from 'vitest';
import { runKubectl } from '../testing/run-kubectl.ts';

const LIST = `apiVersion: v1
kind: ConfigMapList
items:
- metadata: {name: bare}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: named}
`;
const files = {
  '/work/list.yaml': LIST,
  '/work/odd.yaml': LIST.replace('- metadata: {name: bare}', '- 5'),
  '/work/none.yaml': 'apiVersion: v1\nkind: List\nitems: 5\n',
  '/work/version.yaml': 'apiVersion: 1\nkind: ConfigMap\nmetadata: {name: x}\n',
  '/work/headless.yaml': 'kind: Foo\nmetadata: {name: x}\n',
  '/work/text.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: |\n    last',
  '/work/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a, resources: {limits: {cpu: 0.5, memory: 1.5Gi}}}]}',
};
const label = (file: string) => runKubectl(['label', '--local', '-f', file, 'a=b', '-o', 'name'], { files });
const set = (file: string) => runKubectl(['set', 'image', '--local', '-f', file, 'c=b', '-o', 'json'], { files });

test('KCT-56 items have the version and the kind of their list where they name neither', async () => {
  expect((await label('list.yaml')).stdout).toBe('configmap/bare\nconfigmap/named\n');
});

test('KCT-56 lists that are none, and items that are no objects, are refused as they are read', async () => {
  const unread = 'json: cannot unmarshal number into Go';
  expect((await label('odd.yaml')).stderr).toBe(
    `error: unable to decode "odd.yaml": ${unread} value of type map[string]interface {}\n`,
  );
  expect((await label('none.yaml')).stderr).toBe(
    `error: unable to decode "none.yaml": ${unread} struct field decodeList.items of type []json.RawMessage\n`,
  );
  expect((await label('version.yaml')).stderr).toBe(
    `error: unable to decode "version.yaml": ${unread} struct field metadataOnlyObject.apiVersion of type string\n`,
  );
  expect((await set('version.yaml')).stderr).toBe(
    `error: unable to decode "version.yaml": couldn't get version/kind; json parse error: ${unread} struct field .apiVersion of type string\n`,
  );
});

test('KCT-56 nobody asks for the version of what is looked at locally', async () => {
  expect((await label('headless.yaml')).stdout).toBe('foo/x\n');
});

test('KCT-56 a text at the end of a file keeps its line break', async () => {
  const { stdout } = await runKubectl(['label', '--local', '-f', 'text.yaml', 'a=b', '-o', 'yaml'], { files });
  expect(stdout).toContain('  a: |\n    last\n');
});

test('KCT-46 quantities of typed files are printed in their canonical form', async () => {
  const { stdout } = await set('pod.yaml');
  expect(JSON.parse(stdout).spec.containers[0].resources.limits).toEqual({ cpu: '500m', memory: '1536Mi' });
});

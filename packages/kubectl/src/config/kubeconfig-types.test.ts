import { expect, test } from 'vitest';
import { runKubectl } from '../testing/run-kubectl.ts';

const user = (fields: string): string =>
  `apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: https://x}}]\nusers: [{name: u, user: {${fields}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n`;

const view = (text: string) =>
  runKubectl(['config', 'view'], { files: { '/work/kc': text }, env: { KUBECONFIG: 'kc' } });

// What kubectl 1.32 says of the same files.
const cases: readonly (readonly [name: string, text: string, said: string])[] = [
  ['a truth', user('password: y'), 'bool into Go struct field AuthInfo.users.user.password of type string'],
  ['a number', user('token: 5, exec: x'), 'string into Go struct field AuthInfo.users.user.exec of type v1.ExecConfig'],
  ['an item', user('as-groups: [5]'), 'number into Go struct field AuthInfo.users.user.as-groups of type string'],
  [
    'a value',
    user('as-user-extra: {a: b}'),
    'string into Go struct field AuthInfo.users.user.as-user-extra of type []string',
  ],
  [
    'a list',
    'apiVersion: v1\nkind: Config\nclusters: {}\n',
    'object into Go struct field Config.clusters of type []v1.NamedCluster',
  ],
  ['an entry', 'clusters: [foo]\n', 'string into Go struct field Config.clusters of type v1.NamedCluster'],
];
for (const [name, text, said] of cases) {
  test(`KCT-41 ${name} of another type than client-go's is refused`, async () => {
    expect((await view(text)).stderr).toBe(`error: error loading config file "kc": json: cannot unmarshal ${said}\n`);
  });
}

test('KCT-41 data that are no base64, and a version that is no text, are refused; unknown fields are not read', async () => {
  expect((await view(user('client-key-data: "!!"'))).stderr).toBe(
    'error: error loading config file "kc": illegal base64 data at input byte 0\n',
  );
  expect((await view('apiVersion: 5\n')).stderr).toBe(
    'error: error loading config file "kc": couldn\'t get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string\n',
  );
  expect((await view(user('impersonate: x, token: ~'))).stdout).toContain('- name: u\n  user: {}\n');
});

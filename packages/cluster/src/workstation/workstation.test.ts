import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../index.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ clock: 'virtual' });
});
afterEach(() => cluster.stop());

test('CLU-50 a line of the command box runs kubectl as the administrator', async () => {
  const { exitCode, stdout, stderr } = await cluster.kubectl('get nodes -o name');
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: 'node/node-1\nnode/node-2\nnode/node-3\n',
    stderr: '',
  });
});

test('CLU-50 without its token, the kubeconfig makes nobody of those who ask', async () => {
  const { stderr, exitCode } = await cluster.kubectl('get nodes --token nobodys');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('You must be logged in to the server');
});

test('CLU-51 files of the machine are what -f reads', async () => {
  cluster.workstation.files.writeFile('a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
  expect((await cluster.kubectl('kubectl apply -f a.yaml')).stdout).toBe('configmap/a created\n');
  expect(await cluster.workstation.complete('kubectl apply -f a')).toEqual({ length: 1, candidates: ['a.yaml'] });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['kubectl get pods | grep web', 'There is no shell here yet that could do this (|): one command per line.\n'],
  ["kubectl get 'pods", "There is no shell here yet that could do this (an open '): one command per line.\n"],
];
for (const [line, text] of REFUSED) {
  test(`CLU-52 what needs a shell is refused: ${line}`, async () => {
    expect(await cluster.kubectl(line)).toEqual({ exitCode: 2, stdout: '', stderr: text });
  });
}

test('CLU-53 files are written, renamed, listed and removed with the errors of Linux', () => {
  const { files } = cluster.workstation;
  files.mkdir('d/e', { recursive: true });
  files.writeFile('d/e/f', 'one');
  files.writeFile('d/e/f', ' two', { append: true });
  files.rename('d', 'g');
  expect(files.readText('/root/g/e/f')).toBe('one two');
  expect(files.readDirectory('g')).toEqual(['e']);
  expect(() => files.remove('g')).toThrow('Directory not empty');
  expect(() => files.readText('g')).toThrow('Is a directory');
  expect(() => files.writeFile('nowhere/f', '')).toThrow('No such file or directory');
  files.remove('g', { recursive: true });
  expect(files.exists('g/e/f')).toBe(false);
});

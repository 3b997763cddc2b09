import { nextTurn } from '@tabernetes/base';
import { type Cluster, createCluster, HOME } from '@tabernetes/cluster';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FilesChange } from '../../world-protocol.ts';
import { HomeFiles } from './home-files.ts';

let cluster: Cluster;
let told: FilesChange[];
let home: HomeFiles;
beforeEach(async () => {
  cluster = await createCluster({ clock: 'virtual', nodes: 0, controllers: false });
  told = [];
  home = new HomeFiles((change) => told.push(change));
  home.set([{ name: 'a.yaml', text: 'a' }]);
  home.connect(cluster.workstation.files, HOME);
});
afterEach(() => {
  home.disconnect();
  return cluster.stop();
});
const settle = async (): Promise<void> => {
  for (let n = 0; n < 3; n++) await nextTurn();
};

test('WRK-11 what a shell writes, appends to, renames and removes, the page is told of; its own writes it is not', async () => {
  const { files } = cluster.workstation;
  home.set([{ name: 'a.yaml', text: 'page' }]);
  await settle();
  expect(files.readText('a.yaml')).toBe('page');
  expect(told).toEqual([]);
  await cluster.sh('echo one > out.txt; mkdir d; echo x > d/y');
  await settle();
  await cluster.sh('echo two >> out.txt; mv a.yaml b.yaml');
  await settle();
  await cluster.sh('rm out.txt');
  await settle();
  expect(told).toEqual([
    { put: [{ name: 'out.txt', text: 'one\n' }], removed: [] },
    {
      put: [
        { name: 'b.yaml', text: 'page' },
        { name: 'out.txt', text: 'one\ntwo\n' },
      ],
      removed: ['a.yaml'],
    },
    { put: [], removed: ['out.txt'] },
  ]);
});

test('WRK-11 a page that answers late undoes nothing', async () => {
  const { files } = cluster.workstation;
  await cluster.sh('echo 1 > n');
  await settle();
  await cluster.sh('echo 2 > n');
  await settle();
  // The page has taken over the first text only, and does not know of the second yet.
  home.set([
    { name: 'a.yaml', text: 'a' },
    { name: 'n', text: '1\n' },
  ]);
  expect(files.readText('n')).toBe('2\n');
  // A page that has not heard of the file at all does not remove it.
  await cluster.sh('echo 1 > m');
  await settle();
  home.set([
    { name: 'a.yaml', text: 'a' },
    { name: 'n', text: '2\n' },
  ]);
  expect(files.readText('m')).toBe('1\n');
  // What the page changes and removes itself, counts.
  home.set([{ name: 'n', text: '3' }]);
  expect(files.readText('n')).toBe('3');
  expect(files.exists('a.yaml')).toBe(false);
});

test('WRK-11 a file of the page that is too large for an editor is not gone', async () => {
  home.set([
    { name: 'a.yaml', text: 'a' },
    { name: 'large.yaml', text: 'x'.repeat(2 * 1024 * 1024) },
  ]);
  await settle();
  await cluster.sh('echo b > a.yaml');
  await settle();
  expect(told).toEqual([{ put: [{ name: 'a.yaml', text: 'b\n' }], removed: [] }]);
  await cluster.sh('rm large.yaml');
  await settle();
  expect(told.at(-1)).toEqual({ put: [], removed: ['large.yaml'] });
});

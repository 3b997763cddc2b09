import { expect, test, vi } from 'vitest';
import { FsView } from './fs-view.ts';
import { MountTable } from './mounts.ts';
import { directory } from './node.ts';
import { Tree } from './tree.ts';

function files() {
  const tree = new Tree(directory(), { fsType: 'tmpfs' });
  const mounts = new MountTable({ path: '', tree, readOnly: false, source: 'tmpfs', options: 'rw' });
  return { tree, fs: new FsView({ mounts, now: () => 0 }, { uid: 0, gid: 0, groups: [0] }) };
}

test('FSV-1 a text that is made when somebody looks is made once, and takes room from then on', () => {
  const { tree, fs } = files();
  const text = vi.fn(() => 'secret');
  fs.writeLater('/token', text, { mode: 0o600 });
  fs.rename('/token', '/t');
  expect([text.mock.calls.length, tree.usedBytes]).toEqual([0, 0]);
  expect([fs.stat('/t').size, fs.stat('/t').mode & 0o777, fs.readText('/t')]).toEqual([6, 0o600, 'secret']);
  expect(tree.usedBytes).toBe(6);
  fs.writeFile('/t', '!', { append: true });
  expect([fs.readText('/t'), tree.usedBytes, text.mock.calls.length]).toEqual(['secret!', 7, 1]);
  fs.remove('/t');
  expect(tree.usedBytes).toBe(0);
});

test('FSV-1 a file that is removed or written over before anybody looked is never made', () => {
  const { tree, fs } = files();
  const text = vi.fn(() => 'secret');
  fs.writeLater('/a', text);
  fs.remove('/a');
  fs.writeLater('/b', text);
  fs.writeLater('/b', () => 'other');
  expect([fs.readText('/b'), tree.usedBytes]).toEqual(['other', 5]);
  expect(text).toHaveBeenCalledTimes(0);
});

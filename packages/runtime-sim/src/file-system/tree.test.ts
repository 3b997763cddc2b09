import { expect, test } from 'vitest';
import { directory } from './node.ts';
import { Tree } from './tree.ts';

test('FSV-2 a file system is full at its capacity, and never holds more than the host can', () => {
  const small = new Tree(directory(), { capacityBytes: 10 });
  small.account(10, '/a');
  expect(() => small.account(1, '/a')).toThrow('No space left on device');
  const endless = new Tree(directory());
  endless.account(512 * 1024 ** 2, '/a');
  expect(() => endless.account(1, '/a')).toThrow('No space left on device');
  endless.account(-1, '/a');
  endless.account(1, '/a');
});

import { expect, test } from 'vitest';
import { naturally } from './natural-order.ts';

test('UI-30 names are ordered as people count', () => {
  const names = ['node-10', 'node-2', 'node-1', 'edge', 'node-2a', 'node'];
  expect(naturally(names, (name) => name)).toEqual(['edge', 'node', 'node-1', 'node-2', 'node-2a', 'node-10']);
});

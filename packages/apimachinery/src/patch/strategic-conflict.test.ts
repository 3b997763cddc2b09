import { expect, it } from 'vitest';
import { gadgetSchema } from '../testing/gadget.ts';
import { strategicPatchesConflict } from './strategic-conflict.ts';
import { strategicChanges } from './strategic-diff.ts';

const schema = gadgetSchema();
const spec = (left: object, right: object): boolean =>
  strategicPatchesConflict({ spec: left }, { spec: right }, schema);

it('PAT-18 patches conflict where they say different things of one place', () => {
  expect(spec({ replicas: 1 }, { replicas: 2 })).toBe(true);
  expect(spec({ replicas: 1 }, { replicas: 1, paused: true })).toBe(false);
  expect(spec({ replicas: null }, { paused: true })).toBe(false);
  expect(spec({ strategy: { type: 'a' } }, { strategy: { type: 'b' } })).toBe(true);
  expect(spec({ strategy: { type: 'a' } }, { strategy: null })).toBe(true);
  expect(spec({ strategy: { $patch: 'delete' } }, { strategy: { rolling: null } })).toBe(true);
  expect(spec({ strategy: { $retainKeys: ['a'] } }, { strategy: { $retainKeys: ['b'] } })).toBe(false);
  expect(spec({ whole: { k: 'v' } }, { whole: { k: 'w' } })).toBe(false);
});

it('PAT-18 items of lists that merge are told apart by their keys, those of others by their place', () => {
  expect(spec({ parts: [{ name: 'a', image: '1' }] }, { parts: [{ name: 'b', image: '2' }] })).toBe(false);
  expect(spec({ parts: [{ name: 'a', image: '1' }] }, { parts: [{ name: 'a', args: ['x'] }] })).toBe(false);
  expect(spec({ parts: [{ name: 'a', image: '1' }] }, { parts: [{ name: 'a', image: '2' }] })).toBe(true);
  expect(spec({ rules: [{ port: 1 }] }, { rules: [{ port: 1 }, { port: 2 }] })).toBe(true);
  expect(spec({ rules: [{ port: 1 }] }, { rules: [{ port: 1, protocol: 'UDP' }] })).toBe(false);
  expect(spec({ parts: [{ name: 'a', args: ['x', 'y'] }] }, { parts: [{ name: 'a', args: ['y', 'x'] }] })).toBe(false);
  expect(
    strategicPatchesConflict({ metadata: { finalizers: ['a'] } }, { metadata: { finalizers: ['b'] } }, schema),
  ).toBe(false);
});

it('PAT-18 what has changed is told of without the order of lists', () => {
  const parts = (...names: string[]) => ({ spec: { parts: names.map((name) => ({ name })) } });
  expect(strategicChanges(schema, parts('a', 'b'), parts('b', 'c'))).toEqual({
    spec: { parts: [{ name: 'c' }, { name: 'a', $patch: 'delete' }] },
  });
});
